"""Places in the windows of a collection: one for each purchase that comes there."""

import sqlalchemy as sa

from marketplace.core.database import connection, db
from marketplace.orders.errors import WindowFull
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import Window
from marketplace.orders.models.states import FAILED


def take(window_id: int, collection_id: int) -> None:
    """Take one place in a window.

    :raises WindowFull: if there is none left, or no such window at this collection.
    """
    at = {"window": window_id, "collection": collection_id}
    if connection().execute(_TAKE, at).rowcount != 1:
        raise WindowFull


def leave(window_id: int | None, purchase_id: int) -> None:
    """Leave a window, once no order of the purchase needs it any more.

    The purchase is locked, so that of two orders that fail together the later sees the earlier.
    """
    if window_id is None:
        return
    purchase = sa.select(Purchase.id).where(Purchase.id == purchase_id)
    db.session.execute(purchase.with_for_update())
    needed = sa.select(Order.id).where(
        Order.purchase_id == purchase_id,
        Order.window_id == window_id,
        Order.state.not_in(FAILED),
    )
    if db.session.scalar(needed.limit(1)) is None:
        left = sa.update(Window).where(Window.id == window_id).values(taken=Window.taken - 1)
        db.session.execute(left)


_TAKE = (
    sa.update(Window)
    .where(
        Window.id == sa.bindparam("window"),
        Window.collection_id == sa.bindparam("collection"),
        Window.taken < Window.capacity,
    )
    .values(taken=Window.taken + 1)
)
