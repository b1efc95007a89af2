"""Each rule of accounts and transfers finds the row that breaks it."""

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants, queue
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.payments import sending
from marketplace.payments.operations import refunds, releasing
from tests import books
from tests.factories.accounts import saved_change
from tests.factories.connect import DAY, fill, make_active, ordered
from tests.factories.online import make_open
from tests.factories.payouts import PIX

BROKEN = {
    "payments.each_transfer_is_in_the_books": "UPDATE transfers SET amount_cents = 1",
    "payments.each_reversal_is_in_the_books": "UPDATE transfer_reversals SET amount_cents = 1",
    "payments.no_more_taken_back_than_sent": "UPDATE transfer_reversals SET amount_cents = 99999",
    "payments.a_transfer_is_its_payout": "UPDATE payouts SET amount_cents = 2",
    "payments.money_goes_to_ones_own_account": "UPDATE connected_accounts"
    " SET enterprise_id = (SELECT max(id) FROM enterprises)",
    "payments.retired_accounts_say_when": "UPDATE connected_accounts SET state = 'retired'",
    "payments.no_more_paid_out_than_is_due": "UPDATE transfers SET amount_cents = 99999",
}


@operation
def run(statement):
    db.session.execute(sa.text(statement))


@pytest.fixture(autouse=True)
def sent_and_partly_back(bank, connect_here, rolled_back):
    attempt = make_open(10_000, 500)
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())
    part = attempt.parts[0]
    enterprise = db.session.get_one(Enterprise, part.enterprise_id)
    saved_change(enterprise, **PIX)
    releasing.note_fulfilled(part.payment_id, by=HOUSE, now=clock.now() - 8 * DAY)
    releasing.release(part.payment_id, by=HOUSE, now=clock.now())
    make_active(bank, enterprise)
    fill(bank, 20_000)
    ordered(enterprise)
    queue.work_all(now=clock.now())
    refunds.give_back(part.payment_id, 4_000, by=HOUSE, now=clock.now())
    queue.work_all(now=clock.now())


@pytest.mark.parametrize("rule", BROKEN)
def test_finds_what_breaks_it(rule):
    assert books.faults("payments.") == {}

    run(BROKEN[rule])

    assert rule in invariants.broken()
