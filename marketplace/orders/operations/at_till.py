"""Reservations handed over at a till that may have been offline: told later, and a fact by then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from marketplace.catalogue.errors import OutOfStock
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.transactions import savepoint
from marketplace.orders.errors import QuantityWrong
from marketplace.orders.models.at_till import Came
from marketplace.orders.models.orders import Order
from marketplace.orders.operations import handovers, steps
from marketplace.orders.operations import reviving as again
from marketplace.orders.queries import reviving
from marketplace.payments.models.payments import DESK_TAKES, Method, PaymentState
from marketplace.payments.operations import payments


@dataclass(frozen=True)
class Handed:
    """What was given, in pieces by line id, and in which way it was paid, if it was."""

    order_id: int
    pieces: Mapping[int, int]
    method: Method | None
    reason: str  # why without the buyer's code; empty with it
    at_desk: bool = False  # the common desk took the money


def settle_pix(order_id: int, *, arrived: bool, by: Person, now: datetime) -> None:
    """Note whether the Pix of what a till handed over arrived; else it is asked for no more."""
    order = lock_one(sa.select(Order).where(Order.id == order_id))
    payment = steps.payment_of(order)
    if payment is None or payment.state is not PaymentState.DUE:
        return
    if arrived:
        payments.settle_payment(payment.id, by=by, now=now)
    else:
        payments.cancel_payment(payment.id, by=by, now=now)


@operation
def hand_over(told: Handed, *, at: datetime, by: Person, now: datetime) -> Came:
    """Hand a reservation over as it was told, ``at`` that moment, unless it is open no more.

    One that nobody had collected in time is taken up again first, while all of it is there.

    Who calls has looked whether ``by`` may, and sees to what did not fit.

    :raises QuantityWrong: for more than was ordered, or of another order.
    :raises NothingLeft: if all pieces are zero.
    """
    order = lock_one(sa.select(Order).where(Order.id == told.order_id))
    if order.handed_over_at is not None:
        return Came.AGAIN
    if not handovers.is_open(order) and not _revived(order, told, at=at, by=by, now=now):
        return Came.OVER
    if told.method is None and is_due(order):
        return Came.UNPAID
    _give(order, told, at=at, by=by, now=now)
    return Came.GIVEN


def _revived(order: Order, told: Handed, *, at: datetime, by: Person, now: datetime) -> bool:
    """Promise a reservation that nobody had collected again, if it is paid there, and all there."""
    if told.method is None or not reviving.is_revivable(order):
        return False
    try:
        with savepoint(db.session(), None):
            again.promise_again(order, at, by=by, now=now)
    except OutOfStock:
        return False
    return True


def is_due(order: Order) -> bool:
    """Whether it is still to be paid."""
    payment = steps.payment_of(order)
    return payment is not None and payment.state is PaymentState.DUE


def _give(order: Order, told: Handed, *, at: datetime, by: Person, now: datetime) -> None:
    if told.pieces.keys() - {line.id for line in order.lines}:
        raise QuantityWrong
    pieces = {line.id: told.pieces.get(line.id, 0) for line in order.lines}
    why = told.reason or _("As the till told it.")
    handovers.give(
        order,
        None if order.is_prepaid else pieces,
        reason=why,
        paid_with=told.method or order.method,
        at_desk=told.at_desk and told.method in DESK_TAKES,
        unseen=told.method is Method.OWN_PIX,
        at=at,
        by=by,
        now=now,
    )
    if told.reason:
        steps.note(order, "without_code", by=by, now=now, reason=told.reason)
