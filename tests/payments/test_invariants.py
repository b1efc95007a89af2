"""Each rule of what is paid online finds the row that breaks it."""

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.payments import sending
from marketplace.payments.operations import refunds
from tests.factories.online import make_open

BROKEN = {
    "payments.what_was_released_is_what_was_left_of_it": "UPDATE payments"
    " SET released_at = settled_at",
    "payments.attempts_are_their_parts": "UPDATE payment_attempt_parts SET amount_cents = 499",
    "payments.what_was_paid_online_is_entered": "UPDATE payment_attempts SET state = 'lapsed'",
    "payments.no_more_given_back_than_came": "UPDATE refunds SET amount_cents = 501",
    "payments.settled_online_is_what_is_left_of_it": "UPDATE payments SET amount_cents = 500",
}


@operation
def run(statement):
    db.session.execute(sa.text(statement))


@pytest.fixture(autouse=True)
def partly_given_back(bank, pix_here):
    attempt = make_open(500)
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())
    refunds.give_back(attempt.parts[0].payment_id, 100, by=HOUSE, now=clock.now())


@pytest.mark.parametrize("rule", BROKEN)
def test_finds_what_breaks_it(rule):
    assert rule not in invariants.broken()

    run(BROKEN[rule])

    assert rule in invariants.broken()
