"""How orders end without their buyer or their seller: silence, no-show, the Division."""

import logging
from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.errors import DomainError
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.orders.models.orders import Order, State
from marketplace.orders.operations import steps
from marketplace.orders.queries import closing as overdue
from marketplace.orders.queries import orders as order_queries

BATCH = 100
OVERDUE = {
    State.LAPSED: overdue.unanswered,
    State.NO_SHOW: overdue.missed,
    State.NOT_PAID: overdue.unpaid,
}
log = logging.getLogger(__name__)


def lapse_unanswered(*, by: Person, now: datetime) -> list[int]:
    """End up to a batch of orders not answered by their term, each in a transaction of its own.

    Return their ids; who calls asks again until there are none.
    """
    return end_each(State.LAPSED, by=by, now=now)


def close_no_shows(*, by: Person, now: datetime) -> list[int]:
    """End up to a batch of orders not collected by their term, as ``lapse_unanswered``."""
    return end_each(State.NO_SHOW, by=by, now=now)


def end_each(to: State, *, by: Person, now: datetime) -> list[int]:
    """End up to a batch of the orders overdue for a state, as ``lapse_unanswered``."""
    due = OVERDUE[to](now)
    ids = list(db.session.scalars(due.with_only_columns(Order.id).limit(BATCH)))
    return [order_id for order_id in ids if _ended(order_id, to, by=by, now=now)]


@operation
def cancel_by_staff(order_id: int, *, reason: str, by: Person, now: datetime) -> Order:
    """Cancel an order that is still open, for staff of its Division or the house.

    :raises NotFound: also for an order of an enterprise to which ``by`` belongs.
    :raises ReasonMissing: without one.
    """
    order = lock_one(order_queries.acted_on_by(by).where(Order.id == order_id))
    steps.end(order, State.CANCELLED, by=by, now=now, reason=steps.required(reason))
    return order


def cancel_open_at(collection_id: int, *, reason: str, by: Person, now: datetime) -> list[int]:
    """Cancel up to a batch of the open orders of a collection that was called off."""
    found = overdue.open_at(collection_id).limit(BATCH)
    return [
        cancel_by_staff(order_id, reason=reason, by=by, now=now).id
        for order_id in list(db.session.scalars(found))
    ]


@operation
def refuse_waiting(enterprise_id: int, *, reason: str, by: Person, now: datetime) -> list[int]:
    """Refuse, for an enterprise that may no longer sell, the orders that it has not accepted.

    Those that wait to be paid are cancelled: it never saw them.
    """
    waiting = sa.select(Order).where(
        Order.enterprise_id == enterprise_id, Order.state.in_((State.AWAITING, State.PLACED))
    )
    locked = waiting.order_by(Order.id).with_for_update().execution_options(populate_existing=True)
    orders = list(db.session.scalars(locked))
    for order in orders:
        to = State.REFUSED if order.state is State.PLACED else State.CANCELLED
        steps.end(order, to, by=by, now=now, reason=steps.required(reason))
    return [order.id for order in orders]


def _ended(order_id: int, to: State, *, by: Person, now: datetime) -> bool:
    """End one; what cannot end is left for people, and in nobody's way."""
    try:
        return _end_one(order_id, to, by=by, now=now)
    except DomainError:
        log.exception("an order could not end", extra={"order_id": order_id, "state": to.value})
        return False


@operation
def _end_one(order_id: int, to: State, *, by: Person, now: datetime) -> bool:
    """End an order unless somebody moved it since it was found; return whether it ended."""
    locked = OVERDUE[to](now).where(Order.id == order_id).with_for_update()
    order = db.session.scalar(locked.execution_options(populate_existing=True))
    if order is not None:
        steps.end(order, to, by=by, now=now)
    return order is not None
