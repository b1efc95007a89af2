"""Sales on the spot: ordered, paid and handed over at once, at a till that may have been offline.

The sale is a fact by the time we hear of it. So nothing here refuses what was sold: prices stay as
they were told, and what does not fit the catalogue is handed back for a person to settle.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.operations import shortfalls, stock
from marketplace.catalogue.operations.shortfalls import Taken
from marketplace.catalogue.queries import products
from marketplace.catalogue.queries.products import Frozen
from marketplace.core import audit, failpoints
from marketplace.core.database import db, operation
from marketplace.core.privacy import ERASED
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import FactKind
from marketplace.orders.models.orders import Order, OrderLine, Purchase, State
from marketplace.orders.models.places import Collection, Way
from marketplace.orders.models.tenders import TENDER, Tender
from marketplace.orders.operations import facts, numbers, offers, placing, steps
from marketplace.payments.models.payments import DESK_TAKES, Method, PaymentState
from marketplace.payments.operations import payments
from marketplace.payments.operations.payments import Asked
from marketplace.payments.queries import payments as payment_queries

MOST_SELLERS = 26  # A … Z
SEEN = (Method.CASH, Method.MACHINE, Method.SOCIAL, Method.BARTER)
"""Ways in which who sells sees the money arrive; a Pix is looked at later."""


@dataclass(frozen=True)
class Piece:
    """So many of one thing, at the price of one in centavos; without a product it has a name."""

    enterprise_id: int
    quantity: int
    price_cents: int
    product_id: int | None = None
    name: str = ""

    @property
    def total_cents(self) -> int:
        return self.quantity * self.price_cents


@dataclass(frozen=True)
class SpotSale:
    """What was sold and how it was paid; the tenders add up to the pieces, in centavos."""

    key: str  # of the sale: unique for ever
    collection_id: int
    way: Way
    pieces: tuple[Piece, ...]
    tenders: Mapping[Method, int]
    discounts: Mapping[int, int] = field(default_factory=dict)
    """What was taken off before, in centavos, by who sells."""
    prices: Mapping[int, int] = field(default_factory=dict)
    """What one costs where it was sold, by product: what costs another price there."""


class Unlike(NamedTuple):
    """A line at another price than is listed now, there or everywhere, or of more than was left."""

    line_id: int
    sold_cents: int
    listed_cents: int
    missing: int


class Sold(NamedTuple):
    """What was written: the purchase, lines that are unlike the catalogue, Pix to look at."""

    purchase_id: int
    unlike: list[Unlike]
    unseen: list[int]  # ids of tenders


@operation
def sell(sale: SpotSale, *, by: Person, now: datetime) -> Sold:
    """Write a sale that was made: one order for each who sells, with stock, payments and facts.

    Each caller has its own key for it, and has looked whether it was written before.
    """
    collection = db.session.get_one(Collection, sale.collection_id)
    ids = [piece.product_id for piece in sale.pieces if piece.product_id is not None]
    left = Counter(shortfalls.lock_each(ids))
    left.update(offers.bring_back_locked(left, by=by, now=now))
    frozen = products.frozen_each(ids)
    purchase = _purchase(sale, now, is_demo=_is_demo(sale))
    orders = _orders(sale, purchase, collection, by=by, now=now)
    lines = _lines(sale, orders, frozen)
    failpoints.point("orders.spot.written")
    missing = shortfalls.sell_beyond(_taken(lines), left, by=by, now=now)
    unseen = _pay(sale, orders, by=by, now=now)
    for order in orders.values():
        sold = {line.id: line.ordered for line in order.lines}
        facts.record(order, FactKind.SALE, sold, method=order.method, by=by, now=now)
    audit.record("sold_on_the_spot", by=by, now=now, purchase_id=purchase.id)
    listed = {key: product.price_cents for key, product in frozen.items()} | dict(sale.prices)
    return Sold(purchase.id, _unlike(lines, listed, missing), unseen)


@operation
def void(purchase_id: int, *, reason: str, by: Person, now: datetime) -> None:
    """Undo a sale on the spot: goods are there again, money was given back, nothing was sold.

    :raises MoveNotLawful: if one of its orders was given back, or undone, before.
    """
    purchase = db.session.get_one(Purchase, purchase_id)
    for order in purchase.orders:
        steps.move_quietly(order, State.VOIDED, by=by, now=now, reason=reason)
        for product_id, line in order.stocked:
            stock.take_back(product_id, line.ordered, subject=line.subject, by=by, now=now)
        _unpay(order, by=by, now=now)
        facts.take_back_all(order, by=by, now=now)


@operation
def settle_tender(tender_id: int, *, arrived: bool, by: Person, now: datetime) -> None:
    """Note whether what was given in a way that nobody saw has arrived; else it is not expected."""
    payment = payment_queries.live_of(TENDER, tender_id)
    if payment is None or payment.state is not PaymentState.DUE:
        return
    if arrived:
        payments.settle_payment(payment.id, by=by, now=now)
    else:
        payments.cancel_payment(payment.id, by=by, now=now)


def seller_of(order_id: int) -> int:
    """Return the id of the enterprise whose order this is."""
    return db.session.get_one(Order, order_id).enterprise_id


def _purchase(sale: SpotSale, now: datetime, *, is_demo: bool) -> Purchase:
    purchase = Purchase(
        number=numbers.next_number(),
        link_key=secrets.token_urlsafe(placing.LINK_BYTES),
        checkout_key=sale.key,
        buyer_name=ERASED,  # nobody was named
        buyer_mobile="",
        placed_at=now,
        is_demo=is_demo,
    )
    db.session.add(purchase)
    db.session.flush()
    return purchase


def _is_demo(sale: SpotSale) -> bool:
    sellers = {piece.enterprise_id for piece in sale.pieces}
    return any(db.session.get_one(Enterprise, one).is_demo for one in sellers)


def _orders(
    sale: SpotSale, purchase: Purchase, collection: Collection, *, by: Person, now: datetime
) -> dict[int, Order]:
    """Write an order for each who sells, in the order in which their things were rung up."""
    sellers = dict.fromkeys(piece.enterprise_id for piece in sale.pieces)
    way = {"way": sale.way, "collection_id": collection.id, "division_id": collection.division_id}
    method = next(iter(sale.tenders)) if len(sale.tenders) == 1 else Method.MIXED
    done = {"state": State.HANDED_OVER, "stock_held": False, "answer_by": now}
    orders = {}
    for number, seller in enumerate(sellers):
        goods = sum(p.total_cents for p in sale.pieces if p.enterprise_id == seller)
        orders[seller] = Order(
            purchase_id=purchase.id,
            letter=chr(ord("A") + number),
            enterprise_id=seller,
            method=method,
            goods_cents=goods,
            total_cents=goods,
            discount_cents=sale.discounts.get(seller, 0),
            handover_code=f"{secrets.randbelow(10**6):06d}",
            handed_over_at=now,
            **way | done,
        )
    db.session.add_all(orders.values())
    db.session.flush()
    for order in orders.values():
        steps.note(order, State.HANDED_OVER.value, by=by, now=now)
    return orders


def _lines(
    sale: SpotSale, orders: Mapping[int, Order], frozen: Mapping[int, Frozen]
) -> list[OrderLine]:
    lines = []
    for piece in sale.pieces:
        product = frozen.get(piece.product_id or 0)
        sold = dict.fromkeys(("ordered", "separated", "handed_over", "charged"), piece.quantity)
        order = orders[piece.enterprise_id]
        copied = _of_product(product, piece) if product else _of_nothing_known(piece)
        line = OrderLine(order_id=order.id, price_cents=piece.price_cents, **copied | sold)
        order.lines.append(line)
        lines.append(line)
    db.session.flush()
    return lines


def _of_product(product: Frozen, piece: Piece) -> dict[str, Any]:
    """Copy a product onto a line; the parts of its price only where it was sold at that price."""
    copied = {name: getattr(product, name) for name in placing.COPIED if name != "price_cents"}
    copied |= {"price_version_id": product.version_id, "to_order": False}
    if piece.price_cents != product.price_cents:
        copied |= dict.fromkeys(placing.OF_PRICE)
    return copied


def _of_nothing_known(piece: Piece) -> dict[str, Any]:
    segment = db.session.get_one(Enterprise, piece.enterprise_id).segment
    return {"name": piece.name, "unit": "un", "segment": segment}


def _taken(lines: Iterable[OrderLine]) -> list[Taken]:
    return [
        Taken(line.product_id, line.ordered, line.subject)
        for line in lines
        if line.product_id is not None
    ]


def _unlike(
    lines: Iterable[OrderLine], listed: Mapping[int, int], missing: Mapping[str, int]
) -> list[Unlike]:
    """Return the lines at another price than is listed, by product, or beyond what was left."""
    told = []
    for line in lines:
        price, short = listed.get(line.product_id or 0), missing.get(line.subject, 0)
        if short or price not in (None, line.price_cents):
            told.append(Unlike(line.id, line.price_cents, price or line.price_cents, short))
    return told


def _pay(sale: SpotSale, orders: Mapping[int, Order], *, by: Person, now: datetime) -> list[int]:
    """Enter how each order was paid; return the ids of the tenders that nobody has seen arrive."""
    tenders = _shared(sale.tenders, list(orders.values()))
    db.session.add_all(tenders)
    db.session.flush()
    seller = {order.id: order.enterprise_id for order in orders.values()}
    asked = [Asked(t.id, seller[t.order_id], t.amount_cents, t.method) for t in tenders]
    written = payments.request_payments(TENDER, asked, by=by, now=now)
    ways = {tender.id: tender.method for tender in tenders}
    for payment in written:
        if (way := ways[payment.payable_id]) in SEEN:
            kept = sale.way is Way.DESK and way in DESK_TAKES
            payments.settle_payment(payment.id, at_desk=kept, by=by, now=now)
    return sorted(tender_id for tender_id, way in ways.items() if way not in SEEN)


def _shared(given: Mapping[Method, int], orders: Iterable[Order]) -> list[Tender]:
    """Fill each order from what was given, one way after the other."""
    left, tenders = dict(given), []
    for order in orders:
        owed = order.total_cents
        for method in list(left):
            part = min(owed, left[method])
            if part:
                tenders.append(Tender(order_id=order.id, method=method, amount_cents=part))
            left[method], owed = left[method] - part, owed - part
    return tenders


def _unpay(order: Order, *, by: Person, now: datetime) -> None:
    """Give back what was seen to arrive, and expect no longer what was not."""
    tenders = sa.select(Tender.id).where(Tender.order_id == order.id)
    paid = payment_queries.live_for(TENDER, db.session.scalars(tenders))
    for payment in paid.values():
        if payment.state is PaymentState.DUE:
            payments.cancel_payment(payment.id, by=by, now=now)
        elif payment.state is PaymentState.SETTLED:
            payments.owe_refund(payment.id, by=by, now=now)
            payments.confirm_refund(payment.id, by=by, now=now)
