"""Where the provider tells its news: looked at for its signature, kept, answered; nothing else.

**Source:** https://docs.stripe.com/webhooks (at least once, in no order; an answer soon).
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from marketplace.core import clock, csrf, health
from marketplace.core.errors import NotFound
from marketplace.core.rights import KB, anyone
from marketplace.payments import settings, signatures
from marketplace.payments.connect_reading import thin_news_of
from marketplace.payments.operations import events
from marketplace.payments.operations.events import Door
from marketplace.payments.provider import News
from marketplace.payments.reading import news_of

MOST_BYTES = 256 * KB
Reader = Callable[[Any], News]
bp = Blueprint("webhooks", __name__)
for name in ("create", "create_of_account", "create_thin"):
    csrf.exempt(f"webhooks.{name}")  # signed by who sends it
log = logging.getLogger(__name__)


@bp.post("/avisos/stripe", endpoint="create", allow=anyone, limit=MOST_BYTES)
def create() -> ResponseReturnValue:
    """Keep one event of our account."""
    return _kept("STRIPE_WEBHOOK_SECRETS", events.OURS, news_of)


@bp.post("/avisos/stripe/contas", endpoint="create_of_account", allow=anyone, limit=MOST_BYTES)
def create_of_account() -> ResponseReturnValue:
    """Keep one event of an enterprise's account."""
    return _kept("STRIPE_ACCOUNTS_SECRETS", events.ACCOUNTS, news_of)


@bp.post("/avisos/stripe/resumos", endpoint="create_thin", allow=anyone, limit=MOST_BYTES)
def create_thin() -> ResponseReturnValue:
    """Keep one event that only names an account."""
    return _kept("STRIPE_THIN_SECRETS", events.NAMES, thin_news_of)


def _kept(secrets_of: str, door: Door, told: Reader) -> ResponseReturnValue:
    """Keep one event; what is not signed as it must be leaves no trace but a line in the log."""
    secrets, now = current_app.config[secrets_of], clock.now()
    if not (settings.environment() and secrets):
        raise NotFound
    body = request.get_data(cache=False)
    header = request.headers.get("Stripe-Signature", "")
    if not signatures.is_genuine(body, header, secrets, now):
        log.warning("news without a right signature")
        return _answer(400 if health.clock(now) else 503)  # it is our clock: it is sent again
    if (news := _read(body, told)) is None:
        return _answer(400)
    events.keep(news, door=door, now=now)
    return _answer(200)


def _read(body: bytes, told: Reader) -> News | None:
    try:
        return told(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None


def _answer(status: int) -> Response:
    return Response("", status, {"Cache-Control": "no-store"}, mimetype="text/plain")
