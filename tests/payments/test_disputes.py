from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, queue
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.payments import hearing, jobs, postings, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import AnswerMissing, DisputeMoved, PaymentDisputed
from marketplace.payments.models.disputes import Dispute, DisputeState
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.online import (
    CallKind,
    CallState,
    ProviderCall,
    Refund,
    RefundState,
)
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.models.reconciling import MovementState, ProviderMovement
from marketplace.payments.operations import (
    disputes,
    events,
    ledger,
    reconciling,
    refunds,
    releasing,
)
from marketplace.payments.provider import Contested
from marketplace.payments.queries.coming import coming
from marketplace.payments.queries.ledger import balance, entries_about
from marketplace.payments.reading import news_of
from tests import books
from tests.factories.clock import NOW
from tests.factories.online import make_line, make_open

DAY = timedelta(days=1)
TAKEN, LOST = EntryKind.DISPUTE_OPENED, EntryKind.DISPUTE_LOST


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture(autouse=True)
def pix_is_open(pix_here):
    """Every test pays 1,19 % by Pix."""


def work():
    queue.work_all(now=clock.now())


def make_paid(bank, *amounts):
    attempt = make_open(*amounts)
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())
    work()
    return again(attempt)


def again(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def told(attempt, status="needs_response", **facts):
    """Return what the provider may tell of a disputed payment: all of it, by a card."""
    usual = {
        "id": "dp_1",
        "reason": "fraudulent",
        "amount_cents": attempt.amount_cents,
        "taken_cents": attempt.amount_cents,
        "returned_cents": 0,
        "fee_cents": 5500,
        "charge_id": attempt.charge_id,
        "opened_at": NOW,
        "answer_by": clock.now() + 7 * DAY,
    }
    return Contested(status=status, **usual | facts)


def hear(attempt, status="needs_response", **facts):
    assert disputes.apply_dispute(told(attempt, status, **facts), now=clock.now())
    return db.session.scalars(sa.select(Dispute).execution_options(populate_existing=True)).one()


def first_payment(attempt):
    payment_id = attempt.parts[0].payment_id
    return db.session.get_one(Payment, payment_id, populate_existing=True)


def hand_over(payment, days_ago=8):
    releasing.note_fulfilled(payment.id, by=HOUSE, now=clock.now() - days_ago * DAY)


def kinds(dispute):
    return [entry.kind for entry in entries_about("dispute", dispute.id)]


def call():
    asked = sa.select(ProviderCall).where(ProviderCall.kind == CallKind.EVIDENCE)
    return db.session.scalars(asked.execution_options(populate_existing=True)).one()


@operation
def spend(enterprise_id, cents):
    """Pay so much out of what an enterprise has there."""
    spent = postings.transferred(enterprise_id, cents, payable_cents=cents)
    ledger.post(spent, ("test", 1), by=HOUSE, now=NOW)


def stand(base, enterprise_id):
    return balance(AccountName(base, enterprise_id))


class TestOpened:
    @pytest.mark.scenario(48)
    def test_freezes_each_share_until_it_is_decided(self, bank):
        attempt = make_paid(bank, 6000, 4000)
        payment = first_payment(attempt)
        hand_over(payment)

        dispute = hear(attempt)

        assert releasing.release(payment.id, by=HOUSE, now=clock.now()) == 0
        assert [part.amount_cents for part in dispute.parts] == [6000, 4000]
        assert dispute.state is DisputeState.OPEN
        assert balance(AccountName("dispute_hold")) == 10_000
        assert balance(AccountName("dispute_fees")) == 5500

    def test_is_entered_once_however_often_it_is_told(self, bank):
        attempt = make_paid(bank, 500)

        for _ in range(3):
            dispute = hear(attempt)

        assert kinds(dispute) == [TAKEN]

    def test_takes_nothing_where_the_bank_only_asks(self, bank):
        attempt = make_paid(bank, 500)

        dispute = hear(attempt, "warning_needs_response", taken_cents=0, fee_cents=0)

        assert (kinds(dispute), dispute.state) == ([], DisputeState.OPEN)

    def test_keeps_the_money_from_going_back_twice(self, bank):
        attempt = make_paid(bank, 500)
        hear(attempt)

        with pytest.raises(PaymentDisputed):
            refunds.give_back(first_payment(attempt).id, 500, by=HOUSE, now=clock.now())

    def test_knows_nothing_of_what_others_sold(self, bank):
        attempt = make_paid(bank, 500)

        assert not disputes.apply_dispute(told(attempt, charge_id="py_x"), now=clock.now())
        assert not disputes.apply_dispute(told(attempt, charge_id=""), now=clock.now())

    def test_holds_no_more_of_a_part_than_was_left(self, bank):
        attempt = make_paid(bank, 6000, 4000)
        refunds.give_back(first_payment(attempt).id, 5000, by=HOUSE, now=clock.now())

        dispute = hear(attempt, amount_cents=2500, taken_cents=2500)

        assert [part.amount_cents for part in dispute.parts] == [500, 2000]


class TestWon:
    @pytest.mark.scenario(50)
    def test_lets_the_same_shares_go_on(self, bank):
        attempt = make_paid(bank, 6000, 4000)
        payment = first_payment(attempt)
        hand_over(payment)
        hear(attempt)

        dispute = hear(attempt, "won", returned_cents=10_000)

        assert (dispute.state, balance(AccountName("dispute_hold"))) == (DisputeState.WON, 0)
        assert releasing.release(payment.id, by=HOUSE, now=clock.now()) == 6000 - 71
        assert first_payment(attempt).state is PaymentState.SETTLED

    def test_stays_won_whatever_is_told_later(self, bank):
        attempt = make_paid(bank, 500)
        hear(attempt, "won", returned_cents=500)

        assert hear(attempt, "needs_response", returned_cents=500).state is DisputeState.WON


class TestLost:
    @pytest.mark.scenario(51)
    def test_of_the_bank_alone_is_borne_at_once(self, bank):
        """A Pix that the buyer's bank took back (MED): nobody is asked."""
        attempt = make_paid(bank, 6000, 4000)
        bank.hand("dispute", charge=attempt.charge_id)

        jobs.list_news()
        work()

        dispute = db.session.scalars(sa.select(Dispute)).one()
        assert (dispute.state, kinds(dispute)) == (DisputeState.LOST, [TAKEN, LOST])
        assert first_payment(attempt).state is PaymentState.REFUNDED
        assert stand("pending", first_payment(attempt).enterprise_id) == 0
        assert balance(AccountName("losses")) == 119
        moved = sum(one["net"] for one in bank.store.every("balance_transaction"))
        assert balance(AccountName("stripe")) == moved

    @pytest.mark.scenario(49)
    def test_after_it_was_paid_out_is_a_debt(self, bank):
        attempt = make_paid(bank, 6000, 4000)
        payment = first_payment(attempt)
        hand_over(payment)
        releasing.release(payment.id, by=HOUSE, now=clock.now())
        spend(payment.enterprise_id, 5000)

        dispute = hear(attempt, "lost")

        assert stand("payable", payment.enterprise_id) == 0
        assert stand("debt", payment.enterprise_id) == 5000
        assert [part.released for part in dispute.parts] == [True, False]

    def test_in_part_leaves_the_rest(self, bank):
        attempt = make_paid(bank, 6000, 4000)

        hear(attempt, "lost", amount_cents=1000, taken_cents=1000)

        payment = first_payment(attempt)
        assert (payment.state, payment.amount_cents) == (PaymentState.SETTLED, 5400)
        refunds.give_back(payment.id, 5400, by=HOUSE, now=clock.now())
        work()
        assert first_payment(attempt).state is PaymentState.REFUNDED

    def test_in_part_lets_the_rest_arrive(self, bank):
        attempt = make_paid(bank, 6000)
        payment = first_payment(attempt)
        hand_over(payment)

        hear(attempt, "lost", amount_cents=1000, taken_cents=1000)

        enterprise = db.session.get_one(Enterprise, payment.enterprise_id)
        found = coming(enterprise, clock.now())
        assert (found.soon_cents, found.later_cents) == (-stand("pending", enterprise.id), 0)
        assert found.soon_cents == 5000 - 59

    def test_pays_first_what_was_owed_and_could_not_be_sent(self, bank):
        attempt = make_paid(bank, 500)
        bank.hand("dispute", charge=attempt.charge_id)  # not heard of yet
        refunds.give_back(first_payment(attempt).id, 500, by=HOUSE, now=clock.now())
        work()
        assert db.session.scalars(sa.select(Refund)).one().state is RefundState.FAILED

        jobs.list_news()
        work()

        refund = db.session.scalars(sa.select(Refund).execution_options(populate_existing=True))
        assert refund.one().state is RefundState.DONE
        assert balance(AccountName("refund_due")) == 0

    def test_counts_an_enterprise_once_though_it_has_two_parts(self, bank):
        attempt = make_paid(bank, 500)

        dispute = hear(attempt, "lost", amount_cents=700, taken_cents=700)

        assert [part.amount_cents for part in dispute.parts] == [500]
        assert balance(AccountName("losses")) == 200 + 6

    @pytest.mark.scenario(50)
    def test_that_comes_back_after_all_is_nobodys_until_a_person_says(self, bank):
        """It was borne by then; of the hold, which may be another's, nothing is taken."""
        attempt = make_paid(bank, 6000, 4000)
        hear(attempt, "lost")
        other = make_paid(bank, 500)
        disputes.apply_dispute(told(other, id="dp_2"), now=clock.now())

        assert disputes.apply_dispute(told(attempt, "won", returned_cents=10_000), now=clock.now())

        assert balance(AccountName("dispute_hold")) == 500
        back = make_line("adjustment", 10_000, source_id="dp_1")
        reconciling.keep_movements([back], now=clock.now())
        row = db.session.scalars(sa.select(ProviderMovement)).one()
        assert reconciling.match(row.id, now=clock.now()) is MovementState.UNKNOWN
        assert (again(row).why, balance(AccountName("unidentified"))) == ("was_lost", -10_000)


class TestAnswer:
    def test_is_sent_once_and_for_good(self, bank):
        attempt = make_paid(bank, 500)
        dispute = hear(attempt)

        disputes.answer_dispute(dispute.id, " Entregue na feira. ", by=HOUSE, now=clock.now())

        assert '"uncategorized_text": "Entregue na feira."' in call().words
        assert again(dispute).state is DisputeState.ANSWERED
        with pytest.raises(DisputeMoved):
            disputes.answer_dispute(dispute.id, "Mais.", by=HOUSE, now=clock.now())

    def test_stands_though_older_news_comes(self, bank):
        attempt = make_paid(bank, 500)
        dispute = hear(attempt)
        disputes.answer_dispute(dispute.id, "Entregue.", by=HOUSE, now=clock.now())

        assert hear(attempt).state is DisputeState.ANSWERED

    def test_needs_words_and_time(self, bank):
        attempt = make_paid(bank, 500)
        dispute = hear(attempt)

        with pytest.raises(AnswerMissing):
            disputes.answer_dispute(dispute.id, "  ", by=HOUSE, now=clock.now())
        late = clock.now() + 7 * DAY
        with pytest.raises(DisputeMoved):
            disputes.answer_dispute(dispute.id, "Tarde.", by=HOUSE, now=late)

    def test_that_the_provider_refuses_waits_for_a_person(self, bank):
        attempt = make_paid(bank, 500)
        dispute = hear(attempt)  # one that the provider does not know
        disputes.answer_dispute(dispute.id, "Entregue.", by=HOUSE, now=clock.now())

        disputes.take_answer(call().id, dispute.id, refusal="resource_missing", now=clock.now())

        assert call().state is CallState.REFUSED


class TestReconciled:
    def test_meets_the_entry_of_the_dispute(self, bank, stripe_here):
        attempt = make_paid(bank, 500)
        bank.hand("dispute", charge=attempt.charge_id)
        now = clock.now()
        reconciling.keep_movements(stripe_here.movements(now - DAY, now + DAY), now=now)
        asked = sa.select(ProviderMovement).where(ProviderMovement.kind == "adjustment")
        row = db.session.scalars(asked).one()

        hearing.hear_of(row.id, stripe_here, now=now)

        assert reconciling.match(row.id, now=now) is MovementState.MATCHED

    def test_that_nobody_here_knows_is_a_stranger(self):
        reconciling.keep_movements([make_line("adjustment", -500)], now=NOW)
        row = db.session.scalars(sa.select(ProviderMovement)).one()

        assert reconciling.match(row.id, now=NOW) is MovementState.UNKNOWN


def test_news_of_a_dispute_are_followed(bank):
    attempt = make_paid(bank, 500)
    bank.hand("dispute", charge=attempt.charge_id)
    letters = [one for one in bank.store.every("event") if "dispute" in one["type"]]
    assert len(letters) == 3

    for letter in letters:
        events.keep(news_of(letter), now=clock.now())
    work()

    assert kinds(db.session.scalars(sa.select(Dispute)).one()) == [TAKEN, LOST]
