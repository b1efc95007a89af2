"""Where the provider tells its news: looked at for its signature, kept, answered; nothing else.

**Source:** https://docs.stripe.com/webhooks (at least once, in no order; an answer soon).
"""

import json
import logging
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from marketplace.core import clock, csrf, health
from marketplace.core.errors import NotFound
from marketplace.core.rights import KB, anyone
from marketplace.payments import settings, signatures
from marketplace.payments.operations import events
from marketplace.payments.provider import News
from marketplace.payments.reading import news_of

MOST_BYTES = 256 * KB
bp = Blueprint("webhooks", __name__)
csrf.exempt("webhooks.create")  # signed by who sends it
log = logging.getLogger(__name__)


@bp.post("/avisos/stripe", endpoint="create", allow=anyone, limit=MOST_BYTES)
def create() -> ResponseReturnValue:
    """Keep one event; what is not signed as it must be leaves no trace but a line in the log."""
    secrets, now = current_app.config["STRIPE_WEBHOOK_SECRETS"], clock.now()
    if not (settings.environment() and secrets):
        raise NotFound
    body = request.get_data(cache=False)
    header = request.headers.get("Stripe-Signature", "")
    if not signatures.is_genuine(body, header, secrets, now):
        log.warning("news without a right signature")
        return _answer(400 if health.clock(now) else 503)  # it is our clock: it is sent again
    if (news := _read(body)) is None:
        return _answer(400)
    events.keep(news, now=now)
    return _answer(200)


def _read(body: bytes) -> News | None:
    try:
        told: Any = json.loads(body)
        return news_of(told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None


def _answer(status: int) -> Response:
    return Response("", status, {"Cache-Control": "no-store"}, mimetype="text/plain")
