"""Payouts that go to accounts at the provider, and what is taken back of them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, failpoints, queue
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.payments import connect_payloads, gateway, hearing, jobs, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import NothingToPayOut, PayoutMoved, TransferUnderWay
from marketplace.payments.models.connect import (
    AccountState,
    Reversal,
    ReversalState,
    Transfer,
    TransferState,
)
from marketplace.payments.models.disputes import Dispute
from marketplace.payments.models.ledger import LedgerEntry
from marketplace.payments.models.online import Attempt, CallKind, Refund, RefundState
from marketplace.payments.models.payouts import PayoutState
from marketplace.payments.models.reconciling import MovementState, ProviderMovement
from marketplace.payments.operations import (
    calls,
    disputes,
    payouts,
    receiving,
    reconciling,
    refunds,
    releasing,
    transfers,
)
from marketplace.payments.provider import Broken, Contested, NoAnswer
from marketplace.payments.queries import online
from marketplace.payments.queries import reconciling as known
from marketplace.payments.queries.coming import coming
from marketplace.payments.queries.ledger import balance, entries_about
from marketplace.payments.queries.payouts import Why, candidates
from tests import books
from tests.factories.accounts import saved_change
from tests.factories.connect import (
    account_of,
    fill,
    let,
    look,
    make_account,
    make_active,
    order,
    ordered,
    some_manager,
)
from tests.factories.online import make_line, make_open
from tests.factories.payouts import NO_PIX, PIX, batch_of, finance, make_payable

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back, connect_here, monkeypatch):
    monkeypatch.setattr(calls, "REST", timedelta(0))
    yield
    assert books.faults("payments.") == {}


def stands(base, enterprise_id):
    return abs(balance(AccountName(base, enterprise_id)))


def fresh(thing):
    return db.session.get_one(type(thing), thing.id, populate_existing=True)


def send(transfer, now=None):
    call = online.call_about(CallKind.TRANSFER, transfer.id)
    sending.send(call.id, now=now or clock.now())
    return fresh(transfer)


def there(bank):
    return bank.store.every("transfer")


def why(enterprise):
    division, now = enterprise.division, clock.now()
    found = {one.enterprise.id: one for one in candidates(division, finance(division), now)}
    return found[enterprise.id].why


class TestPath:
    def test_is_the_account_where_it_may_be_paid(self, bank):
        account = make_active(bank, make_payable(5_000, **NO_PIX))
        transfer = ordered(account.enterprise)

        payout = fresh(transfer).payout
        assert (payout.account_id, payout.pix_key) == (account.id, "")
        assert stands("payable", account.enterprise_id) == 5_000  # nothing is sent yet

    @pytest.mark.scenario(47)
    def test_is_by_hand_without_an_account(self, bank):
        group = make_payable(5_000)
        batch_id = prepare(group)
        payouts.approve_batch(batch_id, by=finance(group.division), now=clock.now())
        queue.work_all(now=clock.now() + HOUR)

        assert batch_of(batch_id).payouts[0].is_by_hand
        assert there(bank) == []
        assert db.session.scalars(sa.select(Transfer)).all() == []

    @pytest.mark.scenario(46, 47)
    def test_is_by_hand_while_the_account_may_not_be_paid(self, bank):
        group = make_payable(5_000)
        make_account(group)
        assert batch_of(prepare(group)).payouts[0].is_by_hand

    def test_is_by_hand_for_72_hours(self, bank):
        group = make_payable(5_000)
        let(bank, make_account(group), "active")
        assert batch_of(prepare(group)).payouts[0].is_by_hand

    @pytest.mark.scenario(46)
    def test_is_left_out_if_the_account_is_restricted_before_approval(self, bank):
        group = make_payable(5_000)
        account = make_active(bank, group)
        batch_id = prepare(group)
        let(bank, account, "restricted")

        assert payouts.approve_batch(batch_id, by=finance(group.division), now=clock.now()) == 1
        assert db.session.scalars(sa.select(Transfer)).all() == []

    def test_waits_while_another_is_on_its_way(self, bank):
        transfer = order(bank)
        group = db.session.get_one(Enterprise, transfer.enterprise_id)
        assert why(group) is Why.UNDER_WAY
        with pytest.raises(NothingToPayOut):
            prepare(group)


def prepare(group):
    by = finance(group.division)
    return payouts.prepare_batch(group.division_id, by=by, now=clock.now())


class TestSend:
    def test_writes_the_books_once_it_is_there(self, bank):
        fill(bank, 9_000)
        transfer = order(bank, 5_000)
        transfer = send(transfer)

        (sent,) = there(bank)
        account = account_of(transfer.account.enterprise)
        assert (sent["amount"], sent["destination"]) == (5_000, account.provider_id)
        assert (sent["transfer_group"], sent["currency"]) == (
            f"batch:{transfer.payout.batch_id}",
            "brl",
        )
        assert (transfer.state, transfer.provider_id) == (TransferState.SENT, sent["id"])
        assert (transfer.payout.state, transfer.payout.proof) == (
            PayoutState.CONFIRMED,
            sent["id"],
        )
        assert stands("payable", transfer.enterprise_id) == 0
        kinds = [entry.kind.value for entry in entries_about("transfer", transfer.id)]
        assert kinds == ["transferred"]

    def test_pays_a_part_of_a_debt_too(self, bank):
        fill(bank, 9_000)
        transfer = send(order(bank, 5_000, debt=9_000))

        assert transfer.amount_cents == 3_500
        assert stands("debt", transfer.enterprise_id) == 7_500
        assert stands("payable", transfer.enterprise_id) == 0

    @pytest.mark.scenario(33, 36)
    def test_is_adopted_after_a_crash(self, bank):
        fill(bank, 9_000)
        transfer = order(bank)

        def gone():
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), failpoints.before("payments.answered", gone):
            send(transfer)
        assert stands("payable", transfer.enterprise_id) == 5_000
        queue.work_all(now=clock.now() + HOUR)

        assert len(there(bank)) == 1
        assert fresh(transfer).state is TransferState.SENT
        assert stands("payable", transfer.enterprise_id) == 0

    @pytest.mark.scenario(36)
    def test_is_one_though_its_answer_was_cut_off(self, bank):
        fill(bank, 9_000)
        transfer = order(bank)
        bank.hand("fault", route="POST /v1/transfers", kind="cut_after")
        with pytest.raises(NoAnswer):
            send(transfer)

        assert send(transfer).state is TransferState.SENT
        assert len(there(bank)) == 1

    @pytest.mark.scenario(35, 36)
    def test_is_looked_for_where_its_key_would_tell_the_fault_again(self, bank):
        fill(bank, 9_000)
        transfer = order(bank)
        bank.hand("fault", route="POST /v1/transfers", kind="500_after", times=2)
        with pytest.raises(Broken):
            send(transfer)

        assert send(transfer).state is TransferState.SENT
        assert len(there(bank)) == 1

    @pytest.mark.scenario(36)
    def test_is_looked_for_once_its_key_is_too_old(self, bank):
        fill(bank, 9_000)
        transfer = order(bank)
        bank.hand("fault", route="POST /v1/transfers", kind="cut_after")
        with pytest.raises(NoAnswer):
            send(transfer)
        bank.wait(25 * 3600)  # the provider has forgotten the key

        assert send(transfer, now=clock.now() + 25 * HOUR).state is TransferState.SENT
        assert len(there(bank)) == 1

    def test_waits_while_too_little_is_at_hand(self, bank):
        transfer = send(order(bank, 5_000))

        assert (transfer.state, transfer.payout.state) == (
            TransferState.SHORT,
            PayoutState.APPROVED,
        )
        assert "transfer that waits" in [
            what for what, query in online.ATTENTION.items() if db.session.execute(query).all()
        ]
        fill(bank, 5_000)
        jobs.send_waiting()

        assert fresh(transfer).state is TransferState.SENT
        assert len(there(bank)) == 1

    @pytest.mark.scenario(46)
    def test_stays_payable_while_the_account_is_restricted(self, bank):
        fill(bank, 9_000)
        transfer = order(bank)
        bank.hand("capability", account=transfer.account.provider_id, state="restricted")
        transfer = send(transfer)
        look(transfer.account)

        assert transfer.state is TransferState.HELD
        assert stands("payable", transfer.enterprise_id) == 5_000
        jobs.send_waiting()
        assert there(bank) == []
        assert fresh(transfer).state is TransferState.HELD  # nobody asked again

        let(bank, transfer.account, "active")
        assert fresh(transfer).state is TransferState.SENT

    @pytest.mark.scenario(46)
    def test_can_be_paid_by_hand_instead(self, bank):
        fill(bank, 9_000)
        transfer = order(bank)
        bank.hand("capability", account=transfer.account.provider_id, state="restricted")
        transfer = send(transfer)
        look(transfer.account)
        group, by = transfer.payout.enterprise, finance(transfer.payout.enterprise.division)
        payouts.return_payout(transfer.payout_id, reason="Demora", by=by, now=clock.now())

        (payout,) = batch_of(prepare(group)).payouts
        assert (payout.is_by_hand, payout.amount_cents) == (True, 5_000)
        let(bank, fresh(transfer).account, "active")
        assert fresh(transfer).state is TransferState.TAKEN_BACK
        assert there(bank) == []

    def test_is_not_taken_back_while_it_may_be_there(self, bank):
        fill(bank, 9_000)
        transfer = order(bank)
        bank.hand("fault", route="POST /v1/transfers", kind="cut_after")
        with pytest.raises(NoAnswer):
            send(transfer)
        by = finance(transfer.payout.enterprise.division)
        told = {"reason": "Demora", "by": by, "now": clock.now()}

        with pytest.raises(TransferUnderWay):
            payouts.return_payout(transfer.payout_id, **told)

    def test_rests_after_a_refusal(self, bank, monkeypatch):
        """Who came with the former key must be done before anybody sends it with another."""
        monkeypatch.setattr(calls, "REST", timedelta(seconds=60))
        transfer, now = send(order(bank)), clock.now()
        fill(bank, 9_000)

        assert send(transfer, now=now + timedelta(seconds=50)).state is TransferState.SHORT
        assert not transfers.take_back(transfer.payout_id, now=now + timedelta(seconds=50))
        assert send(transfer, now=now + timedelta(seconds=61)).state is TransferState.SENT

    def test_is_nothing_that_a_person_confirms(self, bank):
        fill(bank, 9_000)
        payout, told = order(bank).payout, {"now": clock.now()}
        by = finance(payout.enterprise.division)
        with pytest.raises(PayoutMoved):
            payouts.confirm_payout(payout.id, amount_cents=5_000, proof="E1", by=by, **told)

    @pytest.mark.scenario(55)
    def test_comes_back_when_the_account_was_given_up_before(self, bank):
        transfer = order(bank)
        group = transfer.payout.enterprise
        receiving.retire_account(group.id, by=some_manager(), now=clock.now())
        queue.work_all(now=clock.now() + HOUR)

        assert there(bank) == []
        assert fresh(transfer).state is TransferState.TAKEN_BACK
        (payout,) = batch_of(prepare(group)).payouts  # which two people approve anew
        assert payout.is_by_hand

    @pytest.mark.scenario(55)
    def test_comes_back_when_the_account_is_closed_meanwhile(self, bank):
        fill(bank, 9_000)
        transfer = order(bank)
        bank.client.v2.core.accounts.close(transfer.account.provider_id)
        transfer = send(transfer)
        look(transfer.account)

        assert fresh(transfer).state is TransferState.TAKEN_BACK
        assert fresh(transfer).payout.state is PayoutState.RETURNED
        assert fresh(transfer).account.state is AccountState.RETIRED

    def test_is_booked_whole_though_a_refund_was_faster(self, bank, sold):
        transfer = ordered(sold.enterprise)
        give_back(sold, 4_000)
        send(transfer)

        assert stands("payable", sold.enterprise_id) == 0
        assert stands("debt", sold.enterprise_id) > 0

    @pytest.mark.parametrize("cents", [0, -1])
    def test_is_never_of_nothing(self, cents):
        with pytest.raises(ValueError, match="something"):
            connect_payloads.transfer("r", group="g", amount_cents=cents, destination="acct_1")
        with pytest.raises(ValueError, match="something"):
            connect_payloads.reversal("r", amount_cents=cents)

    def test_tells_its_group_that_it_is_on_its_way(self, bank):
        transfer = order(bank)
        told = coming(transfer.payout.enterprise, clock.now())
        assert (told.why, told.soon_cents) == (Why.UNDER_WAY, 5_000)


class Sold:
    """A payment whose share was released, of an enterprise that has an account."""

    def __init__(self, payment_id, enterprise):
        self.payment_id, self.enterprise = payment_id, enterprise
        self.enterprise_id = enterprise.id


@pytest.fixture
def sold(bank):
    """R$ 100,00 paid, of which R$ 98,81 are to be sent, and what the platform needs for it."""
    attempt = make_open(10_000)
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())
    payment_id, enterprise_id = attempt.parts[0].payment_id, attempt.parts[0].enterprise_id
    enterprise = db.session.get_one(Enterprise, enterprise_id)
    saved_change(enterprise, **PIX)
    releasing.note_fulfilled(payment_id, by=HOUSE, now=clock.now() - 8 * DAY)
    releasing.release(payment_id, by=HOUSE, now=clock.now())
    make_active(bank, enterprise)
    fill(bank, 20_000)
    return Sold(payment_id, enterprise)


def give_back(sold, cents):
    refunds.give_back(sold.payment_id, cents, by=HOUSE, now=clock.now())


def work():
    queue.work_all(now=clock.now() + HOUR)


def only(model):
    return db.session.scalars(sa.select(model).execution_options(populate_existing=True)).one()


class TestTakeBack:
    @pytest.mark.scenario(43)
    def test_takes_back_what_a_refund_needs(self, bank, sold):
        send(ordered(sold.enterprise))
        give_back(sold, 4_000)
        assert stands("debt", sold.enterprise_id) == 3_952
        work()

        reversal = only(Reversal)
        assert (reversal.state, reversal.amount_cents) == (ReversalState.DONE, 3_952)
        assert only(Refund).state is not RefundState.FAILED
        assert stands("debt", sold.enterprise_id) == 0
        assert stands("payable", sold.enterprise_id) == 0
        kinds = [entry.kind.value for entry in entries_about("reversal", reversal.id)]
        assert kinds == ["transfer_reversed", "debt_offset"]
        (one,) = bank.store.every("transfer_reversal")
        assert one["id"] == reversal.provider_id

    @pytest.mark.scenario(43)
    def test_takes_back_only_what_is_lacking(self, bank, sold):
        send(ordered(sold.enterprise))
        make_payable(3_000, enterprise=sold.enterprise)
        give_back(sold, 4_000)
        work()

        assert only(Reversal).amount_cents == 952

    @pytest.mark.scenario(44)
    def test_leaves_a_debt_where_the_account_is_empty(self, bank, sold):
        transfer = send(ordered(sold.enterprise))
        drain(bank, transfer)
        give_back(sold, 4_000)
        work()

        assert only(Reversal).state is ReversalState.FAILED
        assert only(Refund).state in (RefundState.SENT, RefundState.DONE)  # the buyer has it
        assert stands("debt", sold.enterprise_id) == 3_952

    @pytest.mark.scenario(33, 43)
    def test_is_adopted_after_a_crash(self, bank, sold):
        send(ordered(sold.enterprise))
        give_back(sold, 4_000)
        bank.hand("fault", route="POST /v1/transfers/<a>/reversals", kind="500_after", times=2)
        work()
        work()

        assert len(bank.store.every("transfer_reversal")) == 1
        assert only(Reversal).state is ReversalState.DONE

    @pytest.mark.scenario(49, 51)
    def test_takes_back_what_a_lost_dispute_needs(self, bank, sold):
        send(ordered(sold.enterprise))
        lose(bank, sold)

        reversal, dispute = only(Reversal), only(Dispute)
        assert (reversal.dispute_id, reversal.refund_id) == (dispute.id, None)
        assert (reversal.state, reversal.amount_cents) == (ReversalState.DONE, 9_881)
        assert stands("debt", sold.enterprise_id) == 0
        assert stands("payable", sold.enterprise_id) == 0
        (one,) = bank.store.every("transfer_reversal")
        assert one["id"] == reversal.provider_id

    @pytest.mark.scenario(49)
    def test_leaves_what_a_lost_dispute_needs_a_debt_where_the_account_is_empty(self, bank, sold):
        transfer = send(ordered(sold.enterprise))
        drain(bank, transfer)
        lose(bank, sold)

        assert only(Reversal).state is ReversalState.FAILED
        assert stands("debt", sold.enterprise_id) == 9_881

    @pytest.mark.scenario(48, 50)
    def test_takes_back_nothing_before_the_bank_has_decided(self, bank, sold):
        send(ordered(sold.enterprise))
        attempt = only(Attempt)
        told = {"id": "dp_1", "reason": "fraudulent", "amount_cents": 10_000, "fee_cents": 0}
        told |= {"taken_cents": 10_000, "charge_id": attempt.charge_id, "opened_at": clock.now()}
        for status, returned in (("needs_response", 0), ("won", 10_000)):
            news = Contested(status=status, returned_cents=returned, answer_by=None, **told)
            disputes.apply_dispute(news, now=clock.now())
        work()

        assert db.session.scalars(sa.select(Reversal)).all() == []
        assert stands("debt", sold.enterprise_id) == 0

    def test_never_takes_back_more_than_was_sent(self, bank, sold):
        send(ordered(sold.enterprise))
        for cents in (4_000, 4_000, 2_000):
            give_back(sold, cents)
        work()

        taken = [one["amount"] for one in bank.store.every("transfer_reversal")]
        assert sum(taken) == 9_881
        assert stands("debt", sold.enterprise_id) == 0

    def test_keeps_what_was_taken_back_on_the_providers_own_pages(self, bank, sold):
        transfer = send(ordered(sold.enterprise))
        bank.client.v1.transfers.reversals.create(transfer.provider_id, {"amount": 1_000})
        tell(bank, transfer)
        tell(bank, transfer)

        assert only(Reversal).amount_cents == 1_000
        assert stands("payable", sold.enterprise_id) == 1_000


def lose(bank, sold):
    """Have the buyer's bank take a Pix back, which it decides alone, and hear of it."""
    bank.hand("dispute", charge=only(Attempt).charge_id)
    jobs.list_news()
    work()


