"""Reservations that tills handed over without a network: once each, and the rest for a person."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import stock
from marketplace.core.database import db
from marketplace.core.money import format_cents
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.fairs import pins, till_labels
from marketplace.fairs.models.matters import Matter, MatterKind, Outcome
from marketplace.fairs.models.tills import TillHandover, TillSale
from marketplace.fairs.operations.matters import confirm_pix, settle_difference
from marketplace.fairs.queries.till_accounts import accounts, drawers
from marketplace.orders.models.at_till import Came
from marketplace.orders.models.facts import Channel, SaleFact
from marketplace.orders.models.orders import Order, State
from marketplace.orders.operations import closing, moves
from marketplace.orders.operations.returns import accept_return, confirm_refund
from marketplace.orders.operations.shortages import share_short
from marketplace.orders.queries import papers
from marketplace.payments.models.ledger import EntryKind, LedgerEntry
from marketplace.payments.models.payments import Method, PaymentState
from marketplace.payments.queries import payments
from tests import books
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced
from tests.factories.orders import choose_collection, make_order, reread, seller_of
from tests.factories.paying import told_paid
from tests.factories.tills import make_reserved, make_till, results, send, told_handover, told_void

FAIR_DAY = date(2026, 12, 5)
LATER = NOW + timedelta(days=15)  # two days after the fair


@pytest.fixture
def till():
    return make_till()


def came():
    return [one.came for one in db.session.scalars(sa.select(TillHandover).order_by("id"))]


def kinds():
    return list(db.session.scalars(sa.select(Matter.kind).order_by(Matter.id)))


def sold():
    facts = sa.select(SaleFact.channel, SaleFact.occurred_on, SaleFact.gross_cents)
    return [tuple(row) for row in db.session.execute(facts)]


def ended(till):
    """Return a reservation whose goods went back on sale when nobody came."""
    order = make_reserved(till)
    closing.cancel_by_staff(order.id, reason="Ninguém veio", by=HOUSE, now=NOW)
    return order


class TestGiven:
    def test_is_handed_over_and_paid_once_on_its_day_however_late_it_is_told(self, till):
        order = make_reserved(till)
        told = told_handover(order)

        assert results(send(till, handovers=[told], now=LATER)) == ["new"]
        assert results(send(till, handovers=[told], now=LATER)) == ["known"]

        assert reread(order).state is State.HANDED_OVER
        assert order.handed_over_at == order.collection.ends_at
        assert payments.live_of("order", order.id).state is PaymentState.SETTLED
        assert sold() == [(Channel.ONLINE_FAIR, FAIR_DAY, 5000)]
        assert (came(), kinds()) == ([Came.GIVEN], [])
        told = accounts([till.id])[till.id]
        assert (told.handovers, told.sales, told.missing) == (1, 0, told.sequence - 1)

    def test_by_card_and_without_the_code_keeps_the_reason(self, till):
        order = make_reserved(till)
        how = {"code": "", "reason": "Vizinha da banca", "tenders": {"machine": 5000}}

        send(till, handovers=[told_handover(order, **how)])

        assert payments.live_of("order", order.id).method is Method.MACHINE
        assert "Vizinha da banca" in [event.reason for event in reread(order).events]
        assert kinds() == []

    def test_in_notes_of_a_social_currency_or_for_goods_lies_at_the_till(self, till):
        for way, more in (("social", {}), ("barter", {"bartered": "Farinha"})):
            told = told_handover(make_reserved(till), tenders={way: 5000}, **more)
            assert results(send(till, handovers=[told])) == ["new"]

        drawer = drawers([till.id])[till.id]
        assert (drawer.cash_cents, drawer.social_cents, drawer.barter_cents) == (0, 5000, 5000)
        kept = db.session.scalars(sa.select(TillHandover.bartered).order_by("id")).all()
        assert kept == ["", "Farinha"]
        direct = sa.select(LedgerEntry).where(LedgerEntry.kind == EntryKind.DIRECT_SALE)
        assert len(db.session.scalars(direct).all()) == 2
        assert kinds() == []

    def test_of_less_than_was_reserved_costs_less(self, till):
        order = make_reserved(till)
        less = [{"line": order.lines[0].id, "quantity": 1}]

        send(till, handovers=[told_handover(order, lines=less, tenders={"cash": 2500})])

        assert (reread(order).total_cents, kinds()) == (2500, [])

    def test_of_none_of_one_product_gives_the_others(self, till):
        group = db.session.get_one(Enterprise, till.enterprise_id)
        goods = [make_published(enterprise=group, left=9) for _each in range(2)]
        order = make_order(products=goods, choice=choose_collection(till.collection))
        lines = [
            {"line": one.id, "quantity": n} for one, n in zip(order.lines, (0, 2), strict=True)
        ]
        told = told_handover(order, lines=lines, tenders={"cash": 5000})

        assert results(send(till, handovers=[told])) == ["new"]
        assert [one.handed_over for one in reread(order).lines] == [0, 2]

    def test_of_nothing_at_all_is_refused(self, till):
        order = make_reserved(till)
        none = [{"line": order.lines[0].id, "quantity": 0}]

        assert results(send(till, handovers=[told_handover(order, lines=none)])) == ["refused"]

    def test_against_another_code_is_kept_and_named(self, till):
        order = make_reserved(till)
        wrong = f"{(int(order.handover_code) + 1) % 10**6:06d}"

        send(till, handovers=[told_handover(order, code=wrong)])

        assert (came(), kinds()) == ([Came.GIVEN], [MatterKind.CODE])

    def test_for_another_amount_is_named(self, till):
        send(till, handovers=[told_handover(make_reserved(till), tenders={"cash": 4000})])

        (matter,) = db.session.scalars(sa.select(Matter))
        assert (matter.kind, matter.sold_cents, matter.listed_cents) == ("paid", 4000, 5000)

    def test_of_less_for_another_amount_is_named_by_what_that_costs(self, till):
        order = make_reserved(till)
        less = [{"line": order.lines[0].id, "quantity": 1}]

        send(till, handovers=[told_handover(order, lines=less, tenders={"cash": 2000})])

        (matter,) = db.session.scalars(sa.select(Matter))
        assert (matter.kind, matter.sold_cents, matter.listed_cents) == ("paid", 2000, 2500)

    def test_for_nothing_leaves_it_as_it_is(self, till):
        order = make_reserved(till)

        send(till, handovers=[told_handover(order, tenders={})])

        assert reread(order).state is State.PLACED
        assert (came(), kinds()) == ([Came.UNPAID], [MatterKind.UNPAID])

    @pytest.mark.parametrize(
        "wrong",
        [
            {"code": "", "reason": " "},
            {"order": 10**8},
            {"lines": [{"line": 10**8, "quantity": 1}]},
            {"tenders": {"cash": 1, "machine": 1}},
            {"tenders": {"barter": 5000}},  # for what, nobody says
            {"bartered": "Farinha"},
        ],
    )
    def test_is_refused_where_it_cannot_be(self, till, wrong):
        order = make_reserved(till)

        assert results(send(till, handovers=[told_handover(order, **wrong)])) == ["refused"]
        assert reread(order).state is State.PLACED

    def test_is_for_the_stall_that_was_ordered_from(self, till):
        another = make_enterprise(division=till.fair.division)
        other = make_till(another)

        assert results(send(other, handovers=[told_handover(make_reserved(till))])) == ["refused"]


def test_of_two_tills_the_first_that_tells_wins_and_a_person_sees_to_the_other():
    group = make_enterprise()
    fair = make_announced(group)
    one, two = make_till(group, fair=fair), make_till(group, desk=True, fair=fair)
    order = make_reserved(one)

    assert results(send(two, handovers=[told_handover(order)])) == ["new"]
    assert results(send(one, handovers=[told_handover(order, tenders={"machine": 5000})])) == [
        "new"
    ]

    assert came() == [Came.GIVEN, Came.AGAIN]
    assert len(sold()) == 1
    (matter,) = db.session.scalars(sa.select(Matter))
    assert (matter.kind, matter.sold_cents, matter.about) == (MatterKind.TWICE, 5000, order.code)
    assert accounts([one.id])[one.id].unsettled == 1
    settle_difference(matter.id, "Devolvemos o dinheiro", by=HOUSE, now=LATER)
    assert accounts([one.id])[one.id].unsettled == 0


class TestByPix:
    """To the stall's key: nobody has seen yet whether it arrived, as where a till sells by Pix."""

    @pytest.fixture
    def order(self, till):
        order = make_reserved(till)
        told = told_handover(order, tenders={"own_pix": 5000})
        assert results(send(till, handovers=[told])) == ["new"]
        assert results(send(till, handovers=[told])) == ["known"]
        return reread(order)

    def matter(self):
        return db.session.scalars(sa.select(Matter)).one()

    def direct(self):
        sales = sa.select(LedgerEntry).where(LedgerEntry.kind == EntryKind.DIRECT_SALE)
        return len(db.session.scalars(sales).all())

    def test_is_sold_on_its_day_and_its_group_is_to_look(self, order):
        matter, payment = self.matter(), payments.live_of("order", order.id)

        assert (order.state, sold()) == (
            State.HANDED_OVER,
            [(Channel.ONLINE_FAIR, FAIR_DAY, 5000)],
        )
        assert (matter.kind, matter.sold_cents, matter.about) == (MatterKind.PIX, 5000, order.code)
        assert (payment.state, payment.method) == (PaymentState.DUE, Method.OWN_PIX)
        assert (papers.pix_code(order, NOW), self.direct()) == (None, 0)

    def test_that_arrived_is_in_the_books_once_and_sold_once(self, order):
        for _press in range(2):
            confirm_pix(self.matter().id, arrived=True, by=HOUSE, now=LATER)

        assert payments.live_of("order", order.id).state is PaymentState.SETTLED
        assert (self.matter().outcome, self.direct()) == (Outcome.ARRIVED, 1)
        assert sold() == [(Channel.ONLINE_FAIR, FAIR_DAY, 5000)]

    def test_that_did_not_arrive_is_asked_for_no_more(self, order):
        confirm_pix(self.matter().id, arrived=False, by=HOUSE, now=LATER)

        assert payments.live_of("order", order.id) is None
        assert (self.matter().outcome, self.direct()) == (Outcome.NOT_ARRIVED, 0)
        assert sold() == [(Channel.ONLINE_FAIR, FAIR_DAY, 5000)]

    @pytest.mark.parametrize("seen", [None, True, False])
    def test_and_brought_back_is_undone_whether_it_was_looked_at_or_not(self, order, seen):
        if seen is not None:
            confirm_pix(self.matter().id, arrived=seen, by=HOUSE, now=LATER)
        ana = seller_of(order)
        accept_return(order.id, reason="Quebrou", by=ana, now=LATER)
        confirm_refund(order.id, by=ana, now=LATER)
        if seen is None:
            confirm_pix(self.matter().id, arrived=True, by=ana, now=LATER)

        assert (reread(order).state, sum(gross for *_of, gross in sold())) == (State.WITHDRAWN, 0)

    def test_for_another_amount_is_named_and_looked_at(self, till):
        send(till, handovers=[told_handover(make_reserved(till), tenders={"own_pix": 4000})])

        assert sorted(kinds()) == [MatterKind.PAID, MatterKind.PIX]

    def test_stands_on_the_pages_of_its_group(self, till, order, client, log_in):
        log_in(make_producer("member", enterprise=order.enterprise)[0])

        shown = client.get("/painel/feiras/pix").text
        assert f"Reservation {order.code}" in shown
        assert "Pix to look at" in client.get(f"/painel/pedidos/{order.id}").text
        client.post(f"/painel/feiras/pix/{self.matter().id}/chegada")

        assert "No Pix to look at" in client.get("/painel/feiras/pix").text
        assert "Pix to look at" not in client.get(f"/painel/pedidos/{order.id}").text


