"""Keeping what was brought back to a till, and taking it off the sale that it was of."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa

from marketplace.catalogue.operations import shortfalls
from marketplace.core import audit
from marketplace.core.database import db, operation, wait_for
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.fairs.models.matters import Matter, MatterKind, Outcome
from marketplace.fairs.models.returns import TillReturn, TillReturnLine
from marketplace.fairs.models.tills import TillSale
from marketplace.fairs.operations.telling import (
    NEW,
    check_cashier,
    check_goods,
    claim,
    known,
    seller_of,
)
from marketplace.fairs.queries import returns, tills
from marketplace.fairs.told import ToldReturn
from marketplace.orders.operations import pieces
from marketplace.orders.operations.pieces import Brought, Fitted, Return


@operation(keyed=True)
def record_return(till_id: int, told: ToldReturn, *, now: datetime) -> str:
    """Keep what came back to a till; return whether it is ``new`` or was ``known``.

    Any till of the stall, or of the common desk, takes back what another one sold. What fits the
    sale is taken off it. More pieces than that, a sale that is not known here, or another amount
    than was paid becomes a matter to settle; the money was given all the same.

    :raises AnotherSale: if something else has its number.
    :raises UnknownGoods, NotOfThisTill: for what this till cannot have taken back.
    """
    till = find_one(tills.by_id(till_id))
    take_turns({told.sale_code, told.receipt and receipt_name(*told.receipt)})
    if not claim(TillReturn, till, told, now, **_facts(told)):
        return known(returns.by_code(told.code), told)
    check_cashier(till, told)
    by = seller_of(till, told)
    check_goods(till, told.lines)
    kept = lock_one(sa.select(TillReturn).where(TillReturn.code == told.code))
    kept.lines = [TillReturnLine(**vars(line)) for line in told.lines]
    db.session.flush()
    if (sale := db.session.scalar(returns.sale_of(kept))) is not None:
        _take_off(kept, sale, by=by, now=now)
    else:
        _wait_for_sale(kept, by=by, now=now)
    if till.revoked_at is not None:
        db.session.add_all(_each_seller(kept, MatterKind.REVOKED))
    audit.record("till_return_kept", by=by, now=now, till_id=till_id, return_id=kept.id)
    return NEW


def take_turns(names: Iterable[str | None]) -> None:
    """Let a sale and what came back of it be kept one after the other, however they are named.

    Told at the same moment, neither would see the other.
    """
    for name in sorted(filter(None, names)):
        wait_for(f"till sale {name}")


def receipt_name(till_id: int, sequence: int) -> str:
    """Return the number on a receipt, by which a sale is known to a buyer."""
    return f"{till_id}-{sequence}"


def fit_to(sale: TillSale, *, by: Person, now: datetime) -> None:
    """Take off a sale that has just arrived what came back of it before we knew of it."""
    for kept in db.session.scalars(returns.waiting_for(sale)):
        for matter in db.session.scalars(returns.unknown(kept.id)):
            if matter.settled_at is None:
                matter.settled_at, matter.settled_by_id = now, by.id
            matter.outcome = Outcome.FOUND
        _take_off(kept, sale, by=by, now=now)


def _facts(told: ToldReturn) -> dict[str, object]:
    till, sequence = told.receipt or (None, None)
    return {
        "cashier_id": told.cashier_id,
        "reason": told.reason,
        "amount_cents": told.amount_cents,
        "sale_code": told.sale_code,
        "receipt_till": till,
        "receipt_sequence": sequence,
        "exchange_code": told.exchange_code,
    }


def _take_off(kept: TillReturn, sale: TillSale, *, by: Person, now: datetime) -> None:
    """Take what came back off its sale; what does not fit becomes a matter."""
    kept.sale_id = sale.id
    back = Return(
        subject=kept.subject,
        purchase_id=sale.purchase_id or 0,
        day=kept.till.collection.day,
        at_desk=kept.till.enterprise_id is None,
        reason=kept.reason,
        pieces=tuple(_brought(line) for line in kept.lines),
    )
    for line, fitted in zip(kept.lines, pieces.take_back(back, by=by, now=now), strict=True):
        line.fitting = fitted.quantity
        db.session.add_all(_differences(kept, line, fitted))


def _brought(line: TillReturnLine) -> Brought:
    names = ("enterprise_id", "product_id", "name", "quantity", "price_cents", "kept_out")
    return Brought(*(getattr(line, name) for name in names))


def _differences(kept: TillReturn, line: TillReturnLine, fitted: Fitted) -> Iterator[Matter]:
    of = {"return_id": kept.id, "enterprise_id": line.enterprise_id, "raised_at": kept.received_at}
    if more := line.quantity - fitted.quantity:
        given = more * line.price_cents
        yield Matter(kind=MatterKind.RETURNED, pieces=more, sold_cents=given, **of)
    given = fitted.quantity * line.price_cents
    if given != fitted.paid_cents:
        sums = {"sold_cents": given, "listed_cents": fitted.paid_cents}
        yield Matter(kind=MatterKind.GIVEN_BACK, **sums, **of)


def _wait_for_sale(kept: TillReturn, *, by: Person, now: datetime) -> None:
    """Name that its sale is not known here; pieces of no named sale are counted as found."""
    for matter in _each_seller(kept, MatterKind.UNKNOWN):
        own = [line for line in kept.lines if line.enterprise_id == matter.enterprise_id]
        matter.pieces = sum(line.quantity for line in own)
        matter.sold_cents = sum(line.quantity * line.price_cents for line in own)
        db.session.add(matter)
    if kept.names_a_sale:
        return  # it may still arrive
    again = [line for line in kept.lines if not line.kept_out and line.product_id]
    for line in sorted(again, key=lambda line: line.product_id or 0):
        shortfalls.find_again(line.product_id or 0, line.quantity, by=by, now=now)


def _each_seller(kept: TillReturn, kind: MatterKind) -> list[Matter]:
    sellers = dict.fromkeys(line.enterprise_id for line in kept.lines)
    usual = {"kind": kind, "return_id": kept.id, "raised_at": kept.received_at}
    return [Matter(enterprise_id=seller, **usual) for seller in sellers]