def tell(bank, transfer):
    transfers.apply_sent(gateway.current().sent(transfer.provider_id), now=clock.now())


def drain(bank, transfer):
    """Let the provider have sent all of the account to its bank."""
    options = {"stripe_account": transfer.account.provider_id}
    told = {"amount": transfer.amount_cents, "currency": "brl"}
    return bank.client.v1.payouts.create(told, options)


class TestLines:
    @pytest.fixture
    def lines(self, bank):
        """Keep the lines of the provider's account, and return those of these kinds."""

        def keep(*kinds):
            now = clock.now()
            found = gateway.current().movements(now - DAY, now + DAY)
            reconciling.keep_movements(found, now=now)
            for row_id in db.session.scalars(known.unmet()).all():
                reconciling.match(row_id, now=now)
            rows = sa.select(ProviderMovement).where(ProviderMovement.kind.in_(kinds))
            return db.session.scalars(rows.order_by(ProviderMovement.id)).all()

        return keep

    def test_meet_one_entry_each(self, sold, lines):
        send(ordered(sold.enterprise))
        give_back(sold, 4_000)
        work()

        met = lines("transfer", "transfer_refund")

        assert sorted((one.kind, one.net_cents, one.state.value) for one in met) == [
            ("transfer", -9_881, "matched"),
            ("transfer_refund", 3_952, "matched"),
        ]
        kinds = {db.session.get_one(LedgerEntry, one.entry_id).kind.value for one in met}
        assert kinds == {"transferred", "transfer_reversed"}

    def test_tell_of_a_transfer_whose_answer_was_lost(self, bank, sold, lines):
        transfer = ordered(sold.enterprise)
        bank.hand("fault", route="POST /v1/transfers", kind="cut_after")
        with pytest.raises(NoAnswer):
            send(transfer)
        there, now = gateway.current(), clock.now()
        reconciling.keep_movements(there.movements(now - DAY, now + DAY), now=now)
        (row,) = db.session.scalars(known.unmet().where(ProviderMovement.kind == "transfer"))

        hearing.hear_of(row, there, now=now)

        assert fresh(transfer).state is TransferState.SENT
        assert lines("transfer")[0].state is MovementState.MATCHED

    @pytest.mark.parametrize("kind", ["transfer_failure", "transfer_cancel"])
    def test_enter_what_came_back_by_itself(self, sold, kind):
        transfer = send(ordered(sold.enterprise))
        line = make_line(kind, 9_881, source_id=transfer.provider_id)
        for _ in range(2):
            reconciling.keep_movements([line], now=clock.now())
        mine = sa.select(ProviderMovement).where(ProviderMovement.movement_id == line.id)
        reconciling.match(db.session.scalars(mine).one().id, now=clock.now())

        assert db.session.scalars(mine).one().state is MovementState.MATCHED
        assert stands("payable", sold.enterprise_id) == 9_881

    def test_are_strangers_if_nobody_here_sent_it(self, lines, bank):
        fill(bank, 9_000)
        account = make_active(bank)
        theirs = {"amount": 700, "currency": "brl", "destination": account.provider_id}
        bank.client.v1.transfers.create(theirs)

        (line,) = lines("transfer")

        assert (line.state, line.why) == (MovementState.UNKNOWN, "source")
