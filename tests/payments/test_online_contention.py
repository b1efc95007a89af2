"""Several who pay, tell and send at one moment: with threads and real commits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.payments import gateway, sending
from marketplace.payments.errors import PaymentMoved
from marketplace.payments.models.events import ProviderEvent
from marketplace.payments.models.online import Attempt, AttemptState, Refund
from marketplace.payments.models.payments import Payment
from marketplace.payments.operations import events, payments, refunds
from marketplace.payments.provider import VERSION, News
from marketplace.payments.queries.ledger import entries_about
from tests import books
from tests.factories.clock import NOW
from tests.factories.online import ask, make_due, make_open
from tests.sandbox.conftest import KEY

THREADS = 6


@pytest.fixture
def house(open_house, bank):
    settings = {"STRIPE_KEY": KEY, "STRIPE_API": bank.url, "STRIPE_METHODS": {"pix": (119, 0)}}
    open_house.config.from_mapping(settings)
    return open_house


@pytest.fixture
def rush(house):
    """Do one thing in several threads at the same moment; the payments' rules hold afterwards."""

    def run(act):
        db.session.remove()
        together = Barrier(THREADS)

        def one(_number):
            with house.app_context():
                together.wait()
                try:
                    return act()
                finally:
                    db.session.remove()

        gateway.current()
        with ThreadPoolExecutor(THREADS) as pool:
            answers = list(pool.map(one, range(THREADS)))
        assert books.faults("payments.") == {}
        return answers

    return run


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.scenario(15)
def test_several_presses_are_one_attempt(rush):
    due = make_due(6000, 4000)

    assert len(set(rush(lambda: ask(due).id))) == 1
    assert count(Attempt) == 1


@pytest.mark.scenario(2)
def test_several_workers_enter_the_money_once(rush, bank):
    attempt = make_open(6000, 4000)
    attempt_id, intent_id = attempt.id, attempt.intent_id
    bank.hand("pay", intent=intent_id)

    assert rush(lambda: sending.ask_again(intent_id, now=clock.now())) == [True] * THREADS

    kinds = Counter(entry.kind.value for entry in entries_about("attempt", attempt_id))
    assert kinds == {"payment_succeeded": 1, "fee_shared": 1, "provider_settled": 1}


def test_money_and_a_change_of_mind_at_one_moment_end_well(rush, bank):
    """Whoever is first: what is given up is not paid, and what came for it goes back."""
    attempt = make_open(6000, 4000)
    intent_id, given_up = attempt.intent_id, attempt.parts[1].payment_id
    bank.hand("pay", intent=intent_id)
    turns = iter([*("cancel", "tell") * (THREADS // 2)])

    def act():
        if next(turns) == "tell":
            return sending.ask_again(intent_id, now=clock.now())
        try:
            payments.cancel_payment(given_up, by=HOUSE, now=clock.now())
        except PaymentMoved:
            return False
        return True

    rush(act)

    settled = db.session.scalar(sa.select(Attempt.state)) is AttemptState.PAID
    back = db.session.scalars(sa.select(Refund.amount_cents)).all()
    cancelled = db.session.get_one(Payment, given_up).state.value == "cancelled"
    assert settled
    assert back == ([4000] if cancelled else [])


def test_a_part_goes_back_once(rush, bank):
    attempt = make_open(500)
    intent_id, payment_id = attempt.intent_id, attempt.parts[0].payment_id
    bank.hand("pay", intent=intent_id)
    sending.ask_again(intent_id, now=clock.now())

    def act():
        try:
            refunds.give_back(payment_id, 500, by=HOUSE, now=clock.now())
        except PaymentMoved:
            return "moved"
        return "given"

    assert Counter(rush(act)) == {"given": 1, "moved": THREADS - 1}


def test_copies_that_come_at_one_moment_are_one_event(rush):
    news = News("evt_1", "payment_intent.succeeded", "pi_1", NOW, live=False, version=VERSION)

    assert sum(rush(lambda: events.keep(news, now=NOW))) == 1
    assert db.session.scalar(sa.select(ProviderEvent.copies)) == THREADS
