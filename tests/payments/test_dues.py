"""What direct sales owe a solidarity fund: by the day, told as memo, never the fund's."""

from datetime import date, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.payments import jobs, sold
from marketplace.payments.chart import AccountName
from marketplace.payments.models.debts import Debt
from marketplace.payments.models.dues import FundDue
from marketplace.payments.models.funds import Fund
from marketplace.payments.models.payments import Method
from marketplace.payments.operations import direct, dues, funds, payments
from marketplace.payments.queries import dues as known
from marketplace.payments.queries import funds as told
from marketplace.payments.queries.dues import SETTLES
from marketplace.payments.queries.ledger import balance, entries_about
from tests.factories.accounts import make_division
from tests.factories.enterprises import make_enterprise
from tests.factories.funds import head

FIRST, DAY, SECOND = date(2026, 11, 10), timedelta(days=1), timedelta(seconds=1)
ZONE = "America/Manaus"
_serial = count(1)


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert not broken()


@pytest.fixture
def group():
    return make_enterprise()


def broken():
    return [rule for rule in invariants.broken() if rule.startswith("payments.")]


def begins(day):
    return clock.day_bounds(day, ZONE)[0]


def noon(day):
    return begins(day) + timedelta(hours=12)


def adopt(group, rate=150, day=FIRST, *, straight=True):
    facts = {"first_day": day, "reason": "Ata 3", "now": begins(day - DAY)}
    by = head(group.division_id)
    funds.set_rate(group.division_id, rate, direct=straight, by=by, **facts)
    mine = sa.select(Fund.id).where(Fund.division_id == group.division_id)
    return db.session.scalars(mine).one()


def sell(group, cents, at, method=Method.CASH):
    facts = {"enterprise_id": group.id, "amount_cents": cents, "method": method}
    by = {"by": HOUSE, "now": at}
    payment = payments.request_payment("course", next(_serial), **facts, **by)
    payments.settle_payment(payment.id, **by)
    return payment.id


def give_back(payment_id, at):
    payments.owe_refund(payment_id, by=HOUSE, now=at)
    payments.confirm_refund(payment_id, by=HOUSE, now=at)


def work_out(fund_id, day):
    """Work out all up to a day, an hour after it ended."""
    return dues.enter_days(fund_id, by=HOUSE, now=begins(day + DAY) + SETTLES)


def rows_of(group):
    mine = sa.select(FundDue).where(FundDue.enterprise_id == group.id).order_by(FundDue.day)
    again = mine.execution_options(populate_existing=True)
    return [
        (each.sold_cents, each.back_cents, each.rate, each.part_cents, each.lowered_cents)
        for each in db.session.scalars(again)
    ]


def owed(group):
    return balance(AccountName("fund_owed", group.id))


def expected(fund_id):
    return -balance(AccountName("fund_expected", fund_id))


