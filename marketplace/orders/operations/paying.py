"""A purchase that is paid online: asked for at once, placed once paid, let go if not."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.orders.models.orders import PAYABLE, Order, State
from marketplace.orders.operations import closing, placing, steps
from marketplace.payments.errors import PaymentMoved
from marketplace.payments.models.online import Attempt
from marketplace.payments.operations import attempts
from marketplace.payments.queries import payments

GROUP = "purchase"
TERM = placing.PAYING_TERM


@operation
def ask(purchase_id: int, *, by: Person, now: datetime) -> Attempt:
    """Ask for one payment of all orders of a purchase that wait for it, until their term.

    While an attempt for just these is live, that one is returned; any other is given up.

    :raises PaymentMoved: if none waits any more, or online payment is not open here.
    """
    waiting = sa.select(Order).where(
        Order.purchase_id == purchase_id, Order.state == State.AWAITING, Order.pay_by > now
    )
    locked = waiting.order_by(Order.id).with_for_update().execution_options(populate_existing=True)
    orders = list(db.session.scalars(locked))
    until = min((order.pay_by for order in orders if order.pay_by), default=None)
    if until is None:
        raise PaymentMoved
    asked = payments.live_for(PAYABLE, [order.id for order in orders])
    ids = sorted(payment.id for payment in asked.values())
    return attempts.ask((GROUP, purchase_id), ids, until=until, by=by, now=now)


@operation
def place(order_id: int, *, by: Person, now: datetime) -> None:
    """Let the enterprise have an order whose money is there: its term to answer begins now."""
    waiting = sa.select(Order).where(Order.id == order_id, Order.state == State.AWAITING)
    locked = waiting.with_for_update().execution_options(populate_existing=True)
    if order := db.session.scalar(locked):
        to = placing.Destination(order.way, opens_at=_opens_at(order), due_at=order.due_at)
        term = {"pay_by": None, "answer_by": placing.answer_term(to, now)}
        steps.move(order, State.PLACED, by=by, now=now, values=term)


def lapse_unpaid(*, by: Person, now: datetime) -> list[int]:
    """Let go up to a batch of orders not paid by their term, each in a transaction of its own.

    Return their ids; who calls asks again until there are none.
    """
    return closing.end_each(State.NOT_PAID, by=by, now=now)


def _opens_at(order: Order) -> datetime | None:
    """Return when the buyer may first come; where a point opens no more on that day, its end."""
    if order.collection:
        return order.collection.opens_at
    if order.point and order.collect_on and order.point.open_on(order.collect_on):
        return order.point.hours_on(order.collect_on)[0]
    return order.due_at
