"""A share is released once what was paid for is handed over and the hold is past, and once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.payments import jobs, postings, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.online import Refund
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import ledger, payments, refunds, releasing
from marketplace.payments.queries.ledger import balance, entry_of
from tests import books
from tests.factories.online import make_due, make_open

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
HOLD = 7 * DAY


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture(autouse=True)
def pix_is_open(pix_here):
    """Every test pays 1,19 % by Pix."""


@pytest.fixture
def paid(bank):
    """Return a way to have amounts paid in one Pix; their payments."""

    def pay(*amounts):
        attempt = make_open(*amounts)
        bank.hand("pay", intent=attempt.intent_id)
        sending.ask_again(attempt.intent_id, now=clock.now())
        return [again(part.payment_id) for part in attempt.parts]

    return pay


def again(payment_id):
    return db.session.get_one(Payment, payment_id, populate_existing=True)


def hand_over(payment, at):
    releasing.note_fulfilled(payment.id, by=HOUSE, now=at)


def release(payment, at):
    return releasing.release(payment.id, by=HOUSE, now=at)


def give_back(payment, cents):
    refunds.give_back(payment.id, cents, by=HOUSE, now=clock.now())


def stands(base, payment):
    """Return what stands on a side of the enterprise, as people say it: always positive."""
    return abs(balance(AccountName(base, payment.enterprise_id)))


class TestRelease:
    def test_moves_the_share_without_its_fee(self, paid):
        first, second = paid(10_000, 5_000)
        now = clock.now()
        hand_over(first, now)

        assert release(first, now + HOLD) == 9_881
        assert (stands("pending", first), stands("payable", first)) == (0, 9_881)
        assert (stands("pending", second), stands("payable", second)) == (4_940, 0)

    def test_waits_until_the_hold_is_past(self, paid):
        (payment,) = paid(10_000)
        now = clock.now()
        hand_over(payment, now)

        assert release(payment, now + HOLD - SECOND) == 0
        assert again(payment.id).released_at is None
        assert release(payment, now + HOLD) > 0

    def test_waits_for_the_hand_over(self, paid):
        (payment,) = paid(10_000)
        assert release(payment, clock.now() + 100 * DAY) == 0

    def test_counts_from_the_payment_where_the_house_says_so(self, app, paid, monkeypatch):
        monkeypatch.setitem(app.config, "RELEASE_FROM", "payment")
        monkeypatch.setitem(app.config, "RELEASE_DAYS", 2)
        (payment,) = paid(10_000)

        assert release(payment, payment.settled_at + 2 * DAY - SECOND) == 0
        assert release(payment, payment.settled_at + 2 * DAY) == 9_881

    def test_is_once(self, paid):
        (payment,) = paid(10_000)
        now = clock.now()
        hand_over(payment, now)
        release(payment, now + HOLD)

        assert release(payment, now + HOLD + DAY) == 0
        assert stands("payable", payment) == 9_881

    def test_the_first_hand_over_counts(self, paid):
        (payment,) = paid(10_000)
        now = clock.now()
        hand_over(payment, now)
        hand_over(payment, now + DAY)

        assert again(payment.id).fulfilled_at == now

    def test_leaves_what_is_to_be_given_back(self, paid):
        (payment,) = paid(10_000)
        now = clock.now()
        hand_over(payment, now)
        give_back(payment, 10_000)

        assert release(payment, now + HOLD) == 0
        assert again(payment.id).state is PaymentState.REFUND_DUE

    def test_takes_what_a_refund_left(self, paid):
        (payment,) = paid(10_000)
        now = clock.now()
        give_back(payment, 2_500)
        hand_over(payment, now)

        assert release(payment, now + HOLD) == 7_411  # of 75,00 less 89 centavos
        assert stands("pending", payment) == 0

    def test_writes_nothing_where_the_fee_took_all(self, app, paid, monkeypatch):
        monkeypatch.setitem(app.config, "STRIPE_METHODS", {"pix": (0, 900)})
        (payment,) = paid(500)
        now = clock.now()
        hand_over(payment, now)

        assert release(payment, now + HOLD) == 0
        assert again(payment.id).released_at == now + HOLD
        assert entry_of(EntryKind.SHARE_RELEASED, "payment", payment.id) is None

    def test_is_not_of_money_that_is_not_with_us(self):
        (payment_id,) = make_due(500, method=Method.CASH)
        now = clock.now()
        payments.settle_payment(payment_id, by=HOUSE, now=now)
        releasing.note_fulfilled(payment_id, by=HOUSE, now=now)

        assert releasing.release(payment_id, by=HOUSE, now=now + HOLD) == 0
        assert again(payment_id).fulfilled_at is None


class TestGiveBackAfterwards:
    @pytest.fixture
    def released(self, paid):
        (payment,) = paid(10_000)
        now = clock.now()
        hand_over(payment, now)
        release(payment, now + HOLD)
        return payment

    def test_takes_from_what_may_be_paid_out(self, released):
        give_back(released, 4_000)

        assert stands("payable", released) == 9_881 - 3_952
        assert (stands("pending", released), stands("debt", released)) == (0, 0)
        assert db.session.scalars(sa.select(Refund)).one().released

    @pytest.mark.scenario(44)
    def test_becomes_a_debt_where_it_is_paid_out(self, released):
        pay_out(released, 9_000)

        give_back(released, 4_000)

        assert stands("payable", released) == 0
        assert stands("debt", released) == 3_952 - 881

    def test_takes_nothing_of_another_enterprise(self, paid, released):
        (other,) = paid(5_000)

        give_back(released, 10_000)

        assert (stands("payable", released), stands("pending", other)) == (0, 4_940)


class TestJob:
    def test_releases_all_that_is_due(self, paid, monkeypatch):
        monkeypatch.setattr(releasing, "BATCH", 1)
        early = clock.now() - HOLD
        due, second, waiting = paid(1_000, 2_000, 3_000)
        hand_over(due, early)
        hand_over(second, early)
        hand_over(waiting, clock.now())

        jobs.release()
        jobs.release()

        assert [stands("payable", one) for one in (due, second, waiting)] == [988, 1_976, 0]

    def test_goes_on_past_one_that_the_books_refuse(self, paid, caplog):
        early = clock.now() - HOLD
        broken, sound = paid(1_000, 2_000)
        hand_over(broken, early)
        hand_over(sound, early)
        move(f"pending:{broken.enterprise_id}", 5)

        jobs.release()

        assert (stands("payable", broken), stands("payable", sound)) == (0, 1_976)
        assert "a share was not released" in caplog.text
        move(f"pending:{broken.enterprise_id}", -5)


@operation
def move(code, cents):
    known = {"code": code, "cents": cents}
    moved = "UPDATE ledger_accounts SET balance_cents = balance_cents + :cents WHERE code = :code"
    db.session.execute(sa.text(moved), known)


def pay_out(payment, cents):
    sent = postings.transferred(payment.enterprise_id, cents, payable_cents=cents)
    ledger.post(sent, ("test", payment.id), by=HOUSE, now=clock.now())
