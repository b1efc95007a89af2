"""What the provider cannot give back waits for two people, and goes back once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.identifiers import pix_key
from marketplace.core.rights import HOUSE
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.enterprises.models import Enterprise
from marketplace.payments import sending
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import (
    AnotherConfirmsRefund,
    AnotherTakesRefundBack,
    HandRefundMoved,
    KeyMissing,
    PaymentDisputed,
    RefundOfAnotherAmount,
    WordsMissing,
)
from marketplace.payments.models.by_hand import HandRefund, HandState, WhyByHand
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.online import (
    Attempt,
    AttemptState,
    ProviderCall,
    Refund,
    RefundState,
)
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import by_hand, disputes, payments, refunds
from marketplace.payments.provider import Contested
from marketplace.payments.queries.by_hand import listed
from marketplace.payments.queries.ledger import balance, entries_about
from tests import books
from tests.factories.accounts import make_division
from tests.factories.by_hand import (
    KEY,
    give_key,
    make_boleto,
    make_hand_refund,
    newest,
    pay_by_boleto,
    reread,
    send,
)
from tests.factories.enterprises import make_enterprise, make_member
from tests.factories.online import make_due, make_open
from tests.factories.payouts import finance

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture
def division():
    return make_division()


@pytest.fixture
def refund(division):
    return make_hand_refund(5_000, enterprise=make_enterprise(division=division))


@pytest.fixture
def two(division):
    return finance(division), finance(division)


def payment_of(refund):
    return db.session.get_one(Payment, refund.payment_id, populate_existing=True)


def confirm(refund, by):
    by_hand.confirm_sent(refund.id, by=by, now=clock.now())


def give_back(refund, by, reason="Chave não existe"):
    by_hand.return_sent(refund.id, reason=reason, by=by, now=clock.now())


def done(refund, two):
    """Have it paid by one and confirmed by the other."""
    send(refund, two[0])
    confirm(refund, two[1])
    return reread(refund)


def owed():
    return -balance(AccountName("refund_due"))


def in_bank():
    return balance(AccountName("bank"))


class TestWhatWaits:
    @pytest.mark.scenario(17)
    def test_a_second_payment_by_boleto(self):
        """Both attempts end paid: the second, a boleto, goes back whole, and nobody is asked to."""
        due = make_due(5_000, method=Method.BOLETO)
        first, second = pay_by_boleto(due), pay_by_boleto(due)

        refund = newest()
        assert (first.parts[0].settles, second.parts[0].settles) == (True, False)
        assert (refund.why, refund.state) == (WhyByHand.BOLETO, HandState.WAITING)
        assert refund.refund.part_id == second.parts[0].id
        assert (owed(), payment_of(refund).state) == (5_000, PaymentState.SETTLED)

    @pytest.mark.scenario(27)
    def test_a_boleto_paid_after_its_goods_were_let_go(self):
        due = make_due(5_000, 3_000, method=Method.BOLETO)
        payments.cancel_payment(due[0], by=HOUSE, now=clock.now())

        pay_by_boleto(due)

        refund = newest()
        assert (refund.payment_id, refund.amount_cents) == (due[0], 5_000)
        assert db.session.get_one(Payment, due[1]).state is PaymentState.SETTLED
        assert owed() == 5_000

    def test_a_boleto_asks_the_provider_for_nothing(self):
        make_hand_refund(keyed=False)

        assert db.session.scalar(sa.select(sa.func.count(ProviderCall.id))) == 0

    @pytest.mark.parametrize(("late", "why"), [(0, None), (1, WhyByHand.LATE)])
    def test_a_pix_only_once_its_term_is_over(self, bank, pix_here, late, why):
        payment_id = paid_by_pix(bank, 5_000)
        over = db.session.scalars(sa.select(Attempt.paid_at)).one() + 90 * DAY

        refunds.give_back(payment_id, 5_000, by=HOUSE, now=over + late * SECOND)

        assert db.session.scalar(sa.select(HandRefund.why)) is why

    @pytest.mark.scenario(45)
    def test_what_was_pending_and_failed(self, bank, stripe_here, pix_here):
        """The claim stands as before, and a task waits for people."""
        payment_id = paid_by_pix(bank, 5_000)
        bank.hand("next-refund", fate="failed")
        refunds.give_back(payment_id, 5_000, by=HOUSE, now=clock.now())
        queue.work_all(now=clock.now())
        assert owed() == 0
        provider_id = db.session.scalars(sa.select(Refund.provider_id)).one()

        bank.wait(2 * 24 * 3600)
        refunds.apply_money_back(stripe_here.money_back(provider_id), now=clock.now())

        refund = newest()
        assert (refund.why, refund.state) == (WhyByHand.FAILED, HandState.WAITING)
        assert refund.refund.state is RefundState.FAILED
        assert (owed(), payment_of(refund).state) == (5_000, PaymentState.REFUND_DUE)

    def test_what_the_provider_refused(self, bank, pix_here):
        payment_id = paid_by_pix(bank, 5_000)
        bank.wait(91 * 24 * 3600)  # its clock alone: ours believes that it can
        refunds.give_back(payment_id, 5_000, by=HOUSE, now=clock.now())
        queue.work_all(now=clock.now())

        assert newest().why is WhyByHand.REFUSED


class TestGiveKey:
    def test_keeps_the_last_word(self, refund):
        other = pix_key("outra@example.org")
        by_hand.give_key(refund.id, other, holder="Lia", by=HOUSE, now=clock.now())

        assert (reread(refund).pix_key, refund.pix_holder) == (other.value, "Lia")

    def test_is_too_late_once_it_was_paid(self, refund, two):
        send(refund, two[0])

        with pytest.raises(HandRefundMoved):
            give_key(refund)

    def test_needs_a_name(self, refund):
        with pytest.raises(WordsMissing):
            by_hand.give_key(refund.id, KEY, holder=" ", by=HOUSE, now=clock.now())

    def test_is_typed_by_finance_of_its_division_alone(self, refund, two):
        told = {"holder": "Lúcia", "now": clock.now()}
        by_hand.type_key(refund.id, KEY, **told, by=two[0])
        with pytest.raises(NotFound):
            by_hand.type_key(refund.id, KEY, **told, by=finance(make_division()))


class TestTwoPeople:
    def test_one_pays_and_another_confirms(self, refund, two):
        send(refund, two[0])
        assert (owed(), in_bank()) == (5_000, 0)

        confirm(refund, two[1])

        assert (owed(), in_bank()) == (0, -5_000)
        assert payment_of(refund).state is PaymentState.REFUNDED
        assert reread(refund).refund.state is RefundState.DONE
        assert [entry.kind for entry in entries_about("hand_refund", refund.id)] == [
            EntryKind.REFUND_PAID_BY_HAND
        ]

    def test_the_key_is_forgotten_then(self, refund, two):
        done(refund, two)

        assert (refund.pix_key, refund.pix_key_kind, refund.pix_holder) == ("", "", "")
        assert refund.proof == "E0001"

    def test_never_the_same(self, refund, two):
        send(refund, two[0])

        with pytest.raises(AnotherConfirmsRefund):
            confirm(refund, two[0])
        assert in_bank() == 0

    def test_a_part_leaves_the_rest_of_the_payment(self, two, division):
        attempt = make_boleto(5_000, enterprise=make_enterprise(division=division))
        refunds.give_back(attempt.parts[0].payment_id, 2_000, by=HOUSE, now=clock.now())
        refund = newest()
        give_key(refund)

        done(refund, two)

        payment = payment_of(refund)
        assert (payment.state, payment.amount_cents) == (PaymentState.SETTLED, 3_000)

    def test_who_belongs_to_the_group_takes_no_part(self, refund, two):
        owner = db.session.get_one(Enterprise, payment_of(refund).enterprise_id)
        make_member(owner, user_id=two[0].id)

        with pytest.raises(OwnEnterprise):
            send(refund, two[0])

    def test_once(self, refund, two):
        done(refund, two)

        with pytest.raises(HandRefundMoved):
            confirm(refund, two[1])
        with pytest.raises(HandRefundMoved):
            send(refund, two[0])
        assert in_bank() == -5_000


class TestNoteSent:
    def test_waits_for_a_key(self, two, division):
        refund = make_hand_refund(keyed=False, enterprise=make_enterprise(division=division))

        with pytest.raises(KeyMissing):
            send(refund, two[0])

    def test_refuses_another_amount(self, refund, two):
        told = {"proof": "E1", "by": two[0], "now": clock.now()}
        with pytest.raises(RefundOfAnotherAmount):
            by_hand.note_sent(refund.id, amount_cents=4_999, **told)

    def test_needs_its_proof(self, refund, two):
        with pytest.raises(WordsMissing):
            send(refund, two[0], proof=" ")

    def test_is_nothing_of_another_division(self, refund):
        with pytest.raises(NotFound):
            send(refund, finance(make_division()))
        assert reread(refund).state is HandState.WAITING


class TestReturn:
    def test_of_what_one_paid_waits_again_without_a_key(self, refund, two):
        send(refund, two[0])

        give_back(refund, two[0])

        again = newest()
        assert (reread(refund).state, refund.pix_key) == (HandState.RETURNED, "")
        assert (again.state, again.pix_key) == (HandState.WAITING, "")
        assert (again.refund_id, again.amount_cents) == (refund.refund_id, 5_000)

    def test_of_what_was_confirmed_takes_the_entry_back(self, refund, two):
        done(refund, two)

        give_back(refund, two[0])

        assert (owed(), in_bank()) == (5_000, 0)
        assert payment_of(refund).state is PaymentState.REFUND_DUE

    def test_of_what_was_confirmed_takes_another_person(self, refund, two):
        done(refund, two)

        with pytest.raises(AnotherTakesRefundBack):
            give_back(refund, two[1])

    def test_lets_it_go_back_once_more(self, refund, two):
        done(refund, two)
        give_back(refund, two[0])
        give_key(newest())

        done(newest(), two)

        assert (owed(), in_bank()) == (0, -5_000)
        assert payment_of(refund).state is PaymentState.REFUNDED

    def test_needs_a_reason_and_a_payment(self, refund, two):
        with pytest.raises(HandRefundMoved):
            give_back(refund, two[0])
        send(refund, two[0])
        with pytest.raises(WordsMissing):
            give_back(refund, two[0], reason="")


class TestWithTheProvider:
    """What people give back stays with them, whatever the provider tells."""

    def test_is_not_owed_again_by_late_news(self, bank, stripe_here, pix_here, division, two):
        refund = failed_there(bank, stripe_here, division)
        give_key(refund)
        done(refund, two)

        back = stripe_here.money_back(refund.refund.provider_id)
        assert refunds.apply_money_back(back, now=clock.now())

        assert reread(refund).refund.state is RefundState.DONE
        assert owed() == 0

    def test_waits_while_the_bank_has_not_decided(self, bank, stripe_here, pix_here, division, two):
        refund = failed_there(bank, stripe_here, division)
        give_key(refund)
        hear_dispute(refund, "needs_response")

        with pytest.raises(PaymentDisputed):
            send(refund, two[0])

    def test_is_let_go_when_the_bank_gave_it_back(self, bank, stripe_here, pix_here, division):
        refund = failed_there(bank, stripe_here, division)
        give_key(refund)

        hear_dispute(refund, "lost")

        assert (reread(refund).state, refund.pix_key) == (HandState.DROPPED, "")
        assert refund.refund.state is RefundState.DONE
        assert owed() == 0


class TestListed:
    def test_begins_with_the_oldest_that_waits(self, division, two):
        enterprise = make_enterprise(division=division)
        paid, first, second = (make_hand_refund(100 * n, enterprise=enterprise) for n in (1, 2, 3))
        done(paid, two)

        found = db.session.scalars(listed(two[0])).unique().all()
        assert [each.id for each in found] == [first.id, second.id, paid.id]


def paid_by_pix(bank, cents):
    attempt = make_open(cents)
    assert attempt.state is AttemptState.OPEN
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())
    return attempt.parts[0].payment_id


def failed_there(bank, stripe_here, division):
    """Return what waits because the provider could not give it back after all."""
    payment_id = paid_by_pix(bank, 5_000)
    owner = db.session.get_one(Payment, payment_id).enterprise_id
    db.session.get_one(Enterprise, owner).division_id = division.id
    db.session.commit()
    refunds.give_back(payment_id, 5_000, by=HOUSE, now=clock.now())
    queue.work_all(now=clock.now())
    provider_id = db.session.scalars(sa.select(Refund.provider_id)).one()
    bank.hand("fail-refund", refund=provider_id)
    refunds.apply_money_back(stripe_here.money_back(provider_id), now=clock.now())
    return newest()


def hear_dispute(refund, status):
    attempt, now = refund.refund.part.attempt, clock.now()
    sums = {"amount_cents": 5_000, "taken_cents": 5_000, "returned_cents": 0, "fee_cents": 0}
    told = {"charge_id": attempt.charge_id, "opened_at": now, "answer_by": now + DAY}
    disputes.apply_dispute(
        Contested(id="dp_1", status=status, reason="fraudulent", **sums, **told), now=now
    )
