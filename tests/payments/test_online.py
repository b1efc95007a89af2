from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, failpoints, queue
from marketplace.core.database import db
from marketplace.core.queue import Job
from marketplace.core.rights import HOUSE
from marketplace.payments import jobs, sending, settings
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import AmountWrong, PaymentMoved
from marketplace.payments.models.online import (
    AttemptState,
    CallKind,
    CallState,
    ProviderCall,
    Refund,
    RefundState,
)
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import attempts, calls, payments, refunds
from marketplace.payments.provider import Broken, NoAnswer, TooFast
from marketplace.payments.queries import online
from marketplace.payments.queries.ledger import balance, entries_about
from tests import books
from tests.factories.online import ask, make_attempt, make_due, make_open

HOUR = timedelta(hours=1)
INTENTS, REFUNDS = "POST /v1/payment_intents", "POST /v1/refunds"


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture(autouse=True)
def pix_is_open(pix_here):
    """Every test pays 1,19 % by Pix."""


def work(hours=0):
    """Do what is due now, or so many hours later."""
    return queue.work_all(now=clock.now() + hours * HOUR)


def paid(bank, attempt):
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())


def again(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def only(model):
    return db.session.scalars(sa.select(model)).one()


def intents(bank):
    return bank.store.every("payment_intent")


def owner_of(payment_id):
    return db.session.get_one(Payment, payment_id).enterprise_id


class TestAsk:
    @pytest.mark.scenario(39)
    def test_shares_the_fee_to_the_centavo(self):
        """R$ 100,00 in three parts, fee R$ 1,19."""
        attempt = make_attempt(3334, 3333, 3333)

        assert [part.fee_cents for part in attempt.parts] == [40, 40, 39]
        assert attempt.amount_cents == 10_000

    @pytest.mark.scenario(15)
    def test_meets_the_live_one_when_pressed_twice(self):
        due = make_due(500)

        assert ask(due).id == ask(due).id

    def test_gives_the_live_one_up_for_another_sum(self, bank):
        first = make_open(500, 700)
        payments.cancel_payment(first.parts[0].payment_id, by=HOUSE, now=clock.now())

        second = ask([first.parts[1].payment_id])
        work()

        assert again(first).state is AttemptState.CANCELLED
        assert second.amount_cents == 700
        there = {one["metadata"]["attempt"]: one["status"] for one in intents(bank)}
        assert there[first.reference] == "canceled"

    def test_refuses_what_is_not_due(self):
        due = make_due(500)
        payments.cancel_payment(due[0], by=HOUSE, now=clock.now())

        with pytest.raises(PaymentMoved):
            ask(due)

    def test_refuses_a_way_that_is_not_open_here(self):
        with pytest.raises(PaymentMoved):
            ask(make_due(500, method=Method.CASH))

    def test_keeps_the_call_with_the_fact(self):
        attempt = make_attempt(500)

        call, job = only(ProviderCall), db.session.scalars(sa.select(Job)).one()
        assert call.key.startswith("test:open:")
        assert (call.subject_id, call.state, call.tries) == (attempt.id, CallState.WAITING, 0)
        assert job.run_at > clock.now()  # a page has time to do it first


class TestOpen:
    def test_shows_the_code(self, bank):
        attempt = make_open(500, 700)

        assert attempt.state is AttemptState.OPEN
        assert "540512.00" in attempt.code
        assert only(ProviderCall).state is CallState.DONE

    def test_is_not_made_again_by_the_job(self, bank):
        attempt = make_open(500)
        call = online.call_about(CallKind.OPEN, attempt.id)
        mine = sa.select(Job.done_at).where(Job.kind == calls.SEND_JOB, Job.key == str(call.id))
        assert db.session.scalars(mine).one()  # it need not even look

        work(1)

        assert len(intents(bank)) == 1

    @pytest.mark.scenario(34)
    def test_is_taken_over_by_the_job(self, bank):
        """The page died before it called."""
        attempt = make_attempt(500)

        work(1)

        assert again(attempt).state is AttemptState.OPEN
        assert len(intents(bank)) == 1

    @pytest.mark.scenario(33)
    def test_is_adopted_after_a_crash(self, bank):
        """Answered, and the house fell before it could write."""
        attempt = make_attempt(500)

        def fall():
            raise KeyboardInterrupt

        with failpoints.before("payments.answered", fall), pytest.raises(KeyboardInterrupt):
            sending.open_attempt(attempt.id, now=clock.now())
        assert again(attempt).state is AttemptState.ASKED
        work(1)

        assert again(attempt).state is AttemptState.OPEN
        assert len(intents(bank)) == 1

    def test_is_looked_for_once_the_key_is_too_old(self, bank):
        attempt = make_attempt(500)
        bank.hand("fault", route=INTENTS, kind="cut_after", times=2)
        with pytest.raises(NoAnswer):
            sending.open_attempt(attempt.id, now=clock.now())
        bank.store.run("DELETE FROM answers")  # as the provider does after a day

        sending.open_attempt(attempt.id, now=clock.now() + 21 * HOUR)

        assert again(attempt).intent_id == intents(bank)[0]["id"]
        assert len(intents(bank)) == 1

    @pytest.mark.scenario(35)
    def test_is_looked_for_when_the_fault_would_be_told_again(self, bank):
        """Done, and answered with a fault that the same key tells for ever."""
        attempt = make_attempt(500)
        bank.hand("fault", route=INTENTS, kind="500_after")
        with pytest.raises(Broken):
            sending.open_attempt(attempt.id, now=clock.now())

        sending.open_attempt(attempt.id, now=clock.now())

        assert again(attempt).state is AttemptState.OPEN
        assert len(intents(bank)) == 1

    def test_takes_another_key_where_nothing_was_done(self, bank):
        attempt = make_attempt(500)
        bank.hand("fault", route=INTENTS, kind="500_before", times=2)
        with pytest.raises(Broken):
            sending.open_attempt(attempt.id, now=clock.now())
        first = only(ProviderCall).key

        sending.open_attempt(attempt.id, now=clock.now())

        assert only(ProviderCall).key != first
        assert again(attempt).state is AttemptState.OPEN

    @pytest.mark.scenario(37)
    def test_waits_while_asked_too_often(self, bank):
        attempt = make_attempt(500)
        bank.hand("fault", route=INTENTS, kind="429", times=3)
        with pytest.raises(TooFast):
            sending.open_attempt(attempt.id, now=clock.now())

        for hours in range(1, 5):
            work(hours)

        assert again(attempt).state is AttemptState.OPEN
        assert len(intents(bank)) == 1

    def test_ends_when_it_is_refused(self, bank):
        attempt = make_attempt(20)  # less than any Pix

        sending.open_attempt(attempt.id, now=clock.now())

        assert again(attempt).state is AttemptState.REFUSED
        assert only(ProviderCall).refusal == "amount_too_small"

    def test_is_cancelled_there_when_given_up_before_it_opened(self, bank):
        attempt = make_attempt(500)
        attempts.give_up_for(attempt.parts[0].payment_id, now=clock.now())

        sending.open_attempt(attempt.id, now=clock.now())
        work()

        assert again(attempt).state is AttemptState.CANCELLED
        assert intents(bank)[0]["status"] == "canceled"


class TestArrival:
    def test_settles_each_part_and_writes_the_books(self, bank):
        attempt = make_open(6000, 4000)

        paid(bank, attempt)
        work()

        first, second = (part.enterprise_id for part in attempt.parts)
        assert {payment.state for payment in db.session.scalars(sa.select(Payment))} == {
            PaymentState.SETTLED
        }
        assert balance(AccountName("pending", first)) == -(6000 - 71)
        assert balance(AccountName("pending", second)) == -(4000 - 48)
        assert balance(AccountName("buyer_clearing")) == 0
        assert balance(AccountName("stripe")) == 10_000 - 119
        assert (balance(AccountName("stripe_fees")), balance(AccountName("fees_recovered"))) == (
            119,
            -119,
        )

    @pytest.mark.scenario(1)
    def test_is_entered_once_however_often_it_is_told(self, bank):
        """At the lowest door."""
        attempt = make_open(500)
        paid(bank, attempt)
        for _ in range(3):
            assert sending.ask_again(attempt.intent_id, now=clock.now())
        work()
        work(1)

        kinds = [entry.kind.value for entry in entries_about("attempt", attempt.id)]
        assert kinds == ["payment_succeeded", "fee_shared", "provider_settled"]

    @pytest.mark.scenario(5)
    def test_is_asked_for_when_no_news_comes(self, bank, monkeypatch):
        lost = make_open(700, group=("test", 2))
        bank.store.remove(lost.intent_id)  # one that is not there stops no other
        attempt = make_open(500)
        bank.hand("pay", intent=attempt.intent_id)

        monkeypatch.setattr(jobs, "QUIET", -HOUR)  # as if it were later
        jobs.ask_again()

        assert again(attempt).state is AttemptState.PAID

    @pytest.mark.scenario(25)
    def test_counts_though_it_comes_late(self, bank):
        """Where the payment still waits."""
        attempt = make_open(500)
        bank.wait(3600)
        sending.ask_again(attempt.intent_id, now=clock.now())
        assert again(attempt).state is AttemptState.LAPSED

        paid(bank, attempt)

        assert again(attempt).state is AttemptState.PAID
        assert only(Payment).state is PaymentState.SETTLED

    def test_goes_back_where_nobody_waits_for_it_any_more(self, bank):
        attempt = make_open(6000, 4000)
        given_up = attempt.parts[1].payment_id
        payments.cancel_payment(given_up, by=HOUSE, now=clock.now())

        paid(bank, attempt)
        work()

        assert only(Refund).amount_cents == 4000
        assert only(Refund).state is RefundState.DONE
        assert balance(AccountName("pending", owner_of(given_up))) == 0
        assert balance(AccountName("losses")) == 48  # the fee, which the house bears
        assert balance(AccountName("refund_due")) == 0

    def test_goes_back_where_another_sum_is_asked_by_now(self, bank):
        attempt = make_open(500)
        payment_id = attempt.parts[0].payment_id
        payments.change_amount(payment_id, 300, by=HOUSE, now=clock.now())

        paid(bank, attempt)
        work()

        assert only(Payment).state is PaymentState.DUE
        assert only(Refund).amount_cents == 500

    @pytest.mark.scenario(17)
    def test_goes_back_when_it_came_twice(self, bank):
        first = make_open(500)
        bank.wait(3600)
        sending.ask_again(first.intent_id, now=clock.now())
        second = ask([first.parts[0].payment_id])
        sending.open_attempt(second.id, now=clock.now())
        paid(bank, again(second))

        paid(bank, first)
        work()

        assert only(Payment).state is PaymentState.SETTLED
        assert [refund["amount"] for refund in bank.store.every("refund")] == [500]
        assert only(Refund).part.attempt_id == first.id

    def test_ends_another_one_that_is_still_open(self, bank):
        first = make_open(500)
        bank.wait(3600)
        sending.ask_again(first.intent_id, now=clock.now())
        second = ask([first.parts[0].payment_id])
        sending.open_attempt(second.id, now=clock.now())

        paid(bank, first)
        work()

        assert again(second).state is AttemptState.CANCELLED
        assert {one["status"] for one in intents(bank)} == {"succeeded", "canceled"}

    @pytest.mark.scenario(18)
    def test_pays_nothing_when_it_is_another_sum(self, bank):
        attempt = make_open(500)
        bank.client.v1.payment_intents.update(attempt.intent_id, {"amount": 400})

        paid(bank, attempt)
        work()

        assert again(attempt).state is AttemptState.ODD
        assert only(Payment).state is PaymentState.DUE
        assert balance(AccountName("unidentified")) == -400

    def test_knows_nothing_of_what_others_sold(self, bank, stripe_here):
        words = {"amount": 500, "currency": "brl"}
        foreign = bank.client.v1.payment_intents.create(words)

        assert not sending.ask_again(foreign.id, now=clock.now())

    @pytest.mark.scenario(23)
    def test_wins_over_who_would_cancel_it(self, bank):
        attempt = make_open(500)
        bank.hand("pay", intent=attempt.intent_id)
        attempts.give_up_for(attempt.parts[0].payment_id, now=clock.now())

        work()

        assert again(attempt).state is AttemptState.PAID
        assert only(Payment).state is PaymentState.SETTLED


class TestGiveBack:
    def made(self, bank, *amounts):
        attempt = make_open(*amounts)
        paid(bank, attempt)
        return attempt.parts[0].payment_id

    @pytest.mark.scenario(40)
    def test_moves_only_the_share_it_is_of(self, bank):
        first = self.made(bank, 6000, 4000)

        refunds.give_back(first, 1000, by=HOUSE, now=clock.now())
        work()

        payment = db.session.get_one(Payment, first, populate_existing=True)
        assert (payment.state, payment.amount_cents) == (PaymentState.SETTLED, 5000)
        assert balance(AccountName("pending", payment.enterprise_id)) == -(6000 - 71 - 988)
        assert balance(AccountName("losses")) == 12

    @pytest.mark.scenario(41)
    def test_empties_the_share_with_the_last_one(self, bank):
        """For one enterprise."""
        first = self.made(bank, 6001)

        for cents in (1, 3333, 999, 1668):
            refunds.give_back(first, cents, by=HOUSE, now=clock.now())
        work()

        payment = db.session.get_one(Payment, first, populate_existing=True)
        assert payment.state is PaymentState.REFUNDED
        assert balance(AccountName("pending", payment.enterprise_id)) == 0
        assert balance(AccountName("losses")) == settings.fee_cents(Method.PIX, 6001)

    @pytest.mark.scenario(42)
    def test_refuses_more_than_there_is(self, bank):
        first = self.made(bank, 500)

        with pytest.raises(AmountWrong):
            refunds.give_back(first, 501, by=HOUSE, now=clock.now())
        assert bank.store.every("refund") == []

    def test_is_one_refund_though_the_answer_is_lost(self, bank):
        first = self.made(bank, 500)
        refunds.give_back(first, 500, by=HOUSE, now=clock.now())
        bank.hand("fault", route=REFUNDS, kind="cut_after", times=2)

        for hours in range(3):
            work(hours)

        assert [refund["amount"] for refund in bank.store.every("refund")] == [500]
        assert only(Payment).state is PaymentState.REFUNDED

    def test_is_looked_for_when_the_fault_would_be_told_again(self, bank):
        first = self.made(bank, 500)
        refunds.give_back(first, 200, by=HOUSE, now=clock.now())
        bank.hand("fault", route=REFUNDS, kind="500_after")

        for hours in range(3):
            work(hours)

        assert [refund["amount"] for refund in bank.store.every("refund")] == [200]
        assert only(Refund).state is RefundState.DONE

    @pytest.mark.scenario(45)
    def test_is_owed_again_when_it_comes_back(self, bank, stripe_here):
        first = self.made(bank, 500)
        refunds.give_back(first, 500, by=HOUSE, now=clock.now())
        work()
        bank.hand("fail-refund", refund=only(Refund).provider_id)

        refunds.apply_money_back(stripe_here.money_back(only(Refund).provider_id), now=clock.now())

        assert again(only(Refund)).state is RefundState.FAILED
        assert only(Payment).state is PaymentState.REFUND_DUE
        assert balance(AccountName("refund_due")) == -500

    def test_waits_until_it_has_arrived(self, bank, stripe_here):
        first = self.made(bank, 500)
        bank.hand("next-refund", fate="later")
        refunds.give_back(first, 500, by=HOUSE, now=clock.now())
        work()

        assert only(Refund).state is RefundState.SENT
        assert only(Payment).state is PaymentState.REFUND_DUE

    def test_is_left_to_a_person_when_it_is_refused(self, bank):
        first = self.made(bank, 500)
        bank.wait(91 * 24 * 3600)  # a Pix goes back for ninety days
        refunds.give_back(first, 500, by=HOUSE, now=clock.now())

        work()

        assert only(Refund).state is RefundState.FAILED
        assert balance(AccountName("refund_due")) == -500

    def test_leaves_what_went_straight_to_an_enterprise(self):
        (cash,) = make_due(500, method=Method.CASH)
        payments.settle_payment(cash, by=HOUSE, now=clock.now())

        refunds.give_back(cash, 500, by=HOUSE, now=clock.now())

        assert only(Payment).state is PaymentState.SETTLED
