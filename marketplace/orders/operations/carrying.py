"""What was reserved for a fair that is called off goes to another one, where its stall will be.

A buyer who does not want that gives the order up on its page, as any order; what was paid online
goes back then.
"""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.orders.errors import WindowFull
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import Collection
from marketplace.orders.models.states import FAILED, SEEN
from marketplace.orders.operations import carried_facts, steps, windows
from marketplace.orders.signals import order_changed


def carry_each(
    from_id: int, to_id: int, *, reason: str, by: Person, now: datetime
) -> dict[int, int]:
    """Carry over what each purchase has at a collection; return how many orders, by purchase.

    Each is a transaction of its own. What cannot be carried over stays where it is.
    """
    here = sa.select(Order.purchase_id).where(Order.collection_id == from_id, Order.state.in_(SEEN))
    ids = list(db.session.scalars(here.distinct().order_by(Order.purchase_id)))
    return {one: carry_over(one, from_id, to_id, reason=reason, by=by, now=now) for one in ids}


@operation
def carry_over(
    purchase_id: int, from_id: int, to_id: int, *, reason: str, by: Person, now: datetime
) -> int:
    """Carry over what a purchase has at a collection, of those who will be at the other one.

    It gets the first of the other's windows that has room. Return how many orders moved: none
    where nobody of it will be there, or there is no room any more.
    """
    to = db.session.scalar(_held(to_id))
    if to is None or not to.takes_orders(now):
        return 0
    stalls = {seller.enterprise_id for seller in to.sellers}
    there = db.session.scalars(_open(purchase_id, from_id))
    orders = [order for order in there if order.enterprise_id in stalls]
    if not orders:
        return 0
    lock_one(sa.select(Purchase).where(Purchase.id == purchase_id))
    try:
        window_id = _window(purchase_id, to, now)
    except WindowFull:
        return 0
    left = {order.window_id for order in orders}
    for order in orders:
        order.collection_id, order.window_id, order.due_at = to.id, window_id, to.due_at
        carried_facts.carry(order, to, by=by, now=now)
        steps.note(order, "day_changed", by=by, now=now, reason=reason)
    db.session.flush()
    for before in left:
        windows.leave(before, purchase_id)
    for order in orders:
        order_changed.send(order_id=order.id, kind="day_changed", by=by, now=now)
    audit.record("orders_carried_over", by=by, now=now, orders=len(orders), collection_id=to.id)
    return len(orders)


def _window(purchase_id: int, to: Collection, now: datetime) -> int | None:
    """Take a place in a window there, or return the one that the purchase has.

    :raises WindowFull: if there is no room.
    """
    if not to.windows:
        return None
    had = sa.select(Order.window_id).where(
        Order.purchase_id == purchase_id,
        Order.collection_id == to.id,
        Order.state.not_in(FAILED),
        Order.window_id.is_not(None),
    )
    if (known := db.session.scalar(had.limit(1))) is not None:
        return known
    for window in sorted(to.windows, key=lambda window: window.starts_at):
        if window.ends_at > now and window.taken < window.capacity:
            try:
                windows.take(window.id, to.id)
            except WindowFull:
                continue  # another purchase was faster: the next one
            return window.id
    raise WindowFull


def _held(collection_id: int) -> sa.Select[Collection]:
    """Select a collection, kept from being called off or closed until we are done."""
    query = sa.select(Collection).where(Collection.id == collection_id)
    return query.with_for_update(read=True).execution_options(populate_existing=True)


def _open(purchase_id: int, collection_id: int) -> sa.Select[Order]:
    query = sa.select(Order).where(
        Order.purchase_id == purchase_id,
        Order.collection_id == collection_id,
        Order.state.in_(SEEN),
    )
    query = query.order_by(Order.id).with_for_update()
    return query.execution_options(populate_existing=True)
