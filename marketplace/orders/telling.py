"""Telling people about orders: done by jobs, so that ordering never waits for it."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.accounts.models import User
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises import queries as enterprises
from marketplace.notifications.operations import tell
from marketplace.orders import emails, news
from marketplace.orders.models.orders import Order, OrderEvent, Purchase, State


@operation
def tell_placed(purchase_id: int, *, now: datetime) -> None:
    """Tell each enterprise of its order, and confirm the purchase to its buyer by e-mail.

    Of an order that waits to be paid, its enterprise hears once it is.
    """
    purchase = find_one(sa.select(Purchase).where(Purchase.id == purchase_id))
    for order in purchase.orders:
        _tell_sellers(order, "placed", "", key="placed", by=HOUSE, now=now)
    if purchase.buyer_email:
        emails.confirm_purchase(purchase, now=now)


@operation
def tell_moved(order_id: int, state: State, *, by_id: int | None, now: datetime) -> None:
    """Tell both sides what an order became; who did it knows already."""
    order, by = _order(order_id), Person(by_id)
    told = OrderEvent.kind == state.value, OrderEvent.order_id == order.id
    reason = db.session.scalar(sa.select(OrderEvent.reason).where(*told).limit(1)) or ""
    if state.value in news.TO_SELLERS:
        kind = news.kind_of(order, state.value, news.TO_SELLERS)
        _tell_sellers(order, kind, reason, key=state.value, by=by, now=now)
    kind = news.kind_of(order, state.value, news.TO_BUYERS)
    _tell_buyer(order, kind, reason, key=state.value, by=by, now=now)


@operation
def tell_changed(
    order_id: int, kind: str, change: str, *, by_id: int | None, now: datetime
) -> None:
    """Tell both sides that day or hour changed; ``change`` tells one change from the next."""
    order, by, key = _order(order_id), Person(by_id), f"changed:{change}"
    _tell_sellers(order, "changed", "", key=key, by=by, now=now)
    if kind != "window_changed":  # that one the buyer chose
        _tell_buyer(order, "changed", "", key=key, by=by, now=now)


def _order(order_id: int) -> Order:
    return find_one(sa.select(Order).where(Order.id == order_id))


def _tell_sellers(
    order: Order, kind: str, reason: str, *, key: str, by: Person, now: datetime
) -> None:
    if order.pay_by:
        return  # they never saw it
    facts = news.for_seller(order, reason)
    tell(
        enterprises.user_ids_of(order.enterprise_id),
        f"sale_{kind}",
        facts,
        news.panel_path(order),
        key=f"order:{order.id}:{key}",
        by=by,
        now=now,
    )


def _tell_buyer(
    order: Order, kind: str, reason: str, *, key: str, by: Person, now: datetime
) -> None:
    """Tell the buyer in their account, and at the address they gave where it is another."""
    purchase = order.purchase
    user = db.session.get(User, purchase.user_id) if purchase.user_id else None
    if user:
        path, facts = news.page_path(purchase.link_key), news.for_buyer(order, reason)
        about = f"order:{order.id}:buyer:{key}"
        tell([user.id], f"order_{kind}", facts, path, key=about, by=by, now=now)
    if purchase.buyer_email and not (user and user.email == purchase.buyer_email):
        emails.tell_buyer(order, kind, reason, key=f"{order.letter}:{key}", now=now)
