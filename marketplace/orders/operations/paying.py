"""A purchase that is paid online: asked for at once, placed once paid, let go if not."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.orders.models.orders import Order, State
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
    asked = payments.live_for(steps.PAYABLE, [order.id for order in orders])
    ids = sorted(payment.id for payment in asked.values())
    return attempts.ask((GROUP, purchase_id), ids, until=until, by=by, now=now)


def lapse_unpaid(*, by: Person, now: datetime) -> list[int]:
    """Let go up to a batch of orders not paid by their term, each in a transaction of its own.

    Return their ids; who calls asks again until there are none.
    """
    return closing.let_unpaid_go(by=by, now=now)
