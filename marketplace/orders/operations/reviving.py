"""Reservations that nobody collected in time, promised again while all of it is there."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.clock import today
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.orders.errors import NotRevived
from marketplace.orders.models.orders import PAYABLE, Order, State
from marketplace.orders.operations import late, steps
from marketplace.orders.queries import orders as order_queries
from marketplace.orders.queries import reviving
from marketplace.orders.signals import order_changed
from marketplace.payments.operations import payments
from marketplace.payments.queries import payments as payment_queries


@operation
def revive_order(order_id: int, *, by: Person, now: datetime) -> Order:
    """Set a reservation apart once more for a buyer who comes late, until the end of its day.

    For its enterprise, and for staff of its Division.

    :raises NotRevived: if it ended otherwise, its day is over, or its money went back.
    :raises OutOfStock: if some of it was sold meanwhile.
    """
    order = lock_one(order_queries.handed_over_by(by).where(Order.id == order_id))
    return _revived(order, by=by, now=now)


@operation
def revive_own(link_key: str, letter: str, *, by: Person, now: datetime) -> Order:
    """Ask for it once more as its buyer; the page's secret link is the right to. As above."""
    order = lock_one(order_queries.of_link(link_key, letter))
    return _revived(order, by=by, now=now)


def promise_again(order: Order, until: datetime, *, by: Person, now: datetime) -> None:
    """Hold a locked, revivable order's goods anew, and ask for its payment again.

    :raises OutOfStock: if some of it was sold meanwhile.
    """
    late.hold(order, by=by, now=now)
    steps.note(order, "revived", by=by, now=now)
    again = {"stock_held": True, "due_at": until}
    steps.move_quietly(order, State.ACCEPTED, by=by, now=now, values=again)
    payments.ask_again(payment_queries.last_id_of(PAYABLE, order.id), by=by, now=now)
    audit.record("order_revived", by=by, now=now, order_id=order.id)


def _revived(order: Order, *, by: Person, now: datetime) -> Order:
    late.hold_open(order)
    at = order.collection
    if at is None or not (reviving.can_be_revived(order, now) and _sells(order, now)):
        raise NotRevived
    promise_again(order, reviving.end_of_day(at), by=by, now=now)
    order_changed.send(order_id=order.id, kind="revived", by=by, now=now)
    return order


def _sells(order: Order, now: datetime) -> bool:
    selling = enterprises.selling_on(today(order.time_zone, now))
    there = sa.select(Enterprise.id).where(Enterprise.id == order.enterprise_id, selling)
    return db.session.scalar(there) is not None
