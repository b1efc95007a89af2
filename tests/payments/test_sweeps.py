"""P19: what the provider pays out to the bank is on its way, arrives, or comes back after all."""

from datetime import timedelta

import pytest

from marketplace.core import clock, queue
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.payments.chart import AccountName
from marketplace.payments.operations import arrivals, reconciling
from marketplace.payments.queries import reconciling as known
from marketplace.payments.queries.ledger import balance
from tests import books
from tests.factories.clock import NOW
from tests.factories.online import make_line
from tests.sandbox.test_giving_back import DAY, paid_by_card

BY = {"by": HOUSE, "now": NOW}


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


def keep(*lines):
    reconciling.keep_movements(lines, now=NOW)
    for row_id in list(db.session.scalars(known.unmet())):
        reconciling.match(row_id, now=NOW)


def under_way():
    return list(db.session.scalars(known.sweeps_under_way()))


@operation
def reconcile_soon(key):
    queue.enqueue("payments.reconcile", {}, key=key, run_at=clock.now())


def reconcile(key):
    """Do the daily job."""
    reconcile_soon(key)
    queue.work_all(now=clock.now())


def stands():
    """Return what is on its way to the bank, and what is there."""
    return balance(AccountName("stripe_transit")), balance(AccountName("bank"))


class TestAtBank:
    def test_is_entered_once(self):
        keep(make_line("payout", -900, source_id="po_1"))
        (row_id,) = under_way()
        assert stands() == (900, 0)

        assert arrivals.note_at_bank(row_id, **BY)
        assert not arrivals.note_at_bank(row_id, **BY)

        assert stands() == (0, 900)
        assert under_way() == []

    def test_is_of_none_that_came_back(self):
        keep(make_line("payout", -900, source_id="po_1"))
        (row_id,) = under_way()
        keep(make_line("payout_failure", 900, source_id="po_1"))

        assert not arrivals.note_at_bank(row_id, **BY)
        assert stands() == (0, 0)

    @pytest.mark.scenario(53)
    def test_is_taken_back_where_the_bank_returned_it_after_all(self):
        keep(make_line("payout", -900, source_id="po_1"))
        arrivals.note_at_bank(under_way()[0], **BY)

        keep(make_line("payout_failure", 900, source_id="po_1"))

        assert stands() == (0, 0)
        assert balance(AccountName("stripe")) == 0
        assert under_way() == []


@pytest.mark.usefixtures("stripe_here")
class TestAsked:
    @pytest.fixture
    def swept(self, bank):
        """Have the provider pay 90,00 of a card payment of others out to the bank."""
        paid_by_card(bank, 10_000)
        bank.wait(30 * DAY)
        return bank.client.v1.payouts.create({"amount": 9_000, "currency": "brl"})

    def at(self, monkeypatch, days):
        now = clock.now() + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: now)

    def test_each_day_by_the_job_until_it_is_there(self, bank, swept, monkeypatch):
        self.at(monkeypatch, 30)
        reconcile("a")
        assert stands() == (9_000, 0)

        bank.wait(DAY)
        reconcile("b")
        reconcile("c")

        assert stands() == (0, 9_000)

    def test_keeps_no_other_waiting_that_is_not_there(self, bank, swept, monkeypatch, caplog):
        self.at(monkeypatch, 30)
        keep(make_line("payout", -100, source_id="po_of_another_key"))
        bank.wait(DAY)

        reconcile("d")

        assert stands() == (100, 9_000)
        assert "is not there" in caplog.text
