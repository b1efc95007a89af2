"""Notes of a social currency and goods in exchange at a till, and who undid a sale."""

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.fairs.models.matters import Matter
from marketplace.fairs.models.splits import DeskShare
from marketplace.fairs.models.tills import TillSale, TillVoid
from marketplace.fairs.operations import splits
from marketplace.fairs.operations.cashiers import add_cashier
from marketplace.fairs.queries.till_accounts import drawers
from marketplace.orders.models.facts import SaleFact
from marketplace.payments.models.ledger import EntryKind, LedgerEntry
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.reports import fair_figures, fair_paper
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced
from tests.factories.payouts import finance
from tests.factories.tills import (
    line,
    make_reserved,
    make_till,
    results,
    send,
    told_count,
    told_handover,
    told_return,
    told_sale,
    told_void,
)


@pytest.fixture
def till():
    return make_till()


@pytest.fixture
def goods(till):
    return make_published(enterprise=till.enterprise, left=50)


def drawer(till):
    return drawers([till.id])[till.id]


class TestMeans:
    def test_notes_and_goods_are_sales_and_leave_nothing_open(self, till, goods):
        given = {"cash": 10_00, "social": 10_00, "barter": 5_00}

        answers = send(till, told_sale(line(goods), tenders=given, bartered="Dois maços de couve"))

        assert results(answers) == ["new"]
        kept = db.session.scalars(sa.select(TillSale)).one()
        assert kept.bartered == "Dois maços de couve"
        states = dict(db.session.execute(sa.select(Payment.method, Payment.state)).all())
        ways = (Method.CASH, Method.SOCIAL, Method.BARTER)
        assert states == dict.fromkeys(ways, PaymentState.SETTLED)
        assert db.session.scalars(sa.select(Matter)).all() == []
        assert db.session.scalar(sa.select(sa.func.sum(SaleFact.gross_cents))) == 25_00

    def test_goods_are_named(self, till, goods):
        unnamed = told_sale(line(goods), tenders={"barter": 25_00})
        in_cash = told_sale(line(goods), bartered="Couve")

        assert results(send(till, unnamed, in_cash)) == ["refused", "refused"]

    def test_are_counted_apart_from_the_cash(self, till, goods):
        given = {"cash": 5_00, "social": 20_00}
        undone = told_sale(line(goods), tenders={"social": 25_00})
        send(till, told_sale(line(goods), tenders=given), undone, voids=[told_void(undone)])

        send(till, counts=[told_count("closing", 5_00, social_cents=18_00, reason="Rasgou")])

        assert (drawer(till).due_cents, drawer(till).difference_cents) == (5_00, 0)
        assert (drawer(till).social_cents, drawer(till).social_difference_cents) == (20_00, -2_00)

    def test_stand_in_the_report_under_their_own_names(self, till, goods, app):
        send(till, told_sale(line(goods, 2), tenders={"social": 50_00}))
        send(till, told_sale(line(goods), tenders={"barter": 25_00}, bartered="Mel"))

        figures = fair_figures.figures_of(till.fair, NOW)

        assert figures.methods == [("social", 50_00), ("barter", 25_00)]
        parts = {part["title"]: part for part in fair_paper.report(figures, [])["parts"]}
        names = [row[0] for row in parts["How it was paid"]["rows"]]
        assert names == ["Social currency", "Goods in exchange"]

    def test_are_shown_where_devices_are_kept(self, till, goods, client, monkeypatch):
        send(till, told_sale(line(goods), tenders={"barter": 25_00}, bartered="Mel de jandaíra"))
        monkeypatch.setattr(clock, "now", lambda: NOW)
        client.log_in(make_staff("articulation", till.fair.division))

        assert "Mel de jandaíra" in client.get(f"/gestao/feiras/{till.fair_id}/caixas").text

    def test_for_reservations_too_and_whole_on_pages_of_their_own(
        self, till, goods, client, monkeypatch
    ):
        for_goods = [{"tenders": {"barter": 25_00}, "bartered": f"Mel {n}"} for n in range(12)]
        sales = [told_sale(line(goods), **paid) for paid in for_goods]
        order = make_reserved(till)
        given = told_handover(order, tenders={"barter": order.total_cents}, bartered="Cará roxo")
        undone = [told_void(sale) for sale in sales[:2]]
        back = told_return(line(goods), sale=sales[2], reason="Veio rachado")
        again = told_handover(order, tenders=given["tenders"], bartered="Outra vez")
        send(till, *sales, handovers=[given, again], voids=undone, returns=[back])
        monkeypatch.setattr(clock, "now", lambda: NOW)
        client.log_in(make_staff("articulation", till.fair.division))
        address = f"/gestao/feiras/{till.fair_id}/caixas"

        shown = client.get(address).text
        assert f'href="{address}/trocas"' in shown  # eleven: one more than stand there
        whole = client.get(f"{address}/trocas").text
        assert order.code in whole
        assert "Cará roxo" in whole
        assert "Outra vez" not in whole  # it had been given: a person settles it
        assert "Mel 11" in whole
        assert "Mel 1<" not in whole  # it was undone
        assert "Veio rachado" in client.get(f"{address}/devolucoes").text
        assert client.get(f"{address}/desfeitas").status_code == 200


