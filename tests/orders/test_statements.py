"""The statement of a month: it is the books and the orders, to the centavo."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders import statement_words
from marketplace.orders.operations import handovers, returns
from marketplace.orders.queries.statements import bounds, months_of, statement
from marketplace.payments import desk_postings, due_postings, postings
from marketplace.payments.desk_postings import DeskReturn
from marketplace.payments.models.funds import Fund
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import dues, funds, ledger, payments, payouts
from marketplace.payments.queries import statements
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.funds import head
from tests.factories.orders import make_accepted, reread, seller_of
from tests.factories.payouts import finance, make_approved

ZONE = "America/Manaus"
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
EVENTS = [
    postings.payment_succeeded({7: 900}),
    postings.fee_shared({7: 40}),
    postings.fund_contributed({1: {7: 60}}),
    postings.share_released(7, 800),
    postings.transferred(7, 300, payable_cents=300),
    postings.transfer_reversed(7, 100),
    postings.payout_ordered(7, 200),
    postings.payout_confirmed(7, 150),
    postings.payout_returned(7, 50),
    postings.refund_approved([postings.RefundPart(7, 100)]),
    postings.debt_offset(7, 10),
    postings.debt_forgiven(7, 10),
    postings.dispute_lost([postings.RefundPart(7, 100)]),
    postings.money_identified(100, 7),
    postings.machine_sale({7: 100}),
    postings.cash_taken(1, {7: 100}),
    desk_postings.cash_handed_on(1, 7, 40),
    desk_postings.stall_fee_kept(7, 10),
    desk_postings.desk_returned(DeskReturn(1, 7, 30, 0, 30, 30)),
    postings.direct_sale(7, 100),
    postings.direct_sale_returned(7, 100),
    due_postings.fund_due(7, 1, 10),
    due_postings.fund_due_lowered(7, 1, 10),
]


def on(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def post(enterprise, *told, source=("test", 1), at):
    for posting in told:
        ledger.post(posting, source, by=HOUSE, now=at)


def given(order, now, method=Method.CASH):
    seller = seller_of(order)
    return handovers.hand_over(order.id, order.handover_code, paid_with=method, by=seller, now=now)


class TestStatement:
    def test_tells_what_was_paid_straight_to_the_enterprise(self):
        order = given(make_accepted(), clock.now())
        month = clock.today(ZONE).replace(day=1)
        told = statement(order.enterprise_id, month, ZONE)
        assert [(row.code, row.gross_cents) for row in told.direct] == [
            (order.code, order.total_cents)
        ]
        assert (told.rows, told.opening_cents, told.closing_cents) == ([], 0, 0)

    def test_takes_off_what_was_given_back(self):
        order = given(make_accepted(), clock.now())
        seller = seller_of(order)
        returns.accept_return(order.id, reason="Veio torto", by=seller, now=clock.now())
        returns.confirm_refund(order.id, by=seller, now=clock.now())
        told = statement(order.enterprise_id, clock.today(ZONE).replace(day=1), ZONE)
        assert [row.gross_cents for row in told.direct] == [order.total_cents, -order.total_cents]
        assert told.direct_cents == 0

    def test_makes_one_row_of_a_sale_and_what_is_taken_off_it(self):
        e = make_enterprise()
        sale = [
            postings.payment_succeeded({e.id: 3334}),
            postings.fee_shared({e.id: 147}),
            postings.fund_contributed({1: {e.id: 33}}),
        ]
        post(e, *sale, at=on(NOVEMBER))
        (row,) = statement(e.id, NOVEMBER, ZONE).rows
        assert (row.gross_cents, row.fee_cents, row.fund_cents) == (3334, 147, 33)
        assert row.net_cents == 3154

    def test_begins_with_what_the_month_before_ended_with(self):
        e = make_enterprise()
        post(e, postings.payment_succeeded({e.id: 5000}), at=on(OCTOBER))
        post(e, postings.share_released(e.id, 5000), source=("test", 2), at=on(OCTOBER))
        paid = [postings.payout_ordered(e.id, 2000), postings.payout_confirmed(e.id, 2000)]
        post(e, *paid, source=("test", 3), at=on(NOVEMBER))
        before, month = statement(e.id, OCTOBER, ZONE), statement(e.id, NOVEMBER, ZONE)
        assert (before.opening_cents, before.closing_cents) == (0, 5000)
        assert (month.opening_cents, month.closing_cents) == (5000, 3000)
        assert [row.kind for row in month.rows] == [EntryKind.PAYOUT_CONFIRMED]
        assert (month.paid_out_cents, month.earned_cents) == (2000, 0)

    def test_takes_a_payout_that_was_taken_back_for_no_earning(self):
        (payout,) = make_approved(5_000).payouts
        e, by = payout.enterprise, finance(payout.batch.division)
        noon = {"now": on(NOVEMBER)}
        payouts.confirm_payout(payout.id, amount_cents=5_000, proof="E1", by=by, **noon)
        before = statement(e.id, NOVEMBER, ZONE)
        other = finance(payout.batch.division)
        payouts.return_payout(payout.id, reason="Conta encerrada", by=other, **noon)
        after = statement(e.id, NOVEMBER, ZONE)

        assert (before.paid_out_cents, after.paid_out_cents) == (5_000, 0)
        assert before.earned_cents == after.earned_cents

    def test_counts_by_the_clocks_of_the_place(self):
        e = make_enterprise()
        still_november = datetime(2026, 12, 1, 3, 59, tzinfo=UTC)  # 23h59 in Manaus
        post(e, postings.payment_succeeded({e.id: 100}), at=still_november)
        assert statement(e.id, NOVEMBER, ZONE).earned_cents == 100
        assert statement(e.id, DECEMBER, ZONE).rows == []

    def test_begins_with_the_first_instant_of_its_month(self):
        e = make_enterprise()
        midnight = datetime(2026, 12, 1, 4, tzinfo=UTC)  # in Manaus
        post(e, postings.payment_succeeded({e.id: 100}), at=midnight)
        told = statement(e.id, DECEMBER, ZONE)
        assert (told.opening_cents, told.closing_cents) == (0, 100)
        assert statement(e.id, NOVEMBER, ZONE).closing_cents == 0

    def test_tells_nothing_of_another_enterprise(self):
        e, other = make_enterprise(), make_enterprise()
        post(e, postings.payment_succeeded({e.id: 100, other.id: 900}), at=on(NOVEMBER))
        assert statement(e.id, NOVEMBER, ZONE).closing_cents == 100

    def test_is_what_the_payments_say(self):
        orders = [given(make_accepted(), clock.now()) for _ in range(3)]
        month = clock.today(ZONE).replace(day=1)
        for order in orders:
            settled = sa.select(sa.func.sum(Payment.amount_cents)).where(
                Payment.enterprise_id == order.enterprise_id,
                Payment.state == PaymentState.SETTLED,
            )
            told = statement(order.enterprise_id, month, ZONE)
            assert told.direct_cents == db.session.scalar(settled) > 0
            end = bounds(month, ZONE)[1]
            assert told.closing_cents == statements.position(order.enterprise_id, end).cents


class TestFund:
    """What is due to the fund of what was paid straight to a group: told, and no part of it."""

    def told(self):
        e, by = make_enterprise(), {"by": HOUSE, "now": on(date(2026, 10, 31))}
        facts = {"first_day": NOVEMBER, "reason": "Ata 3", "direct": True}
        funds.set_rate(e.division_id, 150, **facts, **by | {"by": head(e.division_id)})
        for day, cents in ((1, 10_000), (29, 20_000), (30, 40_000)):
            at = {"by": HOUSE, "now": on(date(2026, 11, day), 16)}
            facts = {"enterprise_id": e.id, "amount_cents": cents, "method": Method.CASH}
            payment = payments.request_payment("course", day, **facts, **at)
            payments.settle_payment(payment.id, **at)
        fund_id = db.session.scalars(sa.select(Fund.id)).one()
        for day in (date(2026, 11, 2), date(2026, 11, 30), date(2026, 12, 1)):
            dues.enter_days(fund_id, by=HOUSE, now=on(day))
        return e

    def test_is_due_in_the_month_that_hears_of_it_and_says_of_which_day(self):
        e = self.told()
        month, after = statement(e.id, NOVEMBER, ZONE), statement(e.id, DECEMBER, ZONE)
        day = date(2026, 11, 1)

        assert [(row.sold_on, row.gross_cents) for row in month.owed] == [
            (day, 150),
            (day.replace(day=29), 300),
        ]
        assert (month.owed_before_cents, month.due_cents, month.still_due_cents) == (0, 450, 450)
        assert [row.sold_on for row in after.owed] == [date(2026, 11, 30)]
        assert (after.owed_before_cents, after.still_due_cents) == (450, 1_050)
        assert (month.direct_cents, month.closing_cents) == (70_000, 0)

    def test_stands_in_the_sheet_and_in_the_message(self):
        told = statement(self.told().id, NOVEMBER, ZONE)
        cells = list(statement_words.cells(told, ZONE))[-4:]

        assert [(row[0], row[3], row[6]) for row in cells] == [
            ("", "fund", "0,00"),
            ("2026-11-01", "fund", "1,50"),
            ("2026-11-29", "fund", "3,00"),
            ("", "fund", "4,50"),
        ]
        *_lines, due, left = statement_words.message(told, "Mara").splitlines()
        assert due.endswith("R$4.50")
        assert left.endswith("R$4.50")

    def test_is_not_spoken_of_where_nothing_is_due(self):
        order = given(make_accepted(), clock.now())
        told = statement(order.enterprise_id, clock.today(ZONE).replace(day=1), ZONE)

        assert told.direct
        assert not told.tells_of_a_fund
        assert "fund" not in [row[3] for row in statement_words.cells(told, ZONE)]


class TestToldLater:
    """A month that is over stays as it was: what is heard of later says of which day it is."""

    def test_what_was_paid_on_its_own_day_says_none(self):
        order = given(make_accepted(), clock.now())
        told = statement(order.enterprise_id, clock.today(ZONE).replace(day=1), ZONE)
        assert [row.sold_on for row in told.direct] == [None]


class TestMonths:
    def test_go_from_the_first_entry_to_now(self):
        e = make_enterprise()
        post(e, postings.payment_succeeded({e.id: 100}), at=on(OCTOBER))
        found = months_of(e.id, ZONE, on(date(2027, 1, 15)))
        assert found == [date(2027, 1, 1), DECEMBER, NOVEMBER, OCTOBER]

    def test_are_this_one_where_nothing_happened(self):
        assert months_of(make_enterprise().id, ZONE, on(NOVEMBER)) == [NOVEMBER]


class TestWords:
    @pytest.mark.parametrize("posting", EVENTS, ids=lambda posting: posting.kind)
    def test_are_there_for_all_that_changes_a_position(self, posting):
        cents = [
            amount
            for name, amount in posting.amounts.items()
            if name.base in (*statements.THROUGH_US, "direct_received", "fund_owed")
        ]
        assert (posting.kind in statement_words.KINDS) == bool(sum(cents))


class TestCommonDesk:
    def test_tells_what_was_paid_at_the_fair_and_what_the_fair_kept(self):
        e = make_enterprise()
        desk = [
            postings.cash_taken(1, {e.id: 5000}),
            desk_postings.stall_fee_kept(e.id, 500),
            desk_postings.cash_handed_on(1, e.id, 4500),
        ]
        post(e, *desk, at=on(NOVEMBER))

        told = statement(e.id, NOVEMBER, ZONE)

        assert (told.paid_out_cents, told.closing_cents) == (4500, 0)
        assert len(list(statement_words.cells(told, ZONE))) == len(desk) + 2


class TestPage:
    @pytest.fixture
    def order(self, client, log_in):
        order = reread(given(make_accepted(), clock.now()))
        log_in(make_producer("member", enterprise=order.enterprise)[0])
        return order

    def test_shows_the_month_and_each_sale(self, client, order):
        page = client.get("/painel/dinheiro").text
        assert f"order {order.code}" in page
        assert "Sale paid straight to you" in page
        assert "https://wa.me/?text=" in page

    def test_is_a_sheet_as_well(self, client, order):
        answer = client.get("/painel/dinheiro/extrato.csv")
        rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
        assert answer.content_type == "text/csv; charset=utf-8"
        assert [row[2] for row in rows[1:]] == ["", order.code, ""]
        assert rows[2][4] == f"{order.total_cents // 100},{order.total_cents % 100:02d}"

    @pytest.mark.parametrize("month", ["", "2026-13", "1999-01", "novembro", "9" * 400])
    def test_shows_the_newest_month_for_any_other(self, client, order, month):
        assert order.code in client.get(f"/painel/dinheiro?mes={month}").text

    def test_shows_an_enterprise_its_own(self, client, order, log_in):
        log_in(make_producer("member")[0])
        page = client.get("/painel/dinheiro").text
        assert order.code not in page
        assert "No money moved in this month." in page