class TestPaidBefore:
    @pytest.fixture
    def order(self, till, app, monkeypatch):
        """Two of each of two things, paid by Pix."""
        monkeypatch.setitem(app.config, "STRIPE_KEY", "sk_test_handed_over")
        monkeypatch.setitem(app.config, "STRIPE_METHODS", {"pix": (119, 0)})
        group = db.session.get_one(Enterprise, till.enterprise_id)
        goods = [make_published(enterprise=group, left=9) for _each in range(2)]
        choice = choose_collection(till.collection, method=Method.PIX)
        order = make_order(products=goods, choice=choice)
        told_paid(order.purchase, now=NOW)
        return reread(order)

    def short(self, till, order, pieces):
        given = {"reason": "Choveu", "by": HOUSE, "now": NOW}
        share_short(till.fair_id, order.lines[0].product_id, pieces, **given)

    def test_by_a_till_loaded_before_a_shortage_is_kept_and_named(self, till, order):
        told = told_handover(order, tenders={})
        self.short(till, order, 1)

        assert results(send(till, handovers=[told])) == ["new"]
        assert results(send(till, handovers=[told])) == ["known"]

        kept = reread(order)
        assert (kept.state, [line.handed_over for line in kept.lines]) == (
            State.HANDED_OVER,
            [1, 2],
        )
        (matter,) = db.session.scalars(sa.select(Matter))
        assert (matter.kind, matter.line_id, matter.pieces) == (
            *(MatterKind.MORE, order.lines[0].id),
            1,
        )
        assert (matter.sold_cents, matter.listed_cents, came()) == (5000, 2500, [Came.GIVEN])
        assert "1 more given than was paid for, worth R$25.00" in till_labels.told(matter)
        assert books.faults("fairs.", "orders.", "payments.") == {}

    def test_of_which_nothing_was_left_is_kept_and_named(self, till, app, order):
        told = told_handover(order, tenders={})
        self.short(till, order, 0)
        share = {"reason": "Choveu", "by": HOUSE, "now": NOW}
        share_short(till.fair_id, order.lines[1].product_id, 0, **share)

        assert results(send(till, handovers=[told])) == ["new"]

        assert (came(), kinds()) == ([Came.OVER], [MatterKind.UNPAID])

    def test_and_given_in_part_is_named_too(self, till, order):
        lines = [{"line": order.lines[0].id, "quantity": 2}]

        assert results(send(till, handovers=[told_handover(order, lines=lines, tenders={})])) == [
            "new"
        ]

        (matter,) = db.session.scalars(sa.select(Matter))
        assert (matter.kind, matter.line_id, matter.pieces) == (
            *(MatterKind.FEWER, order.lines[1].id),
            2,
        )
        assert "2 fewer given than was paid for, worth R$50.00" in till_labels.told(matter)

    def test_as_it_was_paid_leaves_nothing_to_settle(self, till, order):
        assert results(send(till, handovers=[told_handover(order, tenders={})])) == ["new"]

        assert (came(), kinds()) == ([Came.GIVEN], [])


