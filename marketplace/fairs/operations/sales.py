"""Keeping what a till sold, and what of it was undone there."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.fairs.errors import SaleNotHere, VoidedBefore
from marketplace.fairs.models.matters import Matter, MatterKind, Outcome
from marketplace.fairs.models.tills import Till, TillSale, TillVoid
from marketplace.fairs.operations import returns
from marketplace.fairs.operations.telling import (
    NEW,
    check_cashier,
    check_goods,
    claim,
    known,
    seller_of,
    usual,
)
from marketplace.fairs.queries import tills
from marketplace.fairs.told import ToldSale, ToldVoid
from marketplace.orders.errors import MoveNotLawful
from marketplace.orders.models.orders import OrderLine
from marketplace.orders.models.tenders import Tender
from marketplace.orders.operations import pieces, spot
from marketplace.orders.queries import offers


@operation(keyed=True)
def record_sale(till_id: int, told: ToldSale, *, now: datetime) -> str:
    """Keep a sale as it was made; return whether it is ``new`` or was ``known``.

    What is unlike the catalogue, was sold beyond what was left, or was paid by a Pix that nobody
    has looked at, becomes a matter to settle.

    :raises AnotherSale: if another one has its number.
    :raises UnknownGoods, NotOfThisTill: for what this till cannot have sold.
    """
    till = find_one(tills.by_id(till_id))
    returns.take_turns({told.code, returns.receipt_name(till_id, told.sequence)})
    if not claim(TillSale, till, told, now, **_sums(told)):
        return known(tills.sale_by_code(told.code), told)
    check_cashier(till, told)
    by = seller_of(till, told)
    check_goods(till, told.lines)
    sold = spot.sell(_as_sold(till, told), by=by, now=now)
    kept = lock_one(sa.select(TillSale).where(TillSale.code == told.code))
    kept.purchase_id = sold.purchase_id
    matters = list(_matters(till, told, kept, sold))
    db.session.add_all(matters)
    db.session.flush()
    returns.fit_to(kept, by=by, now=now)
    audit.record("till_sale_kept", by=by, now=now, till_id=till_id, matters=len(matters))
    return NEW


@operation(keyed=True)
def record_void(till_id: int, told: ToldVoid, *, now: datetime) -> str:
    """Undo a sale that the same till made; return whether that is ``new`` or was ``known``.

    :raises AnotherSale: if something else has its number.
    :raises SaleNotHere: if the sale has not arrived, or was another till's.
    :raises VoidedBefore: if another void undid it, or its goods were given back.
    :raises NotItsCashier: for somebody who does not sell on this till.
    """
    if before := tills.void_by_code(told.code):
        return known(before, told)
    till = find_one(tills.by_id(till_id))
    wanted = sa.select(TillSale).where(TillSale.code == told.sale_code, TillSale.till_id == till_id)
    sale = db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if sale is None or sale.purchase_id is None:
        raise SaleNotHere
    if before := tills.void_of(sale.id):  # by another void, or by this one a moment ago
        if before.code == told.code:
            return known(before, told)
        raise VoidedBefore
    check_cashier(till, told)
    by = seller_of(till, told)
    row = usual(till, told, now) | {"cashier_id": told.cashier_id}
    db.session.add(TillVoid(sale_id=sale.id, **row))
    _undo(sale, told.reason, by=by, now=now)
    audit.record("till_sale_voided", by=by, now=now, till_id=till_id)
    return NEW


def _undo(sale: TillSale, reason: str, *, by: Person, now: datetime) -> None:
    """Undo a sale of which nothing came back; what it left to settle is settled with it."""
    purchase_id = sale.purchase_id or 0
    if pieces.came_back(purchase_id):
        raise VoidedBefore
    try:
        spot.void(purchase_id, reason=reason, by=by, now=now)
    except MoveNotLawful as error:
        raise VoidedBefore from error
    for matter in db.session.scalars(tills.unsettled(sale.id)):
        matter.settled_at, matter.settled_by_id, matter.outcome = now, by.id, Outcome.VOIDED


def _sums(told: ToldSale) -> dict[str, object]:
    discount = {"discount_cents": told.discount_cents, "reason": told.reason}
    discount["bartered"] = told.bartered
    return {"total_cents": told.total_cents, "cashier_id": told.cashier_id} | discount


def _as_sold(till: Till, told: ToldSale) -> spot.SpotSale:
    pieces = tuple(
        spot.Piece(line.enterprise_id, line.quantity, line.price_cents, line.product_id, line.name)
        for line in told.lines
    )
    ids = [line.product_id for line in told.lines if line.product_id]
    return spot.SpotSale(
        f"till:{told.code}",
        till.collection_id,
        till.way,
        pieces,
        told.tenders,
        discounts=told.discounts,
        prices=offers.prices_at(till.fair_id, ids),
    )


def _matters(till: Till, told: ToldSale, kept: TillSale, sold: spot.Sold) -> Iterator[Matter]:
    """Yield what a person must settle of a sale."""
    usual = {"sale_id": kept.id, "raised_at": kept.received_at}
    for unlike in sold.unlike:
        yield from _differences(unlike, told, usual)
    for tender_id in sold.unseen:
        tender = db.session.get_one(Tender, tender_id)
        seller = spot.seller_of(tender.order_id)
        facts = {"tender_id": tender_id, "sold_cents": tender.amount_cents}
        yield Matter(kind=MatterKind.PIX, enterprise_id=seller, **facts, **usual)
    sellers = dict.fromkeys(line.enterprise_id for line in told.lines)
    for seller in sellers:
        if not tills.stands_at(till.collection_id, seller):
            yield Matter(kind=MatterKind.SELLER, enterprise_id=seller, **usual)
        if till.revoked_at is not None:
            yield Matter(kind=MatterKind.REVOKED, enterprise_id=seller, **usual)


def _known_prices(told: ToldSale) -> set[tuple[int | None, int | None]]:
    """Return what a discount with its reason was taken off, by product: no matter if it is so."""
    return {(line.product_id, line.listed_cents) for line in told.lines if told.discount_cents}


def _differences(unlike: spot.Unlike, told: ToldSale, usual: dict[str, object]) -> Iterator[Matter]:
    line = db.session.get_one(OrderLine, unlike.line_id)
    facts = {"enterprise_id": spot.seller_of(line.order_id), "line_id": line.id, **usual}
    off = unlike.listed_cents != unlike.sold_cents and not told.paid_otherwise
    if off and (line.product_id, unlike.listed_cents) not in _known_prices(told):
        prices = {"sold_cents": unlike.sold_cents, "listed_cents": unlike.listed_cents}
        yield Matter(kind=MatterKind.PRICE, **prices, **facts)
    if unlike.missing:
        yield Matter(kind=MatterKind.STOCK, pieces=unlike.missing, **facts)