class TestEnterDays:
    def test_owes_its_part_of_each_day_half_a_centavo_up(self, group):
        fund_id = adopt(group)
        for cents in (1_000, 2_000, 300):
            sell(group, cents, noon(FIRST))
        sell(group, 5_000, noon(FIRST + DAY), Method.OWN_PIX)

        assert work_out(fund_id, FIRST + DAY) == 2

        assert rows_of(group) == [(3_300, 0, 150, 50, 0), (5_000, 0, 150, 75, 0)]  # 49.5 → 50
        assert (owed(group), expected(fund_id)) == (125, 125)

    def test_is_no_debt_and_nothing_that_a_vote_could_spend(self, group):
        fund_id = adopt(group)
        sell(group, 10_000, noon(FIRST))
        work_out(fund_id, FIRST)

        assert owed(group) == 150
        assert balance(AccountName("fund", fund_id)) == 0
        assert balance(AccountName("debt", group.id)) == 0
        assert db.session.scalars(sa.select(Debt.id)).all() == []

    def test_waits_until_the_day_is_over_where_the_division_is(self, group):
        fund_id = adopt(group)
        sell(group, 10_000, begins(FIRST + DAY) - SECOND)
        over = begins(FIRST + DAY) + SETTLES

        assert dues.enter_days(fund_id, by=HOUSE, now=over - SECOND) == 0
        assert dues.enter_days(fund_id, by=HOUSE, now=over) == 1
        assert owed(group) == 150

    def test_is_done_once_however_often_it_is_asked_for(self, group):
        fund_id = adopt(group)
        sell(group, 10_000, noon(FIRST))
        day = known.next_day(fund_id, noon(FIRST + DAY))
        first = dues.enter_day(fund_id, group.id, day, by=HOUSE, now=noon(FIRST + DAY))
        again = dues.enter_day(fund_id, group.id, day, by=HOUSE, now=noon(FIRST + DAY))

        assert (first is not None, again) == (True, None)
        assert work_out(fund_id, FIRST) == 1
        assert work_out(fund_id, FIRST) == 0
        assert owed(group) == 150

    def test_begins_with_the_day_that_the_vote_named_and_ends_with_the_next_one(self, group):
        fund_id = adopt(group)
        sell(group, 10_000, begins(FIRST) - SECOND)
        sell(group, 10_000, begins(FIRST))
        adopt(group, day=FIRST + DAY, straight=False)
        sell(group, 10_000, begins(FIRST + DAY))

        assert work_out(fund_id, FIRST + DAY) == 2

        assert rows_of(group) == [(10_000, 0, 150, 150, 0)]

    def test_is_nothing_where_no_vote_said_so(self, group):
        adopt(group, straight=False)
        sell(group, 10_000, noon(FIRST))

        jobs.fund_due()

        assert known.adopting() == []
        assert rows_of(group) == []

    def test_is_of_the_groups_of_that_division(self, group):
        other = make_enterprise(division=make_division())
        day = clock.today(ZONE) - 2 * DAY
        fund_id, another = adopt(group, day=day), adopt(other, 200, day)
        sell(group, 10_000, noon(day))
        sell(other, 10_000, noon(day))

        jobs.fund_due()

        assert (owed(group), owed(other)) == (150, 200)
        assert (expected(fund_id), expected(another)) == (150, 200)

    def test_is_told_in_the_report_of_a_group(self, group):
        fund_id = adopt(group)
        payment_id = sell(group, 10_000, noon(FIRST))
        sell(group, 10_000, noon(FIRST + DAY))
        give_back(payment_id, noon(FIRST + DAY))
        now = begins(FIRST + 2 * DAY) + SETTLES
        dues.enter_days(fund_id, by=HOUSE, now=now)

        assert told.given_by(group.id, now - SECOND, now + SECOND).due_cents == 150