class TestOver:
    @pytest.mark.scenario(57)
    def test_paid_all_the_same_is_a_new_sale_linked_to_it_with_stock_looked_at_anew(self, till):
        order = ended(till)
        product_id = order.lines[0].product_id
        stock.count_stock(product_id, 1, reason="Contado", by=HOUSE, now=NOW)
        told = told_handover(order)

        assert results(send(till, handovers=[told])) == ["new"]
        assert results(send(till, handovers=[told])) == ["known"]

        handover = db.session.scalars(sa.select(TillHandover)).one()
        anew = db.session.scalars(sa.select(Order).where(Order.id != order.id)).one()
        assert (handover.came, handover.order_id) == (Came.OVER, order.id)
        assert handover.sale.purchase_id == anew.purchase_id
        assert (anew.state, anew.total_cents) == (State.HANDED_OVER, 5000)
        assert reread(order).state is State.CANCELLED
        assert sold() == [(Channel.FAIR_STALL, FAIR_DAY, 5000)]
        left = db.session.get(Stock, product_id)
        assert (left.left_count, left.sold_count, left.held_count) == (0, 2, 0)
        assert kinds() == [MatterKind.STOCK]  # one of the two was not there by the count

    def test_that_nobody_had_collected_is_taken_up_again_while_it_is_there(self, till):
        order = make_reserved(till, left=2)
        moves.accept_order(order.id, by=HOUSE, now=NOW)
        closing.close_no_shows(by=HOUSE, now=order.due_at)
        told = told_handover(order)

        assert results(send(till, handovers=[told], now=LATER)) == ["new"]
        assert results(send(till, handovers=[told], now=LATER)) == ["known"]

        assert (reread(order).state, order.handed_over_at) == (
            State.HANDED_OVER,
            order.collection.ends_at,
        )
        assert payments.live_of("order", order.id).state is PaymentState.SETTLED
        assert sold() == [(Channel.ONLINE_FAIR, FAIR_DAY, 5000)]
        assert (came(), kinds()) == ([Came.GIVEN], [])
        left = db.session.get(Stock, order.lines[0].product_id)
        assert (left.left_count, left.sold_count, left.held_count) == (0, 2, 0)

    def test_that_nobody_had_collected_is_a_sale_where_it_was_sold_meanwhile(self, till):
        order = make_reserved(till, left=2)
        moves.accept_order(order.id, by=HOUSE, now=NOW)
        closing.close_no_shows(by=HOUSE, now=order.due_at)
        stock.count_stock(order.lines[0].product_id, 1, reason="Vendida", by=HOUSE, now=LATER)

        assert results(send(till, handovers=[told_handover(order)], now=LATER)) == ["new"]

        assert reread(order).state is State.NO_SHOW
        assert sold() == [(Channel.FAIR_STALL, FAIR_DAY, 5000)]
        assert (came(), kinds()) == ([Came.OVER], [MatterKind.STOCK])

    def test_of_none_of_one_product_sells_the_others(self, till):
        group = db.session.get_one(Enterprise, till.enterprise_id)
        goods = [make_published(enterprise=group, left=9) for _each in range(2)]
        order = make_order(products=goods, choice=choose_collection(till.collection))
        closing.cancel_by_staff(order.id, reason="Ninguém veio", by=HOUSE, now=NOW)
        lines = [
            {"line": one.id, "quantity": n} for one, n in zip(order.lines, (0, 2), strict=True)
        ]
        told = told_handover(order, lines=lines, tenders={"cash": 5000})

        assert results(send(till, handovers=[told])) == ["new"]
        anew = db.session.scalars(sa.select(Order).where(Order.id != order.id)).one()
        assert [one.ordered for one in anew.lines] == [2]

    def test_is_undone_like_any_sale(self, till):
        told = told_handover(ended(till))
        send(till, handovers=[told])

        assert results(send(till, voids=[told_void(told)])) == ["new"]
        assert sum(gross for _channel, _day, gross in sold()) == 0

    def test_for_goods_is_a_sale_for_goods(self, till):
        paid = {"tenders": {"barter": 5000}, "bartered": "Dois potes de mel"}

        assert results(send(till, handovers=[told_handover(ended(till), **paid)])) == ["new"]

        assert db.session.scalars(sa.select(TillSale.bartered)).one() == "Dois potes de mel"

    def test_unpaid_is_left_to_a_person(self, till):
        send(till, handovers=[told_handover(ended(till), tenders={})])

        assert (came(), kinds()) == ([Came.OVER], [MatterKind.UNPAID])

    @pytest.mark.parametrize("paid", [1, 40_00, 49_99, 70_00])
    def test_for_another_amount_than_it_costs_is_sold_for_that_and_named(self, till, paid):
        told = told_handover(ended(till), tenders={"cash": paid})

        assert results(send(till, handovers=[told])) == ["new"]
        assert results(send(till, handovers=[told])) == ["known"]

        sale = db.session.scalars(sa.select(TillSale)).one()
        lines = [(one.ordered, one.price_cents) for one in sale.purchase.orders[0].lines]
        assert sum(pieces for pieces, _price in lines) == 2
        assert sum(pieces * price for pieces, price in lines) == sale.total_cents == paid
        assert sum(gross for _channel, _day, gross in sold()) == paid
        assert drawers([till.id])[till.id].cash_cents == paid
        (matter,) = db.session.scalars(sa.select(Matter))
        assert (matter.kind, matter.sold_cents, matter.listed_cents, matter.about) == (
            *(MatterKind.PAID, paid, 50_00),
            matter.handover.order.code,
        )
        assert f"sold for {format_cents(paid)}. It costs R$50.00." in till_labels.told(matter)

    def test_for_another_amount_that_nobody_had_collected_is_sold_for_that_and_named(self, till):
        order = make_reserved(till, left=2)
        moves.accept_order(order.id, by=HOUSE, now=NOW)
        closing.close_no_shows(by=HOUSE, now=order.due_at)
        stock.count_stock(order.lines[0].product_id, 0, reason="Vendidas", by=HOUSE, now=LATER)
        told = told_handover(order, tenders={"machine": 45_00})

        assert results(send(till, handovers=[told], now=LATER)) == ["new"]

        assert sum(gross for _channel, _day, gross in sold()) == 45_00
        assert sorted(kinds()) == [MatterKind.PAID, MatterKind.STOCK]

    def test_for_another_amount_and_undone_leaves_nothing_to_settle(self, till):
        told = told_handover(ended(till), tenders={"cash": 40_00})
        send(till, handovers=[told])

        assert results(send(till, voids=[told_void(told)])) == ["new"]

        (matter,) = db.session.scalars(sa.select(Matter))
        assert (matter.kind, matter.outcome) == (MatterKind.PAID, Outcome.VOIDED)
        assert sum(gross for _channel, _day, gross in sold()) == 0

    def test_of_several_things_for_another_amount_shares_it_out_among_them(self, till):
        group = db.session.get_one(Enterprise, till.enterprise_id)
        goods = [make_published(enterprise=group, left=9) for _each in range(2)]
        order = make_order(products=goods, choice=choose_collection(till.collection))
        closing.cancel_by_staff(order.id, reason="Ninguém veio", by=HOUSE, now=NOW)
        told = told_handover(order, tenders={"cash": 50_00})

        assert results(send(till, handovers=[told])) == ["new"]

        anew = db.session.scalars(sa.select(Order).where(Order.id != order.id)).one()
        assert [(one.product_id, one.total_cents) for one in anew.lines] == [
            (one.id, 25_00) for one in goods
        ]
        assert kinds() == [MatterKind.PAID]

    def test_and_none_of_it_given_is_refused(self, till):
        order = ended(till)
        none = [{"line": order.lines[0].id, "quantity": 0}]
        told = told_handover(order, lines=none, tenders={"cash": 1})

        assert results(send(till, handovers=[told])) == ["refused"]
        assert db.session.scalar(sa.select(sa.func.count(TillHandover.id))) == 0


def test_the_hash_of_a_code_tells_nothing_else():
    salt, told = pins.salted("123456")

    assert pins.hashed("123456", salt) == told != pins.hashed("123457", salt)
    assert pins.salted("123456") != (salt, told)
