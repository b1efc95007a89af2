"""What stands on the sheets of a fair: who collects what, and how much of it each stall brings."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from marketplace.core.database import db
from marketplace.fairs.models.fairs import FairDay
from marketplace.orders.models.orders import Order, OrderLine, Purchase
from marketplace.orders.models.places import Window
from marketplace.orders.models.states import SEEN


class Pieces(NamedTuple):
    """How many pieces of one thing are reserved at an enterprise's stall."""

    enterprise_id: int
    name: str
    pieces: int


def announced(fair_id: int, day_id: int) -> sa.Select[FairDay]:
    """Select a day of a fair at which orders can be collected."""
    query = sa.select(FairDay).where(FairDay.id == day_id, FairDay.fair_id == fair_id)
    return query.where(FairDay.collection_id.is_not(None))


def to_collect(collection_id: int | None) -> list[Order]:
    """Return the open orders of a day by the time at which they are collected, then by number."""
    query = (
        sa.select(Order)
        .join(Order.purchase)
        .outerjoin(Order.window)
        .where(Order.collection_id == collection_id, Order.state.in_(SEEN))
        .options(contains_eager(Order.purchase), contains_eager(Order.window))
        .options(selectinload(Order.lines), joinedload(Order.enterprise))
        .order_by(Window.starts_at, Purchase.number, Order.letter)
    )
    return list(db.session.scalars(query))


def pieces(collection_id: int | None) -> list[Pieces]:
    """Return what all open orders of a day need together, by name."""
    query = (
        sa.select(Order.enterprise_id, OrderLine.name, sa.func.sum(OrderLine.charged))
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.collection_id == collection_id, Order.state.in_(SEEN))
        .group_by(Order.enterprise_id, OrderLine.name)
        .order_by(OrderLine.name)
    )
    return [Pieces(*row) for row in db.session.execute(query)]
