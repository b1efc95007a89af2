"""From the provider's own dispatcher through the house's door, over HTTP, with what is logged."""

import io
import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.core.logs import JsonLines
from marketplace.payments.models.events import EventState, ProviderEvent
from marketplace.payments.models.payments import Payment, PaymentState
from sandbox import deliveries
from tests import books
from tests.browser import served
from tests.factories.online import make_attempt, make_open
from tests.sandbox.conftest import KEY


@pytest.fixture
def house(open_house, bank):
    """A house over HTTP that the sandbox tells its news."""
    settings = {"STRIPE_KEY": KEY, "STRIPE_API": bank.url, "STRIPE_METHODS": {"pix": (119, 0)}}
    open_house.config.from_mapping(settings)
    with served(open_house) as url:
        open_house.config["BASE_URL"] = url
        said = open_house.test_cli_runner().invoke(args=["provider", "listen"]).output
        open_house.config["STRIPE_WEBHOOK_SECRETS"] = [said.strip().partition("=")[2]]
        yield open_house


@pytest.fixture
def logged():
    """All that the house and its libraries write down meanwhile, as it would be written."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


def make_paid(bank, *amounts):
    """Let a buyer pay; nobody has heard of it. This thread lets go of what it read."""
    attempt = make_open(*amounts)
    kept = attempt.code, attempt.reference
    bank.hand("pay", intent=attempt.intent_id)
    db.session.remove()
    return kept


def work(**later):
    queue.work_all(now=clock.now() + timedelta(**later))


def test_is_told_and_settled(house, bank):
    make_paid(bank, 6000, 4000)

    assert deliveries.send_due(bank.store) == 1  # of all that happened, what we follow
    work()

    states = db.session.scalars(sa.select(Payment.state)).all()
    assert states == [PaymentState.SETTLED] * 2
    assert db.session.scalar(sa.select(ProviderEvent.state)) is EventState.APPLIED
    assert books.faults("payments.") == {}


def test_is_told_again_when_the_door_was_shut(house, bank):
    make_paid(bank, 500)
    secrets = house.config["STRIPE_WEBHOOK_SECRETS"]
    house.config["STRIPE_WEBHOOK_SECRETS"] = ["whsec_another"]
    deliveries.send_due(bank.store)
    house.config["STRIPE_WEBHOOK_SECRETS"] = secrets

    bank.hand("clock", seconds=10)
    assert deliveries.send_due(bank.store) == 1
    work()

    assert db.session.scalar(sa.select(Payment.state)) is PaymentState.SETTLED


def test_writes_no_key_secret_or_code_into_the_log(house, bank, logged):
    told = make_paid(bank, 500)
    deliveries.send_due(bank.store)
    work()
    bank.hand("fault", route="POST /v1/payment_intents", kind="cut_after", times=9)
    make_attempt(700, group=("test", 2))
    work(minutes=1)

    assert "job failed" in logged.getvalue()
    assert "NoAnswer" in logged.getvalue()
    for canary in (KEY, *house.config["STRIPE_WEBHOOK_SECRETS"], *told):
        assert canary not in logged.getvalue()
