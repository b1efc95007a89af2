"""Keeping what reservations a till handed over: the first that is told wins."""

import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.clock import today
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.money import split
from marketplace.fairs.errors import ReservationNotHere
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.models.tills import Till, TillHandover, TillSale
from marketplace.fairs.operations import sales
from marketplace.fairs.operations.telling import (
    NEW,
    check_cashier,
    check_seller,
    claim,
    known,
    seller_of,
)
from marketplace.fairs.queries import tills
from marketplace.fairs.told import ToldHandover, ToldLine, ToldSale
from marketplace.orders.errors import NothingLeft, QuantityWrong
from marketplace.orders.models.at_till import Came
from marketplace.orders.models.orders import Order, State
from marketplace.orders.operations import at_till
from marketplace.payments.models.payments import Method


@operation(keyed=True)
def record_handover(till_id: int, told: ToldHandover, *, now: datetime) -> str:
    """Hand a reservation over as a till did; return whether that is ``new`` or was ``known``.

    What was paid in advance is given as it was paid; other pieces are left to a person.

    One that was over and is paid at the till all the same becomes a sale of its own, of what was
    paid, with stock looked at anew; one that was handed over before, or paid otherwise than was
    due, is left to a person; so is whether a Pix arrived, to who was paid.

    :raises AnotherSale: if another one has its number.
    :raises ReservationNotHere: if there is none. :raises NotOfThisTill: if it is of another.
    :raises NothingLeft, QuantityWrong: if no pieces were given, or more than were reserved.
    """
    till, order = find_one(tills.by_id(till_id)), db.session.get(Order, told.order_id)
    if order is None:
        raise ReservationNotHere
    if not claim(TillHandover, till, told, now, **_facts(told, order)):
        return known(tills.handover_by_code(told.code), told)
    check_seller(till, order.enterprise_id)
    check_cashier(till, told)
    by, due = seller_of(till, told), order.total_cents if _is_due(order) else 0
    desk = till.enterprise_id is None
    handed = at_till.Handed(order.id, told.pieces, told.method, told.reason, desk)
    came = at_till.hand_over(handed, at=moment_of(till, now), by=by, now=now)
    kept = lock_one(sa.select(TillHandover).where(TillHandover.code == told.code))
    kept.came = came
    if came is Came.OVER and told.method:
        kept.sale_id = _sell_instead(till_id, told, order, now)
    db.session.add_all(_matters(till, told, kept, _owed(told, kept, due)))
    db.session.add_all(_other_pieces(told, kept))
    audit.record("till_handover_kept", by=by, now=now, till_id=till_id, order_id=order.id)
    return NEW


def moment_of(till: Till, now: datetime) -> datetime:
    """Return when it was, as far as we know: now, or within the day to which the till is bound."""
    day = till.collection
    if today(day.time_zone, now) == day.day:
        return now
    return min(max(now, day.opens_at), day.ends_at)


def _facts(told: ToldHandover, order: Order) -> dict[str, object]:
    right = hmac.compare_digest(told.buyers_code.encode(), order.handover_code.encode())
    return {
        "order_id": order.id,
        "cashier_id": told.cashier_id,
        "by_code": right,
        "reason": told.reason,
        "method": told.method,
        "paid_cents": told.paid_cents,
        "bartered": told.bartered,
    }


def _sell_instead(till_id: int, told: ToldHandover, order: Order, now: datetime) -> int:
    """Write what was given of a reservation that was over as a sale, under the same number."""
    number = {
        "cashier_id": told.cashier_id,
        "code": told.code,
        "sequence": told.sequence,
        "digest": told.digest,
    }
    total, lines = told.paid_cents, tuple(_as_paid(list(_sold(order, told)), told.paid_cents))
    paid = {"tenders": {told.method: total}, "total_cents": total, "bartered": told.bartered}
    paid["paid_otherwise"] = total != _worth(order, told)
    sale = ToldSale(told_at=told.told_at, lines=lines, **number, **paid)  # type: ignore[arg-type]
    sales.record_sale(till_id, sale, now=now)
    return lock_one(sa.select(TillSale).where(TillSale.code == told.code)).id


