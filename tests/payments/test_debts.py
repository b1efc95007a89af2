"""Each debt has its record with cause and notice, is paid off by payouts, and forgiven by two."""

from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.notifications import messages
from marketplace.notifications.models import Notice
from marketplace.payments import postings
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import (
    AnotherGrants,
    DebtMoved,
    FundTooSmall,
    MinuteMissing,
    WhyMissing,
)
from marketplace.payments.models.debts import Debt, DebtWaiver, WaiverState
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.operations import debts, ledger, payouts, refunds, releasing
from marketplace.payments.operations.debts import Vote
from marketplace.payments.operations.spendings import Wanted, ask_spending
from marketplace.payments.queries import spendings
from marketplace.payments.queries.debts import open_of
from marketplace.payments.queries.ledger import balance
from tests import books
from tests.factories.accounts import make_division
from tests.factories.by_hand import make_boleto
from tests.factories.enterprises import make_enterprise, make_member, make_producer
from tests.factories.funds import make_fund
from tests.factories.payouts import PIX, finance, make_payable

REASON = "A associação decidiu em reunião"
_serial = count(900)


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture
def division():
    return make_division()


@pytest.fixture
def group(division):
    return make_enterprise(division=division, **PIX)


@operation
def enter(posting):
    return ledger.post(posting, ("test", next(_serial)), by=HOUSE, now=clock.now())


def owe(group, cents):
    enter(postings.transferred(group.id, cents, 0))
    return newest()


def newest():
    asked = sa.select(Debt).order_by(Debt.id.desc()).execution_options(populate_existing=True)
    return db.session.scalars(asked).first()


def left_of(group):
    db.session.expire_all()
    return [debt.left_cents for debt in open_of(group.id)]


def in_books(group):
    return balance(AccountName("debt", group.id))


def ask(debt, by, reason=REASON, vote=None):
    return debts.ask_waiver(debt.id, reason=reason, vote=vote, by=by, now=clock.now())


def grant(waiver_id, by):
    debts.grant_waiver(waiver_id, by=by, now=clock.now())


def released_and_paid_out(group, cents):
    """Let a group have been paid for something that its buyer may still give back."""
    payment_id = make_boleto(cents, enterprise=group).parts[0].payment_id
    now = clock.now()
    releasing.note_fulfilled(payment_id, by=HOUSE, now=now - timedelta(days=8))
    assert releasing.release(payment_id, by=HOUSE, now=now) == cents - 345
    pay_out(group)
    return payment_id


def pay_out(group):
    now = clock.now()
    batch_id = payouts.prepare_batch(group.division_id, by=finance(group.division), now=now)
    payouts.approve_batch(batch_id, by=finance(group.division), now=now)


class TestRecord:
    @pytest.mark.scenario(43)
    def test_is_opened_by_a_refund_after_the_payout(self, group):
        """The share was paid out by hand: what is not there any more is owed."""
        payment_id = released_and_paid_out(group, 10_000)

        refunds.give_back(payment_id, 4_000, by=HOUSE, now=clock.now())

        debt = newest()
        assert (debt.enterprise_id, debt.cause) == (group.id, EntryKind.REFUND_APPROVED)
        assert debt.amount_cents == debt.left_cents == in_books(group) == 4_000 - 138

    def test_tells_the_group_why_how_much_and_how_it_is_paid(self, group):
        mara, _group = make_producer(enterprise=group)
        payment_id = released_and_paid_out(group, 10_000)
        refunds.give_back(payment_id, 4_000, by=HOUSE, now=clock.now())

        notice = db.session.scalars(sa.select(Notice).where(Notice.user_id == mara.id)).one()
        said = messages.written(notice.kind, notice.facts)
        assert said.title == "Your group owes R$38.62"
        assert "A buyer got money back" in said.body
        assert "At most 30% of each payout" in said.body
        assert (newest().told, notice.path) == (1, "/painel/dinheiro")

    def test_of_an_entry_that_is_taken_back_is_closed(self, group):
        entry_id = enter(postings.transferred(group.id, 500, 0))
        ledger.reverse(entry_id, by=HOUSE, now=clock.now())

        assert (newest().left_cents, in_books(group)) == (0, 0)
        assert newest().closed_at

    def test_opens_again_for_what_was_not_paid_after_all(self, group):
        owe(group, 500)
        make_payable(5_000, enterprise=group)
        taken = enter(postings.debt_offset(group.id, 500))

        ledger.reverse(taken, by=HOUSE, now=clock.now())

        assert (newest().cause, left_of(group)) == (EntryKind.CORRECTION, [500])

    def test_is_missed_where_an_account_has_none(self, group):
        owe(group, 500)
        rule = "payments.debts_have_their_records"
        assert rule not in invariants.broken()

        newest().left_cents = 499
        db.session.flush()

        assert invariants.broken()[rule] == [group.id]
        db.session.rollback()


class TestPayingOff:
    def test_takes_the_oldest_first_at_most_three_tenths(self, group):
        owe(group, 1_000)
        owe(group, 2_000)
        make_payable(5_000, enterprise=group)

        pay_out(group)

        assert left_of(group) == [1_500]  # of 3.000 a part of 1.500 was paid
        assert in_books(group) == 1_500

    def test_closes_it_and_says_so(self, group):
        mara, _group = make_producer(enterprise=group)
        owe(group, 1_000)
        make_payable(5_000, enterprise=group)

        pay_out(group)

        assert newest().closed_at
        kinds = db.session.scalars(sa.select(Notice.kind).where(Notice.user_id == mara.id))
        assert list(kinds) == ["debt_opened", "debt_closed"]


