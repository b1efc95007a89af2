"""What is brought back to a till: kept once, off its sale, and named where it does not fit."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.matters import Matter, MatterKind, Outcome
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.splits import DeskShare
from marketplace.fairs.operations import splits
from marketplace.fairs.operations.tills import revoke_till
from marketplace.fairs.queries import split_goods, tills
from marketplace.fairs.queries.till_accounts import accounts, drawers
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import OrderLine
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.queries import statements
from marketplace.payments.chart import AccountName
from marketplace.payments.models.dues import FundDue
from marketplace.payments.models.funds import Fund
from marketplace.payments.operations import dues, funds
from marketplace.payments.queries.ledger import balance
from marketplace.reports import fair_figures, fair_paper
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced
from tests.factories.funds import head
from tests.factories.payouts import finance
from tests.factories.tills import (
    line,
    make_till,
    other,
    reduced,
    results,
    send,
    told_return,
    told_sale,
    told_void,
)

EVENING = NOW + timedelta(days=12, hours=9)


@pytest.fixture
def seller():
    return make_enterprise()


@pytest.fixture
def till(seller):
    return make_till(seller)


@pytest.fixture
def goods(seller):
    return make_published(enterprise=seller, left=50)


def volume():
    return db.session.scalar(sa.select(sa.func.sum(SaleFact.gross_cents)))


def stock_of(product):
    row = db.session.get(Stock, product.id, populate_existing=True)
    return row.left_count, row.sold_count


def matters():
    query = sa.select(Matter.kind, Matter.pieces, Matter.sold_cents).order_by(Matter.id)
    return [tuple(row) for row in db.session.execute(query)]


class TestReturn:
    def test_takes_some_pieces_of_a_line_back(self, till, goods, seller):
        sale = told_sale(line(goods, 3))

        answers = send(till, sale, returns=[told_return(line(goods, 2), sale=sale)])

        assert results(answers) == ["new", "new"]
        assert volume() == 25_00
        assert stock_of(goods) == (49, 1)
        assert drawers([till.id])[till.id].due_cents == 25_00
        assert balance(AccountName("direct_received", seller.id)) == 25_00
        assert db.session.scalars(sa.select(OrderLine.handed_over)).one() == 3  # as it was sold
        back = db.session.scalars(sa.select(ReturnedPieces)).one()
        assert (back.quantity, back.reason, back.by_id) == (2, "Quebrou", till.user_id)
        assert matters() == []

    def test_stands_in_the_statement_under_its_order(self, till, goods, seller):
        sale = told_sale(line(goods, 3))
        send(till, sale, returns=[told_return(line(goods, 2), sale=sale)])

        zone = seller.division.time_zone
        month = clock.today(zone, EVENING).replace(day=1)
        told = statements.statement(seller.id, month, zone).direct
        assert [row.gross_cents for row in told] == [75_00, -50_00]
        assert told[0].code == told[1].code != ""

    def test_is_kept_once(self, till, goods):
        sale = told_sale(line(goods, 3))
        back = told_return(line(goods), sale=sale)
        send(till, sale, returns=[back])

        assert results(send(till, returns=[back, back | {"reason": "Outro"}])) == [
            "known",
            "refused",
        ]
        assert volume() == 50_00
        assert accounts([till.id])[till.id].returns == 1

    def test_keeps_out_what_is_damaged(self, till, goods):
        sale = told_sale(line(goods, 2))
        broken = line(goods) | {"kept_out": True}

        send(till, sale, returns=[told_return(broken, sale=sale)])

        assert stock_of(goods) == (48, 2)
        assert volume() == 25_00

    def test_of_a_sale_by_another_till_is_found_by_its_receipt(self, till, goods, seller):
        fair = db.session.get_one(Fair, till.fair_id)
        another = make_till(seller, fair=fair)
        sale = told_sale(line(goods, 2), sequence=7)
        send(another, sale)

        back = told_return(line(goods), receipt={"till": another.id, "sequence": 7})

        assert results(send(till, returns=[back])) == ["new"]
        assert (volume(), matters()) == (25_00, [])
        assert drawers([till.id])[till.id].due_cents == -25_00

    def test_at_a_later_fair_counts_on_that_day(self, till, goods, seller):
        sale = told_sale(line(goods, 2))
        send(till, sale)
        later = make_announced(seller, days=(till.collection.day + timedelta(days=30),))
        there = make_till(seller, fair=later)

        back = told_return(line(goods), sale=sale)
        assert results(send(there, returns=[back], now=NOW + timedelta(days=42))) == ["new"]

        rows = sa.select(SaleFact.occurred_on, SaleFact.gross_cents).order_by(SaleFact.id)
        assert [tuple(row) for row in db.session.execute(rows)] == [
            (till.collection.day, 50_00),
            (there.collection.day, -25_00),
        ]

    def test_of_another_value_is_found_by_its_name(self, till, seller):
        sale = told_sale(other(seller, 12_50, "Bolo"))

        send(till, sale, returns=[told_return(other(seller, 12_50, "Bolo"), sale=sale)])

        assert (volume(), matters()) == (0, [])

    def test_of_what_was_sold_for_less_gives_that_back(self, till, goods):
        sale = told_sale(reduced(goods, 2, 20_00), discount={"cents": 10_00, "reason": "Freguesa"})

        send(till, sale, returns=[told_return(line(goods, 1, 20_00), sale=sale)])

        assert (volume(), matters()) == (20_00, [])

    def test_needs_a_reason_and_adds_up(self, till, goods):
        sale = told_sale(line(goods))
        bad = [
            told_return(line(goods), sale=sale, reason=" "),
            told_return(line(goods), sale=sale, amount_cents=1),
            told_return(line(goods) | {"kept_out": "no"}, sale=sale),
            told_return(line(goods), sale=sale, receipt={"till": "x", "sequence": 1}),
            told_return(line(goods), sale=sale, exchange="x"),
        ]

        assert results(send(till, sale, returns=bad)) == ["new", *["refused"] * 5]
        assert volume() == 25_00

    def test_is_of_whom_the_till_sells_for(self, till):
        stranger = make_published(left=3)

        assert results(send(till, returns=[told_return(line(stranger))])) == ["refused"]

    def test_before_it_the_sale_may_be_undone_and_not_after(self, till, goods):
        sale = told_sale(line(goods))
        back = told_return(line(goods), sale=sale)

        answers = send(till, sale, returns=[back], voids=[told_void(sale)])

        assert results(answers) == ["new", "new", "refused"]
        assert volume() == 0

    def test_of_a_pix_that_nobody_has_seen_is_given_in_cash(self, till, goods, seller):
        sale = told_sale(line(goods), tenders={"own_pix": 25_00})

        assert results(send(till, sale, returns=[told_return(line(goods), sale=sale)])) == [
            "new",
            "new",
        ]
        assert balance(AccountName("direct_received", seller.id)) == 0
        assert drawers([till.id])[till.id].due_cents == -25_00


class TestWhatDoesNotFit:
    def test_the_same_piece_at_two_tills_is_kept_and_named(self, till, goods, seller):
        fair = db.session.get_one(Fair, till.fair_id)
        another = make_till(seller, fair=fair)
        sale = told_sale(line(goods))
        send(till, sale, returns=[told_return(line(goods), sale=sale)])

        assert results(send(another, returns=[told_return(line(goods), sale=sale)])) == ["new"]

        assert matters() == [(MatterKind.RETURNED, 1, 25_00)]
        assert (volume(), stock_of(goods)) == (0, (50, 0))
        assert drawers([another.id])[another.id].due_cents == -25_00

    def test_of_what_was_undone_nothing_fits(self, till, goods):
        sale = told_sale(line(goods))
        send(till, sale, voids=[told_void(sale)])

        send(till, returns=[told_return(line(goods), sale=sale)])

        assert matters() == [(MatterKind.RETURNED, 1, 25_00)]

    def test_a_sale_that_is_not_known_is_named_and_goods_are_on_sale(self, till, goods):
        assert results(send(till, returns=[told_return(line(goods, 2))])) == ["new"]

        assert matters() == [(MatterKind.UNKNOWN, 2, 50_00)]
        assert stock_of(goods) == (52, 0)
        assert volume() is None

    def test_a_sale_that_arrives_later_is_fitted_then(self, till, goods, seller):
        fair = db.session.get_one(Fair, till.fair_id)
        another = make_till(seller, fair=fair)
        sale = told_sale(line(goods, 2), sequence=3)
        back = told_return(line(goods), receipt={"till": another.id, "sequence": 3})
        send(till, returns=[back])
        assert matters() == [(MatterKind.UNKNOWN, 1, 25_00)]
        assert stock_of(goods) == (50, 0)

        send(another, sale)

        assert db.session.scalars(sa.select(Matter.outcome)).one() is Outcome.FOUND
        assert (volume(), stock_of(goods)) == (25_00, (49, 1))

    def test_a_sale_that_arrives_after_a_person_settled_it_is_fitted_all_the_same(
        self, till, goods, seller
    ):
        another = make_till(seller, fair=db.session.get_one(Fair, till.fair_id))
        sale = told_sale(line(goods, 2), sequence=3)
        send(till, returns=[told_return(line(goods), receipt={"till": another.id, "sequence": 3})])
        settled = db.session.scalars(sa.select(Matter)).one()
        settled.settled_at, settled.outcome = NOW, Outcome.LOOKED_AT
        db.session.commit()

        send(another, sale)

        assert db.session.scalars(sa.select(Matter.outcome)).one() is Outcome.FOUND
        assert "fairs.what_fits_no_sale_is_named" not in invariants.broken()

    def test_another_amount_than_was_paid_is_named(self, till, goods):
        sale = told_sale(reduced(goods, 1, 20_00), discount={"cents": 5_00, "reason": "Amiga"})

        send(till, sale, returns=[told_return(line(goods), sale=sale)])

        assert matters() == [(MatterKind.GIVEN_BACK, 0, 25_00)]
        assert volume() == 0

    def test_to_a_device_out_of_use_is_kept_and_named(self, till, goods):
        sale = told_sale(line(goods))
        send(till, sale)
        revoke_till(till.id, by=HOUSE, now=NOW)

        send(till, returns=[told_return(line(goods), sale=sale)])

        assert [row[0] for row in matters()] == [MatterKind.REVOKED]

    def test_is_shown_to_staff_and_in_the_report(self, till, goods, client, monkeypatch):
        sale = told_sale(line(goods), tenders={"cash": 20_00, "machine": 5_00})
        swapped = told_sale(line(goods))
        back = told_return(line(goods, 2), sale=sale, exchange=swapped["id"], reason="Rachou")
        send(till, sale, swapped, returns=[back])
        monkeypatch.setattr(clock, "now", lambda: NOW)
        client.log_in(make_staff("articulation", till.fair.division))

        page = client.get(f"/gestao/feiras/{till.fair_id}/caixas").text
        figures = fair_figures.figures_of(till.fair, NOW)

        assert "Rachou" in page
        assert figures.returned == (1, 50_00, 1)
        assert sum(cents for _way, cents in figures.methods) == figures.total.sales_cents == 25_00
        assert [one.kind for one in figures.doubts] == [MatterKind.RETURNED]
        rows = fair_paper.report(figures, [])["parts"][0]["rows"]
        assert ["Of this, exchanged for other pieces", "1"] in rows


class TestAtTheDesk:
    @pytest.fixture
    def desk(self, seller):
        return make_till(seller, desk=True)

    def split(self, till):
        day = db.session.get_one(Fair, till.fair_id).days[0].id
        people = [finance(till.collection.division) for _each in range(2)]
        split_id = splits.prepare_split(till.fair_id, day, by=people[0], now=EVENING)
        splits.approve_split(split_id, by=people[1], now=EVENING)
        return split_id

    def test_less_is_shared_out(self, desk, goods):
        sale = told_sale(line(goods, 3))
        send(desk, sale, returns=[told_return(line(goods), sale=sale)])

        split_id = self.split(desk)

        share = db.session.scalars(sa.select(DeskShare)).one()
        assert (share.cash_cents, share.due_cents) == (50_00, 50_00)
        (sold,) = split_goods.goods_of(split_id).values()
        assert [one.pieces for one in sold] == [2]

    def test_after_its_split_it_is_taken_of_what_the_group_has_coming(self, desk, goods, seller):
        sale = told_sale(line(goods, 3))
        send(desk, sale)
        self.split(desk)

        send(desk, returns=[told_return(line(goods), sale=sale)])
        self.split(desk)

        assert balance(AccountName("payable", seller.id)) == -50_00
        assert volume() == 50_00

    def test_what_a_stall_sold_is_given_back_out_of_its_share(self, goods, seller):
        fair = make_announced(seller)
        stall, desk = make_till(seller, fair=fair), make_till(seller, desk=True, fair=fair)
        sale = told_sale(line(goods))
        send(stall, sale)

        send(desk, told_sale(line(goods, 2)), returns=[told_return(line(goods), sale=sale)])
        self.split(desk)

        assert db.session.scalars(sa.select(DeskShare.cash_cents)).one() == 25_00
        assert balance(AccountName("direct_received", seller.id)) == 25_00

    def test_what_fits_no_sale_is_nobodys_share(self, desk, goods):
        send(desk, told_sale(line(goods)), returns=[told_return(line(goods))])

        self.split(desk)

        assert db.session.scalars(sa.select(DeskShare.cash_cents)).one() == 25_00


def test_the_statement_of_a_group_tells_what_it_gave_back(till, goods, seller):
    sale = told_sale(line(goods, 2))
    send(till, sale, returns=[told_return(line(goods), sale=sale)])

    told = statements.statement(seller.id, EVENING.date().replace(day=1), "America/Manaus")

    assert told.direct_cents == 25_00


def test_of_an_earlier_day_lowers_what_that_day_owes_the_fund(till, goods, seller):
    zone, later = seller.division.time_zone, EVENING + timedelta(days=1)
    day = clock.today(zone, EVENING)
    facts = {"first_day": day, "reason": "Ata 3", "direct": True}
    by = head(seller.division_id)
    funds.set_rate(seller.division_id, 1_000, by=by, now=EVENING - timedelta(days=2), **facts)
    sale = told_sale(line(goods, 3))
    send(till, sale)
    send(till, returns=[told_return(line(goods), sale=sale)], now=later)

    fund_id = db.session.scalars(sa.select(Fund.id)).one()
    dues.enter_days(fund_id, by=HOUSE, now=later + timedelta(days=1))

    assert balance(AccountName("fund_owed", seller.id)) == 5_00
    asked = sa.select(FundDue.part_cents, FundDue.lowered_cents).order_by(FundDue.day)
    assert [tuple(row) for row in db.session.execute(asked)] == [(7_50, 0), (0, 2_50)]


def test_a_difference_is_settled_by_staff(till, goods):
    send(till, returns=[told_return(line(goods))])

    (matter,) = db.session.scalars(tills.matters_of_fair(till.fair_id).options(*tills.SHOWN))

    assert matter.about == ""
    assert db.session.scalars(sa.select(TillReturn.sale_id)).one() is None
