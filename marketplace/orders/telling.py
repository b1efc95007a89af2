"""Telling people about orders: done by jobs, so that ordering never waits for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import User
from marketplace.core.database import db, operation, rows
from marketplace.core.finding import find_one
from marketplace.core.queue import end_with_this
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises import queries as enterprises
from marketplace.notifications.operations import tell
from marketplace.orders import emails, news
from marketplace.orders.models.orders import PAYABLE, Order, OrderEvent, Purchase, State
from marketplace.orders.queries import orders
from marketplace.payments.models.by_hand import HandRefund, HandState

TOLD = {
    "refund_waits": {HandState.WAITING},
    "refund_key_given": {HandState.WAITING, HandState.SENT},
    "refund_confirmed_by_hand": {HandState.CONFIRMED},
}
"""What buyers hear of money that goes back by hand, while it is still so."""


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
    end_with_this()


@operation
def tell_moved(
    order_ids: Sequence[int], state: State, move: str = "", *, by_id: int | None, now: datetime
) -> None:
    """Tell both sides what orders became that moved at once; who did it knows already.

    ``move`` tells one move to a state from the next: what nobody collected may be kept again, and
    not be collected again.
    """
    by, key = Person(by_id), f"{state.value}:{move}" if move else state.value
    said = rows(_REASONS, {"kind": state.value, "orders": list(order_ids)})
    reasons = {each.order_id: each.reason for each in said}
    for order in orders.told(order_ids):
        _tell_state(order, state.value, reasons.get(order.id, ""), key=key, by=by, now=now)
    end_with_this()


@operation
def tell_changed(
    order_id: int, kind: str, change: str, *, by_id: int | None, now: datetime
) -> None:
    """Tell both sides that day or hour changed or it is kept again, or the buyer of fewer pieces.

    ``change`` tells one change from the next.
    """
    (order,) = orders.told([order_id])
    by, key = Person(by_id), f"changed:{change}"
    if kind == "less":
        why = next((line.reason for line in order.lines if line.reason), "")
        _tell_buyer(order, kind, news.for_buyer(order, why), key=key, by=by, now=now)
        return
    if kind == "revived":
        _tell_sellers(order, kind, "", key=key, by=by, now=now)
        _tell_buyer(order, kind, news.for_buyer(order), key=key, by=by, now=now)
        return
    _tell_sellers(order, "changed", "", key=key, by=by, now=now)
    if kind != "window_changed":  # that one the buyer chose
        _tell_buyer(order, "changed", news.for_buyer(order), key=key, by=by, now=now)


@operation
def tell_refund(hand_id: int, what: str, *, now: datetime) -> None:
    """Tell a buyer of money that goes back by hand: a key is asked for, was given, it was sent.

    Of what is of no order nothing is told here, and nothing that is out of date.
    """
    refund = find_one(sa.select(HandRefund).where(HandRefund.id == hand_id))
    payment = refund.payment
    is_late = refund.state not in TOLD[what] or (what == "refund_waits" and refund.pix_key)
    if payment is None or payment.payable_type != PAYABLE or is_late:
        return
    (order,) = orders.told([payment.payable_id])
    facts = news.for_buyer(order) | {"back_cents": refund.amount_cents, "proof": refund.proof}
    change = "" if refund.key_given_at is None else refund.key_given_at.isoformat()
    key = f"{what}:{hand_id}:{change if what == 'refund_key_given' else ''}"
    _tell_buyer(order, what, facts, key=key, by=HOUSE, now=now)


def _tell_state(
    order: Order, state: str, reason: str, *, key: str, by: Person, now: datetime
) -> None:
    if state in news.TO_SELLERS:
        kind = news.kind_of(order, state, news.TO_SELLERS)
        _tell_sellers(order, kind, reason, key=key, by=by, now=now)
    kind = news.kind_of(order, state, news.TO_BUYERS)
    if kind in news.TO_BUYERS:
        facts = news.for_buyer(order, reason)
        _tell_buyer(order, kind, facts, key=key, by=by, now=now)


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
    order: Order, kind: str, facts: dict[str, Any], *, key: str, by: Person, now: datetime
) -> None:
    """Tell the buyer in their account, and at the address they gave where it is another."""
    purchase = order.purchase
    user = db.session.get(User, purchase.user_id) if purchase.user_id else None
    if user:
        path = news.page_path(purchase.link_key)
        about = f"order:{order.id}:buyer:{key}"
        tell([user.id], f"order_{kind}", facts, path, key=about, by=by, now=now)
    if purchase.buyer_email and not (user and user.email == purchase.buyer_email):
        emails.tell_buyer(order, kind, facts, key=f"{order.letter}:{key}", now=now)


_REASONS = (
    sa.select(OrderEvent.order_id, OrderEvent.reason)
    .where(
        OrderEvent.kind == sa.bindparam("kind"),
        OrderEvent.order_id.in_(sa.bindparam("orders", expanding=True)),
    )
    .order_by(OrderEvent.id)
)
"""Of each order the last counts: it may have come to that state before."""
