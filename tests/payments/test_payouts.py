"""A batch of payouts: one person prepares it, another approves it, the bank pays it, once."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.payments import postings
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import (
    AnotherApproves,
    AnotherTakesBack,
    BatchMoved,
    BatchWaits,
    NothingToPayOut,
    PayoutMoved,
    PayoutOfAnotherAmount,
    WordsMissing,
)
from marketplace.payments.models.payouts import BatchState, PayoutState
from marketplace.payments.operations import ledger, payouts
from marketplace.payments.queries.ledger import balance
from marketplace.payments.queries.payouts import Why, candidates
from tests import books
from tests.factories.accounts import make_division, make_user, saved_change
from tests.factories.enterprises import make_member
from tests.factories.payouts import (
    NO_PIX,
    PIX,
    batch_of,
    finance,
    make_approved,
    make_batch,
    make_payable,
    payout_of,
)

DAY = timedelta(days=1)
PROOF = {"proof": "E1234"}


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture
def division():
    return make_division()


def stands(base, enterprise):
    return abs(balance(AccountName(base, enterprise.id)))


def prepare(division, by=None, now=None):
    by, now = by or finance(division), now or clock.now()
    return batch_of(payouts.prepare_batch(division.id, by=by, now=now))


def approve(batch, by=None):
    return payouts.approve_batch(batch.id, by=by or finance(batch.division), now=clock.now())


def confirm(payout, cents, by=None, **proof):
    by = by or finance(payout.batch.division)
    told = {"amount_cents": cents, "by": by, "now": clock.now()}
    payouts.confirm_payout(payout.id, **told, **proof or PROOF)


def send_back(payout, by=None, reason="Conta encerrada"):
    by = by or finance(payout.batch.division)
    payouts.return_payout(payout.id, reason=reason, by=by, now=clock.now())


def why(division, enterprise, by=None, now=None):
    by, now = by or finance(division), now or clock.now()
    found = {one.enterprise.id: one.why for one in candidates(division, by, now)}
    return found[enterprise.id]


class TestWhoIsInIt:
    def test_keeps_sum_and_key_as_they_are(self, division):
        group = make_payable(5_000, division=division)
        by = finance(division)

        batch = prepare(division, by)

        (payout,) = batch.payouts
        assert (payout.enterprise_id, payout.amount_cents) == (group.id, 5_000)
        assert (payout.pix_key, payout.pix_holder) == (PIX["pix_key"], PIX["pix_holder"])
        assert (batch.state, batch.prepared_by_id) == (BatchState.PREPARED, by.id)
        assert stands("payable", group) == 5_000  # nothing moved

    @pytest.mark.parametrize(("cents", "left_out"), [(999, Why.SMALL), (1_000, None)])
    def test_takes_ten_reais_and_more(self, division, cents, left_out):
        group = make_payable(cents, division=division)
        assert why(division, group, now=datetime(2026, 11, 26, tzinfo=UTC)) is left_out

    @pytest.mark.parametrize(("day", "left_out"), [(24, Why.SMALL), (25, None)])
    def test_takes_all_in_the_last_week_of_the_year(self, division, day, left_out):
        group = make_payable(1, division=division)
        assert why(division, group, now=datetime(2026, 12, day, 12, tzinfo=UTC)) is left_out

    def test_leaves_out_who_has_no_key(self, division):
        group = make_payable(5_000, division=division, **NO_PIX)
        assert why(division, group) is Why.NO_KEY

    def test_leaves_out_whose_key_is_being_changed_for_72_hours(self, division):
        now = clock.now()
        other = {"pix_next_key": "x@y.org", "pix_next_kind": "email", "pix_next_holder": "M"}
        group = make_payable(
            5_000, division=division, **other, pix_next_at=now + timedelta(hours=72)
        )

        assert why(division, group, now=now + timedelta(hours=71)) is Why.KEY_WAITS
        batch = prepare(division, now=now + timedelta(hours=72))
        assert batch.payouts[0].pix_key == "x@y.org"

    def test_leaves_out_the_group_of_who_prepares(self, division):
        user = make_user()
        group = make_payable(5_000, division=division)
        make_member(group, user=user)
        by = finance(division)
        saved_change(group.members[0], user_id=by.id)

        assert why(division, group, by) is Why.OWN
        assert why(division, group) is None

    def test_is_of_one_division(self, division):
        make_payable(5_000, division=make_division())
        with pytest.raises(NothingToPayOut):
            prepare(division)

    def test_is_not_of_another_division(self, division):
        make_payable(5_000, division=division)
        with pytest.raises(NotFound):
            prepare(division, finance(make_division()))

    def test_is_one_at_a_time(self, division):
        make_batch(5_000, division=division)
        with pytest.raises(BatchWaits):
            prepare(division)


class TestApprove:
    @pytest.mark.scenario(47)
    def test_orders_each_payout(self):
        batch = make_batch(5_000, 2_000)
        by = finance(batch.division)

        assert approve(batch, by) == 0

        batch = batch_of(batch.id)
        assert (batch.state, batch.approved_by_id) == (BatchState.APPROVED, by.id)
        for payout, cents in zip(batch.payouts, (5_000, 2_000), strict=True):
            assert payout.state is PayoutState.APPROVED
            assert stands("payable", payout.enterprise) == 0
            assert stands("payout_flight", payout.enterprise) == cents

    def test_is_not_of_who_prepared_it(self, division):
        make_payable(5_000, division=division)
        by = finance(division)
        batch = prepare(division, by)

        with pytest.raises(AnotherApproves):
            approve(batch, by)

    def test_is_not_of_who_belongs_to_a_group_in_it(self):
        batch = make_batch(5_000)
        by = finance(batch.division)
        member = make_member(batch.payouts[0].enterprise)
        saved_change(member, user_id=by.id)

        with pytest.raises(OwnEnterprise):
            approve(batch, by)

    def test_is_once(self):
        batch = make_approved(5_000)
        with pytest.raises(BatchMoved):
            approve(batch)

    def test_leaves_out_whose_key_is_another_by_now(self):
        batch = make_batch(5_000, 2_000)
        changed, same = batch.payouts
        saved_change(changed.enterprise, pix_key="outra@exemplo.org")

        assert approve(batch) == 1

        assert (payout_of(changed.id).state, changed.why) == (PayoutState.LEFT_OUT, "key")
        assert payout_of(same.id).state is PayoutState.APPROVED
        assert stands("payable", changed.enterprise) == 5_000

    def test_leaves_out_who_has_less_by_now(self):
        batch = make_batch(5_000)
        (payout,) = batch.payouts
        back = postings.RefundPart(
            payout.enterprise_id, net_cents=1, released=True, payable_cents=5_000
        )
        post(postings.refund_approved([back]), payout)

        assert approve(batch) == 1
        assert (payout_of(payout.id).state, payout.why) == (PayoutState.LEFT_OUT, "sum")

    def test_pays_what_came_after_it_in_the_next_batch(self):
        batch = make_batch(5_000)
        (payout,) = batch.payouts
        post(postings.cash_taken(2, {payout.enterprise_id: 3_000}), payout)

        approve(batch)

        assert stands("payout_flight", payout.enterprise) == 5_000
        assert prepare(batch.division).payouts[0].amount_cents == 3_000


class TestDebts:
    def test_takes_no_more_than_a_part_of_it(self, division):
        group = make_payable(10_000, debt=9_000, division=division)

        batch = prepare(division)
        approve(batch)

        (payout,) = batch_of(batch.id).payouts
        assert (payout.amount_cents, payout.offset_cents) == (7_000, 3_000)
        assert (stands("payable", group), stands("debt", group)) == (0, 6_000)
        assert stands("payout_flight", group) == 7_000

    def test_takes_no_more_than_is_owed(self, division):
        make_payable(10_000, debt=100, division=division)
        (payout,) = prepare(division).payouts
        assert (payout.amount_cents, payout.offset_cents) == (9_900, 100)

    def test_leaves_out_whose_debt_is_less_by_now(self, division):
        make_payable(10_000, debt=100, division=division)
        batch = prepare(division)
        (payout,) = batch.payouts
        post(postings.debt_forgiven(payout.enterprise_id, 1), payout)

        assert approve(batch) == 1


class TestDiscard:
    def test_moves_nothing_and_lets_another_be_prepared(self):
        batch = make_batch(5_000)
        payouts.discard_batch(batch.id, by=finance(batch.division), now=clock.now())

        assert batch_of(batch.id).state is BatchState.DISCARDED
        assert stands("payable", batch.payouts[0].enterprise) == 5_000
        assert prepare(batch.division).payouts[0].amount_cents == 5_000

    def test_is_of_no_approved_one(self):
        batch = make_approved(5_000)
        with pytest.raises(BatchMoved):
            payouts.discard_batch(batch.id, by=finance(batch.division), now=clock.now())


class TestConfirm:
    def test_takes_it_out_of_the_bank(self):
        (payout,) = make_approved(5_000).payouts
        before = balance(AccountName("bank"))

        confirm(payout, 5_000)

        payout = payout_of(payout.id)
        assert (payout.state, payout.proof) == (PayoutState.CONFIRMED, "E1234")
        assert stands("payout_flight", payout.enterprise) == 0
        assert balance(AccountName("bank")) == before - 5_000

    @pytest.mark.scenario(54)
    def test_is_once(self):
        (payout,) = make_approved(5_000).payouts
        confirm(payout, 5_000)

        with pytest.raises(PayoutMoved):
            confirm(payout, 5_000)

    @pytest.mark.scenario(54)
    @pytest.mark.parametrize("cents", [4_999, 5_001, 0, -5_000])
    def test_is_of_just_this_amount(self, cents):
        (payout,) = make_approved(5_000).payouts

        with pytest.raises(PayoutOfAnotherAmount, match=r"R\$50.00"):
            confirm(payout, cents)
        assert payout_of(payout.id).state is PayoutState.APPROVED

    def test_is_not_without_proof(self):
        (payout,) = make_approved(5_000).payouts
        with pytest.raises(WordsMissing):
            confirm(payout, 5_000, proof=" \n ")

    def test_is_not_before_it_is_approved(self):
        (payout,) = make_batch(5_000).payouts
        with pytest.raises(PayoutMoved):
            confirm(payout, 5_000)

    def test_is_not_of_another_division(self):
        (payout,) = make_approved(5_000).payouts
        with pytest.raises(NotFound):
            confirm(payout, 5_000, finance(make_division()))


class TestReturn:
    def test_makes_it_payable_again(self):
        batch = make_approved(5_000)
        (payout,) = batch.payouts

        send_back(payout)

        payout = payout_of(payout.id)
        assert (payout.state, payout.why) == (PayoutState.RETURNED, "Conta encerrada")
        assert stands("payable", payout.enterprise) == 5_000
        assert prepare(batch.division).payouts[0].amount_cents == 5_000

    def test_is_once(self):
        (payout,) = make_approved(5_000).payouts
        send_back(payout)

        with pytest.raises(PayoutMoved):
            send_back(payout)

    def test_is_not_without_a_reason(self):
        (payout,) = make_approved(5_000).payouts
        with pytest.raises(WordsMissing):
            send_back(payout, reason="")

    @pytest.mark.scenario(54)
    def test_of_a_confirmed_one_takes_another_person(self):
        (payout,) = make_approved(5_000).payouts
        before, by = balance(AccountName("bank")), finance(payout.batch.division)
        confirm(payout, 5_000, by)

        with pytest.raises(AnotherTakesBack):
            send_back(payout, by)
        send_back(payout)

        assert payout_of(payout.id).state is PayoutState.RETURNED
        assert stands("payable", payout.enterprise) == 5_000
        assert balance(AccountName("bank")) == before


class TestInvariants:
    BROKEN = {
        "payments.each_payout_is_in_the_books": "UPDATE payouts SET state = 'left_out'",
        "payments.what_is_under_way_is_ordered": "UPDATE payouts SET state = 'returned'",
    }

    @pytest.mark.parametrize("rule", BROKEN)
    def test_finds_what_breaks_it(self, rule):
        make_approved(5_000)
        assert rule not in invariants.broken()

        run(self.BROKEN[rule])
        assert rule in invariants.broken()
        run("UPDATE payouts SET state = 'approved'")

    def test_two_people_are_needed_even_by_the_database(self):
        make_approved(5_000)
        with pytest.raises(sa.exc.IntegrityError):
            run("UPDATE payout_batches SET approved_by_id = prepared_by_id")


@operation
def run(statement):
    db.session.execute(sa.text(statement))


def post(posting, payout):
    by = finance(payout.batch.division)
    ledger.post(posting, ("other", payout.id), by=by, now=clock.now())