class TestForgive:
    def test_takes_two(self, group, division):
        debt, one, other = owe(group, 1_000), finance(division), finance(division)

        waiver_id = ask(debt, one)
        assert in_books(group) == 1_000
        with pytest.raises(AnotherGrants):
            grant(waiver_id, one)
        grant(waiver_id, other)

        assert (in_books(group), balance(AccountName("losses"))) == (0, 1_000)
        assert newest().closed_at

    def test_is_of_this_debt_and_of_what_is_left_of_it(self, group, division):
        owe(group, 400)
        second = owe(group, 2_000)
        waiver_id = ask(second, finance(division))
        make_payable(2_000, enterprise=group)
        pay_out(group)  # 600: the first one whole, 200 of the second

        grant(waiver_id, finance(division))

        assert left_of(group) == []
        assert db.session.get_one(DebtWaiver, waiver_id).amount_cents == 1_800

    def test_leaves_an_older_one(self, group, division):
        owe(group, 400)
        second = owe(group, 2_000)

        grant(ask(second, finance(division)), finance(division))

        assert left_of(group) == [400]

    def test_is_decided_once(self, group, division):
        debt, one, other = owe(group, 1_000), finance(division), finance(division)
        waiver_id = ask(debt, one)
        with pytest.raises(DebtMoved):
            ask(debt, other)
        grant(waiver_id, other)

        with pytest.raises(DebtMoved):
            grant(waiver_id, other)
        with pytest.raises(DebtMoved):
            ask(debt, one)

    def test_may_be_dropped_and_asked_again(self, group, division):
        debt, one = owe(group, 1_000), finance(division)
        waiver_id = ask(debt, one)

        debts.drop_waiver(waiver_id, by=one, now=clock.now())

        assert db.session.get_one(DebtWaiver, waiver_id).state is WaiverState.DROPPED
        assert ask(debt, one) != waiver_id
        assert in_books(group) == 1_000

    def test_finds_nothing_left(self, group, division):
        waiver_id = ask(owe(group, 1_000), finance(division))
        make_payable(5_000, enterprise=group)
        pay_out(group)

        with pytest.raises(DebtMoved):
            grant(waiver_id, finance(division))

    def test_needs_a_reason(self, group, division):
        with pytest.raises(WhyMissing):
            ask(owe(group, 1_000), finance(division), reason=" ")

    def test_is_nothing_for_who_belongs_to_the_group(self, group, division):
        debt, own = owe(group, 1_000), finance(division)
        make_member(group, user_id=own.id)

        with pytest.raises(OwnEnterprise):
            ask(debt, own)

    def test_is_nothing_of_another_division(self, group):
        with pytest.raises(NotFound):
            ask(owe(group, 1_000), finance(make_division()))


class TestBorneByTheFund:
    VOTE = Vote("Ata 12", "ab/ata.pdf")

    @pytest.fixture(autouse=True)
    def fund_id(self, group):
        return make_fund(group, 5_000)

    def test_takes_it_out_of_the_fund_and_loses_nothing(self, group, division, fund_id):
        waiver_id = ask(owe_the_house(group, 1_200), finance(division), vote=self.VOTE)
        losses = balance(AccountName("losses"))
        assert spendings.free_cents(fund_id) == 3_800

        grant(waiver_id, finance(division))

        assert (in_books(group), balance(AccountName("losses"))) == (0, losses)
        assert balance(AccountName("fund", fund_id)) == -3_800 == -spendings.free_cents(fund_id)
        assert newest().closed_at

    def test_what_was_asked_is_not_free_for_another_use(self, group, division, fund_id):
        ask(owe_the_house(group, 1_200), finance(division), vote=self.VOTE)

        wanted = Wanted(3_801, "Barraca", "Ata 7", "ab/ata.pdf")
        with pytest.raises(FundTooSmall):
            ask_spending(division.id, wanted, by=finance(division), now=clock.now())

    def test_is_asked_for_no_more_than_is_free(self, group, division):
        with pytest.raises(FundTooSmall):
            ask(owe_the_house(group, 5_001), finance(division), vote=self.VOTE)

    def test_waits_where_the_fund_has_less_by_now(self, group, division, fund_id):
        waiver_id = ask(owe_the_house(group, 1_200), finance(division), vote=self.VOTE)
        gone = ("fund", fund_id), ("pending", group.id)
        enter(postings.pair_of(EntryKind.CORRECTION, *gone, 3_801))

        with pytest.raises(FundTooSmall):
            grant(waiver_id, finance(division))

        assert (in_books(group), balance(AccountName("fund", fund_id))) == (1_200, -1_199)

    @pytest.mark.parametrize("vote", [Vote(" ", "ab/ata.pdf"), Vote("Ata 12", "")])
    def test_needs_the_vote_and_its_paper(self, group, division, vote):
        with pytest.raises(MinuteMissing):
            ask(owe_the_house(group, 1_200), finance(division), vote=vote)

    def test_is_nothing_of_a_division_without_a_fund(self):
        elsewhere = make_enterprise(division=make_division(), **PIX)
        with pytest.raises(NotFound):
            ask(owe_the_house(elsewhere, 100), finance(elsewhere.division), vote=self.VOTE)

    def test_is_missed_where_the_books_say_otherwise(self, group, division):
        waiver_id = ask(owe_the_house(group, 1_200), finance(division), vote=self.VOTE)
        grant(waiver_id, finance(division))
        rule = "payments.each_debt_forgiven_is_borne_as_decided"
        assert rule not in invariants.broken()

        db.session.get_one(DebtWaiver, waiver_id).fund_id = None
        db.session.flush()

        assert invariants.broken()[rule] == [waiver_id]
        db.session.rollback()


def owe_the_house(group, cents):
    """Let a group owe what is of no fund."""
    lost = ("debt", group.id), ("losses", None)
    enter(postings.pair_of(EntryKind.CORRECTION, *lost, cents))
    return newest()
