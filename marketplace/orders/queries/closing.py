"""Orders whose time is over."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.states import OPEN


def unanswered(now: datetime) -> sa.Select[Order]:
    """Select orders on which the enterprise was silent until their term."""
    late = sa.select(Order).where(Order.state == State.PLACED, Order.answer_by <= now)
    return late.order_by(Order.answer_by, Order.id)


def unpaid(now: datetime) -> sa.Select[Order]:
    """Select orders for which their buyer did not pay until their term."""
    late = sa.select(Order).where(Order.state == State.AWAITING, Order.pay_by <= now)
    return late.order_by(Order.pay_by, Order.id)


def missed(now: datetime) -> sa.Select[Order]:
    """Select orders that nobody collected until their term."""
    promised = Order.state.in_((State.ACCEPTED, State.READY))
    return sa.select(Order).where(promised, Order.due_at <= now).order_by(Order.due_at, Order.id)


def open_at(collection_id: int) -> sa.Select[int]:
    """Select the ids of the orders still to be handed over at a collection."""
    here = sa.select(Order.id).where(Order.collection_id == collection_id)
    return here.where(Order.state.in_(OPEN)).order_by(Order.id)