class TestAtTheDesk:
    def test_go_on_to_who_sells_and_are_told_in_the_split(self):
        group = make_enterprise()
        till = make_till(group, desk=True)
        goods = make_published(enterprise=group, left=50)
        given = {"cash": 10_00, "social": 40_00, "barter": 25_00}
        send(till, told_sale(line(goods, 3), tenders=given, bartered="Farinha"))
        now, people = clock.now(), [finance(group.division) for _each in range(2)]

        split_id = splits.prepare_split(till.fair_id, till.fair.days[0].id, by=people[0], now=now)
        splits.approve_split(split_id, by=people[1], now=now)

        share = db.session.scalars(sa.select(DeskShare)).one()
        assert (share.cash_cents, share.social_cents, share.barter_cents) == (10_00, 40_00, 25_00)
        assert (share.sold_cents, share.due_cents) == (75_00, 10_00)
        direct = sa.select(sa.func.count(LedgerEntry.id)).where(
            LedgerEntry.kind == EntryKind.DIRECT_SALE
        )
        assert db.session.scalar(direct) == 2  # the notes, and the goods

    def test_paid_for_reservations_go_on_too(self):
        group = make_enterprise()
        till = make_till(group, desk=True)
        orders = [make_reserved(till, enterprise=group) for _each in range(2)]
        in_notes = told_handover(orders[0], tenders={"social": orders[0].total_cents})
        for_goods = {"barter": orders[1].total_cents}
        bartered = told_handover(orders[1], tenders=for_goods, bartered="Tucupi")
        assert results(send(till, handovers=[in_notes, bartered])) == ["new", "new"]

        by = {"by": finance(group.division), "now": clock.now()}
        splits.prepare_split(till.fair_id, till.fair.days[0].id, **by)

        share = db.session.scalars(sa.select(DeskShare)).one()
        assert (share.social_cents, share.barter_cents) == tuple(one.total_cents for one in orders)
        assert (share.cash_cents, share.due_cents) == (0, 0)

    def test_its_drawers_are_in_the_report(self):
        group = make_enterprise()
        fair = make_announced(group)
        till = make_till(group, desk=True, fair=fair)
        make_till(group, fair=fair)
        goods = make_published(enterprise=group, left=50)
        send(
            till,
            told_sale(line(goods), tenders={"cash": 5_00, "social": 20_00}),
            counts=[told_count("closing", 4_00, social_cents=20_00, reason="Moeda perdida")],
        )

        told = fair_paper.report(fair_figures.figures_of(fair, NOW), [])

        parts = {part["title"]: part.get("rows", []) for part in told["parts"]}
        (row,) = parts["Drawers of the common desk"]
        assert row[0] == till.user.name
        assert "Moeda perdida" in row
        assert len(parts["In these drawers, beside cash"]) == 1


class TestWhoUndid:
    def test_is_named_where_devices_are_kept(self, till, goods, client, monkeypatch):
        rosa, _group = make_producer("stall_till", enterprise=till.enterprise)
        add_cashier(till.id, rosa.id, by=HOUSE, now=NOW)
        sale = told_sale(line(goods))

        answers = send(till, sale, voids=[told_void(sale, cashier=rosa.id)])

        assert results(answers) == ["new", "new"]
        assert db.session.scalars(sa.select(TillVoid.cashier_id)).one() == rosa.id
        monkeypatch.setattr(clock, "now", lambda: NOW)
        client.log_in(make_staff("articulation", till.fair.division))
        page = client.get(f"/gestao/feiras/{till.fair_id}/caixas").text
        undone = (
            page.partition("Sales that were undone")[2] or page.partition("Vendas desfeitas")[2]
        )
        assert rosa.name in undone

    def test_sells_on_that_till(self, till, goods):
        stranger, _group = make_producer()
        sale = told_sale(line(goods))

        answers = send(till, sale, voids=[told_void(sale, cashier=stranger.id)])

        assert results(answers) == ["new", "refused"]
