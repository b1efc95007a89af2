"""What the buyer does with an order; the page's secret link is the right to do it."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.orders.errors import TooLateToChange, WithdrawalNotGiven
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.states import OPEN
from marketplace.orders.operations import returns, steps, windows
from marketplace.orders.queries import orders as order_queries
from marketplace.orders.signals import order_changed


@operation
def cancel_order(
    link_key: str, letter: str, *, reason: str = "", by: Person, now: datetime
) -> Order:
    """Give up one order of a purchase, before its closing.

    :raises TooLateToChange: see ``Order.can_be_cancelled``.
    """
    order, buyer = lock_one(order_queries.of_link(link_key, letter)), _buyer(by)
    if not order.can_be_cancelled(now):
        raise TooLateToChange
    why = clean(reason)[: steps.REASON_LENGTH]
    steps.end(order, State.CANCELLED, by=buyer, now=now, reason=why)
    return order


@operation
def change_window(
    link_key: str, collection_id: int, window_id: int, *, by: Person, now: datetime
) -> None:
    """Come at another time: moves all open orders of the purchase at that collection.

    :raises TooLateToChange: once the collection takes no more orders.
    :raises WindowFull: if there is no room.
    """
    orders = _open_at(link_key, collection_id)
    if not orders[0].collection or not orders[0].collection.takes_orders(now):
        raise TooLateToChange
    if (before := orders[0].window_id) == window_id:
        return
    windows.take(window_id, collection_id)
    for order in orders:
        order.window_id = window_id
        steps.note(order, "window_changed", by=_buyer(by), now=now)
    windows.leave(before, orders[0].purchase_id)
    moved = [order.id for order in orders]
    audit.record("window_changed", by=by, now=now, order_ids=moved, window_id=window_id)
    for order in orders:
        order_changed.send(order_id=order.id, kind="window_changed", by=by, now=now)


@operation
def withdraw_order(
    link_key: str, letter: str, *, reason: str = "", by: Person, now: datetime
) -> Order:
    """Give back what was received, within 7 days, without having to say why.

    :raises WithdrawalNotGiven: where or when the law does not give it.

    **Source:** CDC (Lei 8.078/1990), art. 49; Decreto 7.962/2013, art. 5.
    """
    order, buyer = lock_one(order_queries.of_link(link_key, letter)), _buyer(by)
    until = order.withdrawable_until
    if order.state is not State.HANDED_OVER or until is None or now >= until:
        raise WithdrawalNotGiven
    why = clean(reason)[: steps.REASON_LENGTH]
    returns.withdraw(order, by=buyer, now=now, reason=why)
    return order


def _open_at(link_key: str, collection_id: int) -> list[Order]:
    purchase = order_queries.purchase_id_of(link_key)
    here = sa.select(Order).where(
        Order.purchase_id == purchase,
        Order.collection_id == collection_id,
        Order.state.in_(OPEN),
    )
    locked = here.order_by(Order.id).with_for_update().execution_options(populate_existing=True)
    if not (orders := list(db.session.scalars(locked))):
        raise NotFound
    return orders


def _buyer(by: Person) -> Person:
    return replace(by, acting="buyer")
