"""Each rule of what is paid online finds the row that breaks it."""

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.payments import sending
from marketplace.payments.models.online import Attempt
from marketplace.payments.operations import refunds
from tests.factories.enterprises import make_enterprise
from tests.factories.funds import make_rate
from tests.factories.online import ask, make_due

BROKEN = {
    "payments.what_was_released_is_what_was_left_of_it": "UPDATE payments"
    " SET released_at = settled_at",
    "payments.attempts_are_their_parts": "UPDATE payment_attempt_parts SET amount_cents = 499",
    "payments.what_was_paid_online_is_entered": "UPDATE payment_attempts SET state = 'lapsed'",
    "payments.no_more_given_back_than_came": "UPDATE refunds SET amount_cents = 501",
    "payments.settled_online_is_what_is_left_of_it": "UPDATE payments SET amount_cents = 500",
    "payments.each_fund_got_its_parts": "UPDATE payment_attempt_parts SET fund_cents = 4",
    "payments.no_fund_gives_back_more_than_it_got": "UPDATE refunds SET fund_cents = 6",
}


@operation
def run(statement):
    db.session.execute(sa.text(statement))


@pytest.fixture(autouse=True)
def partly_given_back(bank, pix_here):
    make_rate(enterprise := make_enterprise())
    attempt = ask(make_due(500, enterprise=enterprise))
    sending.open_attempt(attempt.id, now=clock.now())
    attempt = db.session.get_one(Attempt, attempt.id, populate_existing=True)
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())
    refunds.give_back(attempt.parts[0].payment_id, 100, by=HOUSE, now=clock.now())


@pytest.mark.parametrize("rule", BROKEN)
def test_finds_what_breaks_it(rule):
    assert rule not in invariants.broken()

    run(BROKEN[rule])

    assert rule in invariants.broken()