def _sold(order: Order, told: ToldHandover) -> Iterator[ToldLine]:
    of = {line.id: line for line in order.lines}
    for line_id, pieces in told.pieces.items():
        if (line := of.get(line_id)) is None or pieces > line.ordered:
            raise QuantityWrong
        what = (order.enterprise_id, line.product_id, line.name)
        if pieces:
            yield ToldLine(*what, pieces, line.price_cents)


def _as_paid(lines: list[ToldLine], paid_cents: int) -> Iterator[ToldLine]:
    """Yield the lines at the prices at which they were sold: together what was paid, in centavos.

    :raises NothingLeft: without any.
    """
    if not lines:
        raise NothingLeft
    parts = split(paid_cents, [line.quantity * line.price_cents for line in lines])
    for line, part in zip(lines, parts, strict=True):
        each, rest = divmod(part, line.quantity)
        for pieces, price in ((line.quantity - rest, each), (rest, each + 1)):
            if pieces:
                yield replace(line, quantity=pieces, price_cents=price)


def _worth(order: Order, told: ToldHandover) -> int:
    """Return what the pieces that were given cost, in centavos."""
    return sum(told.pieces.get(line.id, 0) * line.price_cents for line in order.lines)


def _matters(till: Till, told: ToldHandover, kept: TillHandover, owed: int) -> Iterator[Matter]:
    """Yield what a person must settle of a hand-over; ``owed`` for it, in centavos."""
    sums = {"sold_cents": told.paid_cents, "listed_cents": owed}
    for kind in _odd(told, kept, owed):
        yield Matter(
            handover_id=kept.id,
            kind=kind,
            enterprise_id=kept.order.enterprise_id,
            raised_at=kept.received_at,
            **sums,
        )
    if till.revoked_at is not None and kept.sale_id is None:
        facts = {"enterprise_id": kept.order.enterprise_id, "raised_at": kept.received_at}
        yield Matter(handover_id=kept.id, kind=MatterKind.REVOKED, **facts)


def _other_pieces(told: ToldHandover, kept: TillHandover) -> Iterator[Matter]:
    """Yield where other pieces were given than were paid for in advance.

    A till that was loaded before a shortage gives what was there then.
    """
    if kept.came is not Came.GIVEN or not kept.order.is_prepaid:
        return
    for line in kept.order.lines:
        given = told.pieces.get(line.id, 0)
        if given != line.charged:
            yield Matter(
                handover_id=kept.id,
                kind=MatterKind.MORE if given > line.charged else MatterKind.FEWER,
                enterprise_id=kept.order.enterprise_id,
                line_id=line.id,
                pieces=abs(given - line.charged),
                sold_cents=given * line.price_cents,
                listed_cents=line.charged * line.price_cents,
                raised_at=kept.received_at,
            )


def _odd(told: ToldHandover, kept: TillHandover, owed: int) -> Iterator[MatterKind]:
    if kept.came is Came.AGAIN:
        yield MatterKind.TWICE
    elif kept.came is Came.UNPAID or (kept.came is Came.OVER and told.method is None):
        yield MatterKind.UNPAID
    elif told.paid_cents != owed:
        yield MatterKind.PAID
    if told.buyers_code and not kept.by_code:
        yield MatterKind.CODE
    if kept.came is Came.GIVEN and told.method is Method.OWN_PIX and at_till.is_due(kept.order):
        yield MatterKind.PIX


def _is_due(order: Order) -> bool:
    """Whether it is paid at the hand-over: also one that nobody collected, and is taken up now."""
    return at_till.is_due(order) or order.state is State.NO_SHOW


def _owed(told: ToldHandover, kept: TillHandover, due: int) -> int:
    """Return what was to be paid, in centavos: for what was given, which may be less than due."""
    if kept.came is Came.OVER and told.method:
        return _worth(kept.order, told)
    return kept.order.total_cents if due else 0
