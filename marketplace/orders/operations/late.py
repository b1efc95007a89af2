"""Orders that were let go unpaid, and whose money came all the same."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.catalogue.errors import OutOfStock
from marketplace.catalogue.operations import stock
from marketplace.core.clock import today
from marketplace.core.database import db, operation
from marketplace.core.privacy import ERASED
from marketplace.core.rights import Person
from marketplace.core.transactions import savepoint
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.orders.errors import WindowFull
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.places import Collection
from marketplace.orders.models.states import FAILED
from marketplace.orders.operations import offers, steps, windows
from marketplace.orders.queries import offers as offer_queries
from marketplace.orders.queries.waiting import can_wait


@operation
def take_up(order_id: int, *, by: Person, now: datetime) -> bool:
    """Let an order wait for its payment again if all of it can be had as ordered; else say no.

    Its goods are held anew, and its place at the fair; who calls places it.
    """
    let_go = sa.select(Order).where(Order.id == order_id, Order.state == State.NOT_PAID)
    locked = let_go.with_for_update().execution_options(populate_existing=True)
    order = db.session.scalar(locked)
    if order is None:
        return False
    hold_open(order)
    if not _can_be_had(order, now):
        return False
    try:
        with savepoint(db.session(), None):
            hold(order, by=by, now=now)
    except (OutOfStock, WindowFull):
        return False
    again = {"stock_held": True, "pay_by": now}
    steps.move(order, State.AWAITING, by=by, now=now, values=again)
    return True


def hold_open(order: Order) -> None:
    """Keep its collection from being closed or called off until the order is taken up."""
    where = sa.select(Collection).where(Collection.id == order.collection_id)
    held = where.with_for_update(read=True).execution_options(populate_existing=True)
    db.session.scalars(held).all()


def _can_be_had(order: Order, now: datetime) -> bool:
    """Whether buyer and seller are still there, and the day is still to come."""
    sells = enterprises.selling_on(today(order.time_zone, now))
    there = sa.select(Enterprise.id).where(Enterprise.id == order.enterprise_id, sells)
    known = order.purchase.buyer_name != ERASED
    return known and can_wait(order, now) and db.session.scalar(there) is not None


def hold(order: Order, *, by: Person, now: datetime) -> None:
    """Hold the goods of a locked order anew, and its place at the fair where it has none.

    :raises OutOfStock: if they are not all there. :raises WindowFull: if there is no place.
    """
    if order.window_id and order.collection_id and not _has_place(order):
        windows.take(order.window_id, order.collection_id)
    wanted = {product_id: (line.ordered, line.subject) for product_id, line in order.stocked}
    taken = [line for line in order.lines if offer_queries.is_open(line.offer_id, now)]
    apart = [line.product_id for line in taken if line.product_id is not None]
    stock.hold_each(wanted, apart=apart, by=by, now=now)
    for line in taken:
        offers.take(line, by=by, now=now)


def _has_place(order: Order) -> bool:
    """Whether the purchase keeps its place at the fair for another part."""
    mine = sa.select(Order.id).where(
        Order.purchase_id == order.purchase_id,
        Order.window_id == order.window_id,
        Order.state.not_in(FAILED),
    )
    return db.session.scalar(mine.limit(1)) is not None