class TestTakenBack:
    def test_on_the_day_itself_was_never_sold(self, group):
        fund_id = adopt(group)
        sell(group, 10_000, noon(FIRST))
        give_back(sell(group, 5_000, noon(FIRST)), noon(FIRST) + SECOND)
        work_out(fund_id, FIRST)

        assert rows_of(group) == [(10_000, 0, 150, 150, 0)]

    def test_on_the_day_itself_leaves_nothing_due_where_nothing_else_was_sold(self, group):
        fund_id = adopt(group)
        give_back(sell(group, 5_000, noon(FIRST)), noon(FIRST) + SECOND)
        work_out(fund_id, FIRST)

        assert rows_of(group) == [(0, 0, 150, 0, 0)]
        assert owed(group) == 0

    def test_later_lowers_by_what_its_own_sale_had_added_at_the_rate_of_its_day(self, group):
        fund_id = adopt(group)
        payment_id = sell(group, 33, noon(FIRST))
        sell(group, 3_300, noon(FIRST))
        adopt(group, 1_000, FIRST + DAY)
        sell(group, 1_000, noon(FIRST + DAY))
        give_back(payment_id, noon(FIRST + DAY))
        work_out(fund_id, FIRST + DAY)

        assert rows_of(group) == [(3_333, 0, 150, 50, 0), (1_000, 33, 1_000, 100, 0)]
        assert owed(group) == 150  # of 33.00 as of 33.33 half a real is due

    def test_ends_even_when_all_of_a_day_came_back_bit_by_bit(self, group):
        fund_id = adopt(group)
        sold_then = [sell(group, 33, noon(FIRST)) for _one in range(5)]
        for number, payment_id in enumerate(sold_then, start=1):
            give_back(payment_id, noon(FIRST + number * DAY))
        work_out(fund_id, FIRST + 5 * DAY)

        assert rows_of(group)[0] == (165, 0, 150, 2, 0)
        assert [row[1] for row in rows_of(group)[1:]] == [33] * 5
        assert sum(row[4] for row in rows_of(group)) == 2
        assert (owed(group), expected(fund_id)) == (0, 0)

    def test_of_a_day_before_the_vote_lowers_nothing(self, group):
        fund_id = adopt(group)
        payment_id = sell(group, 10_000, noon(FIRST - DAY))
        sell(group, 1_000, noon(FIRST))
        give_back(payment_id, noon(FIRST))
        work_out(fund_id, FIRST)

        assert rows_of(group) == [(1_000, 10_000, 150, 15, 0)]

    def test_counts_though_nothing_is_due_of_the_day_any_more(self, group):
        fund_id = adopt(group)
        payment_id = sell(group, 10_000, noon(FIRST))
        adopt(group, 0, FIRST + DAY, straight=False)
        give_back(payment_id, noon(FIRST + DAY))
        work_out(fund_id, FIRST + DAY)

        assert rows_of(group)[1] == (0, 10_000, 0, 0, 150)
        assert owed(group) == 0

    def test_in_pieces_is_of_the_day_of_its_sale_as_the_feature_above_says(
        self, group, monkeypatch
    ):
        fund_id = adopt(group)
        payment_id = sell(group, 10_000, noon(FIRST))
        monkeypatch.setitem(sold._finders, "returned_pieces", lambda ids: {7: [payment_id]})
        for number in (7, 8):
            direct.give_part_back(number, group.id, 2_000, by=HOUSE, now=noon(FIRST + DAY))
        work_out(fund_id, FIRST + DAY)

        assert rows_of(group)[1] == (0, 4_000, 150, 0, 30)  # of the 8th nobody knows the day
        assert owed(group) == 120


class TestRules:
    @pytest.mark.parametrize(
        ("torn", "found"),
        [
            ("UPDATE fund_dues SET part_cents = 149", "each_day_is_due_its_part"),
            ("UPDATE fund_dues SET sold_cents = 10001", "each_day_is_due_its_part"),
            (
                "UPDATE fund_dues SET lowered_cents = 1",
                "each_group_owes_its_fund_what_its_days_say",
            ),
            ("UPDATE fund_dues SET lowered_cents = 1", "each_fund_expects_what_its_days_say"),
            ("DELETE FROM fund_dues", "each_direct_sale_is_in_a_day_that_was_worked_out"),
        ],
    )
    def test_find_what_does_not_add_up(self, group, torn, found):
        fund_id = adopt(group)
        sell(group, 10_000, noon(FIRST))
        work_out(fund_id, FIRST)
        assert not broken()

        db.session.execute(sa.text(torn))

        assert f"payments.{found}" in broken()
        db.session.rollback()


def test_the_books_name_what_an_entry_of_a_day_is_about(group):
    fund_id = adopt(group)
    sell(group, 10_000, noon(FIRST))
    work_out(fund_id, FIRST)

    row_id = db.session.scalars(sa.select(FundDue.id)).one()
    assert [entry.kind.value for entry in entries_about("fund_due", row_id)] == ["fund_due"]
