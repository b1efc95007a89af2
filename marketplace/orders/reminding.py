"""Reminding buyers, once for each attempt, before what they have to pay lapses."""

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
from marketplace.orders.models.orders import Purchase, State
from marketplace.payments import bank_days
from marketplace.payments.models.online import Attempt, AttemptState
from marketplace.payments.models.payments import Method

BEFORE = timedelta(minutes=20)  # that a Pix lapses
SOON = timedelta(minutes=15)  # since it was asked for: nobody forgot it yet
MORNING = time(8)  # of the day on which a boleto is due


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
    key, user = f"remind:{attempt.id}", _user(purchase)
    if user:
        about: Any = {"key": f"order:{due[0].id}:buyer:{key}", "by": HOUSE, "now": now}
        tell([user.id], f"order_{kind}", facts, path, **about)
    if purchase.buyer_email and not (user and user.email == purchase.buyer_email):
        emails.remind(purchase, f"order_{kind}", facts, path, key=key, now=now)


def _user(purchase: Purchase) -> User | None:
    return db.session.get(User, purchase.user_id) if purchase.user_id else None
