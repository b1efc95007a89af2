"""Reminding buyers once: before what they have to pay lapses, and the day before a fair."""

from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import User
from marketplace.core.clock import instant_of
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one
from marketplace.core.rights import HOUSE
from marketplace.notifications.operations import tell
from marketplace.orders import emails, news
from marketplace.orders.models.orders import Order, Purchase, State
from marketplace.orders.models.places import Collection, Way
from marketplace.orders.models.states import PROMISED
from marketplace.payments import bank_days
from marketplace.payments.models.online import Attempt, AttemptState
from marketplace.payments.models.payments import Method

BEFORE = timedelta(minutes=20)  # that a Pix lapses
SOON = timedelta(minutes=15)  # since it was asked for: nobody forgot it yet
MORNING = time(8)  # of the day on which a boleto is due
EVE = timedelta(days=1)  # before a fair opens
FRESH = timedelta(hours=6)  # since it was ordered: nobody forgot it yet


def moment(method: Method, expires_at: datetime, now: datetime) -> datetime | None:
    """Return when to remind of an attempt that waits since now; none if never."""
    if method is Method.BOLETO:
        at = instant_of(bank_days.last_day(expires_at), MORNING, bank_days.ZONE)
    elif method is Method.PIX:
        at = expires_at - BEFORE
    else:
        return None
    return at if at >= now + SOON else None


@operation
def remind(attempt_id: int, *, now: datetime) -> None:
    """Tell the buyer that an attempt is still to be paid, unless it is not."""
    attempt = find_one(sa.select(Attempt).where(Attempt.id == attempt_id))
    purchase = find_one(sa.select(Purchase).where(Purchase.id == attempt.group_id))
    due = [order for order in purchase.orders if order.state is State.AWAITING]
    if attempt.state is not AttemptState.OPEN or attempt.expires_at <= now or not due:
        return
    kind, path = f"pay_{attempt.method}", news.page_path(purchase.link_key) + "/pagamento"
    facts = news.for_payer(purchase, attempt.amount_cents, attempt.expires_at, path)
    key = f"remind:{attempt.id}"
    _tell(
        purchase,
        f"order_{kind}",
        facts,
        path,
        keys=(f"order:{due[0].id}:buyer:{key}", key),
        now=now,
    )


def coming(now: datetime) -> list[tuple[int, int]]:
    """Return what is to be collected within a day at fairs: purchases and their collections."""
    known = sa.or_(Purchase.user_id.is_not(None), Purchase.buyer_email != "")
    query = (
        sa.select(Order.purchase_id, Collection.id)
        .join(Collection, Collection.id == Order.collection_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .where(Order.state.in_(PROMISED), Order.way == Way.COLLECTION, known)
        .where(Collection.cancelled_at.is_(None), Purchase.placed_at < now - FRESH)
        .where(Collection.opens_at > now, Collection.opens_at <= now + EVE)
        .distinct()
        .order_by(Order.purchase_id, Collection.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


@operation
def remind_of_fair(purchase_id: int, collection_id: int, *, now: datetime) -> None:
    """Tell a buyer once what waits for them at a fair soon, unless nothing does any more."""
    purchase = find_one(sa.select(Purchase).where(Purchase.id == purchase_id))
    here = [order for order in purchase.orders if order.collection_id == collection_id]
    if not (there := [order for order in here if order.state in PROMISED]):
        return
    path, key = news.page_path(purchase.link_key), f"eve:{collection_id}"
    facts = news.for_collector(there[0], path)
    _tell(purchase, "order_eve", facts, path, keys=(f"purchase:{purchase.id}:{key}", key), now=now)


def _tell(
    purchase: Purchase,
    kind: str,
    facts: dict[str, Any],
    path: str,
    *,
    keys: tuple[str, str],
    now: datetime,
) -> None:
    """Tell the buyer's account, and their address if it is another; each by its key, once."""
    user = db.session.get(User, purchase.user_id) if purchase.user_id else None
    if user:
        tell([user.id], kind, facts, path, key=keys[0], by=HOUSE, now=now)
    if purchase.buyer_email and not (user and user.email == purchase.buyer_email):
        emails.remind(purchase, kind, facts, path, key=keys[1], now=now)
