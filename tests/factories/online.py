"""Payments made through the provider, against its stand-in."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from flask import current_app

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.payments import sending
from marketplace.payments.models.disputes import Dispute
from marketplace.payments.models.online import Attempt
from marketplace.payments.models.payments import Method
from marketplace.payments.operations import attempts, disputes, payments
from marketplace.payments.provider import Contested, Intent, Movement
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

LIFE, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
_serial = count(1)
GROUP = ("test", 1)


def make_due(
    *amounts: int, method: Method = Method.PIX, enterprise: Enterprise | None = None
) -> list[int]:
    """Ask a payment of each amount, for an enterprise of its own or this one; return their ids."""
    now: Any = {"by": HOUSE, "now": clock.now()}
    return [
        payments.request_payment(
            "test",
            next(_serial),
            enterprise_id=(enterprise or make_enterprise()).id,
            amount_cents=cents,
            method=method,
            **now,
        ).id
        for cents in amounts
    ]


def make_attempt(*amounts: int, group: tuple[str, int] = GROUP) -> Attempt:
    """Ask for these amounts in one Pix; the provider has not heard of it."""
    return ask(make_due(*amounts), group=group)


def ask(payment_ids: list[int], *, group: tuple[str, int] = GROUP) -> Attempt:
    now = clock.now()
    return attempts.ask(group, payment_ids, until=now + LIFE, by=HOUSE, now=now)


def make_open(*amounts: int, group: tuple[str, int] = GROUP) -> Attempt:
    """Ask for these amounts in one Pix, whose code the provider has given."""
    attempt = make_attempt(*amounts, group=group)
    sending.open_attempt(attempt.id, now=clock.now())
    return db.session.get_one(Attempt, attempt.id, populate_existing=True)


def make_line(
    kind: str = "payment", cents: int = 500, fee: int = 0, *, day: date | None = None, **facts: Any
) -> Movement:
    """Return a line of the provider's account: of a day that is over, and of nobody we know."""
    number, at = next(_serial), datetime.combine(day or (NOW - DAY).date(), time(12), UTC)
    usual = {
        "id": f"txn_{number}",
        "currency": "brl",
        "source_id": f"py_of_others_{number}",
        "created_at": at,
        "available_on": at + 2 * DAY,
    }
    sums = {"amount_cents": cents, "fee_cents": fee, "net_cents": cents - fee}
    return Movement(kind=kind, **usual | sums | facts)


def make_dispute(*amounts: int, enterprise: Enterprise | None = None, **facts: Any) -> Dispute:
    """Have a payment of these amounts disputed by its buyer's bank; the provider knows neither."""
    open_here = {"STRIPE_KEY": "sk_test_factory", "STRIPE_METHODS": {"pix": (119, 0)}}
    with patch.dict(current_app.config, open_here):
        due = make_due(*(amounts or (4_000,)), enterprise=enterprise)
        attempt = ask(due, group=("test", next(_serial)))
    number = next(_serial)
    usual: dict[str, Any] = {"status": "needs_response", "reason": "fraudulent", "fee_cents": 5_500}
    now = clock.now()
    usual["answer_by"] = now + 7 * DAY
    arrived = Intent(
        id=f"pi_disputed_{number}",
        status="succeeded",
        amount_cents=attempt.amount_cents,
        received_cents=attempt.amount_cents,
        currency="brl",
        live=False,
        reference=attempt.reference,
        charge_id=f"ch_disputed_{number}",
    )
    attempts.apply_intent(arrived, now=now)
    told = Contested(
        id=f"dp_{number}",
        amount_cents=attempt.amount_cents,
        taken_cents=attempt.amount_cents,
        returned_cents=0,
        charge_id=arrived.charge_id,
        opened_at=now,
        **usual | facts,
    )
    disputes.apply_dispute(told, now=now)
    asked = sa.select(Dispute).where(Dispute.provider_id == told.id)
    return db.session.scalars(asked).one()
