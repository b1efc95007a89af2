"""What a till sold is kept once, whole, on the day of its fair."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import MovementKind, Stock, StockMovement
from marketplace.catalogue.operations import products, stock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.fairs.models.matters import Matter, MatterKind, Outcome
from marketplace.fairs.models.tills import Till, TillSale
from marketplace.fairs.operations.tills import revoke_till
from marketplace.orders.models.facts import Channel, Confidence, SaleFact
from marketplace.orders.models.orders import Order, Purchase, State
from marketplace.orders.models.tenders import Tender
from marketplace.payments.models.payments import Method, Payment, PaymentState
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced
from tests.factories.tills import (
    line,
    make_code,
    make_till,
    other,
    reduced,
    results,
    send,
    told_sale,
    told_void,
)

FAIR_DAY = date(2026, 12, 5)
NOON = NOW + timedelta(days=12)
LATER = NOW + timedelta(days=15)


@pytest.fixture
def seller():
    return make_enterprise()


@pytest.fixture
def goods(seller):
    return make_published(enterprise=seller, left=5)


@pytest.fixture
def till(seller):
    return make_till(seller)


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def counts(product):
    row = db.session.get(Stock, product.id, populate_existing=True)
    return row.left_count, row.sold_count


def matters():
    return list(db.session.scalars(sa.select(Matter).order_by(Matter.id)))


def kinds():
    return [matter.kind for matter in matters()]


def totals():
    by_seller = sa.select(SaleFact.enterprise_id, sa.func.sum(SaleFact.gross_cents))
    return dict(db.session.execute(by_seller.group_by(SaleFact.enterprise_id)).all())


class TestOnce:
    @pytest.mark.scenario(56)
    def test_thirty_five_sales_sent_twice_are_thirty_five(self, till, seller):
        goods = make_published(enterprise=seller, left=99)
        told = [told_sale(line(goods, 2)) for _ in range(35)]

        first, again = send(till, *told), send(till, *told, now=LATER)

        assert results(first) == ["new"] * 35
        assert results(again) == ["known"] * 35
        assert (count(TillSale), count(Purchase), count(Order)) == (35, 35, 35)
        assert counts(goods) == (99 - 70, 70)
        assert totals() == {seller.id: 35 * 2 * 2500}

    def test_answers_stand_in_the_order_of_what_was_sent(self, till, goods):
        told = [told_sale(line(goods)) for _ in range(3)]

        assert [answer.code for answer in send(till, *told)] == [sale["id"] for sale in told]

    def test_the_same_number_with_another_body_is_no_repeat(self, till, goods):
        sale = told_sale(line(goods))
        send(till, sale)

        (answer,) = send(till, told_sale(line(goods, 2), id=sale["id"]))

        assert answer.result == "refused"
        assert answer.reason == "Another sale was kept under this number."
        assert count(Order) == 1

    def test_a_bad_row_keeps_no_good_one_back(self, till, goods):
        strange = make_published(enterprise=make_enterprise(division=goods.enterprise.division))
        good = [told_sale(line(goods)) for _ in range(3)]
        bad = [
            told_sale(line(strange)),
            told_sale(line(goods) | {"product": 10**8}),
            told_sale(line(goods), total_cents=1),
            told_sale(line(goods), id="7"),
        ]

        answers = send(till, good[0], bad[0], good[1], *bad[1:], good[2])

        assert results(answers) == ["new", "refused", "new", *["refused"] * 3, "new"]
        assert all(answer.reason for answer in answers if answer.result == "refused")
        assert count(Order) == 3

    def test_a_fault_of_ours_keeps_no_good_one_back(self, till, goods, monkeypatch):
        from marketplace.orders.operations import spot

        real, broken = spot.sell, told_sale(line(goods))

        def sell(sale, **how):
            if sale.key.endswith(broken["id"]):
                raise ZeroDivisionError
            return real(sale, **how)

        monkeypatch.setattr(spot, "sell", sell)

        assert results(send(till, told_sale(line(goods)), broken)) == ["new", "refused"]
        assert count(TillSale) == 1


class TestSale:
    def test_is_an_order_that_was_paid_and_handed_over(self, till, goods):
        send(till, told_sale(line(goods, 2)))

        order = db.session.scalars(sa.select(Order)).one()
        payment = db.session.scalars(sa.select(Payment)).one()

        assert (order.state, order.way, order.total_cents) == (State.HANDED_OVER, "stall", 5000)
        assert (payment.state, payment.method) == (PaymentState.SETTLED, Method.CASH)
        assert counts(goods) == (3, 2)

    def test_leaves_facts_of_its_channel(self, till, goods):
        send(till, told_sale(line(goods, 2)))

        fact = db.session.scalars(sa.select(SaleFact)).one()

        assert (fact.channel, fact.confidence) == (Channel.FAIR_STALL, Confidence.TILL)
        assert (fact.fair_id, fact.payment_method) == (till.fair_id, "cash")
        assert (fact.gross_cents, fact.quantity) == (5000, 2)

    @pytest.mark.parametrize(
        "clock", ["2026-11-26T10:00:00-04:00", "2031-01-01T00:00:00Z", "0001-01-01T00:00Z", None, 7]
    )
    def test_belongs_to_the_day_of_its_till_whatever_the_clock_says(self, till, goods, clock):
        assert results(send(till, told_sale(line(goods), made_at=clock))) == ["new"]

        assert db.session.scalars(sa.select(SaleFact.occurred_on)).one() == FAIR_DAY

    def test_keeps_what_the_device_told_of_the_time(self, till, goods):
        nine_days_ago = "2026-11-26T10:00:00-04:00"
        send(till, told_sale(line(goods), made_at=nine_days_ago))

        kept = db.session.scalars(sa.select(TillSale)).one()
        db.session.refresh(till)

        assert kept.told_at.isoformat() == "2026-11-26T14:00:00+00:00"
        assert kept.received_at == NOON
        assert till.skew_seconds == 7 * 3600  # it said 21 h UTC at 14 h

    def test_is_kept_at_the_price_that_was_paid(self, till, goods):
        from marketplace.catalogue.operations import prices

        prices.set_price(goods.id, 3000, (), by=HOUSE, now=NOW)

        send(till, told_sale(line(goods, 2, price_cents=2500)))

        (matter,) = matters()
        assert totals() == {goods.enterprise_id: 5000}
        assert (matter.kind, matter.sold_cents, matter.listed_cents) == ("price", 2500, 3000)

    def test_of_something_withdrawn_meanwhile_is_kept(self, till, goods):
        products.withdraw_product(goods.id, by=HOUSE, now=NOW)

        assert results(send(till, told_sale(line(goods)))) == ["new"]

    def test_of_another_value_needs_no_product(self, till, goods):
        send(till, told_sale(line(goods), other(goods.enterprise, 350, "Pão de queijo")))

        names = list(db.session.scalars(sa.select(SaleFact.product_name).order_by(SaleFact.id)))

        assert names == [goods.name, "Pão de queijo"]
        assert totals() == {goods.enterprise_id: 2850}

    def test_of_what_is_made_to_order_takes_no_stock(self, till, seller):
        ready = make_published(enterprise=seller, to_order=True)

        assert results(send(till, told_sale(line(ready)))) == ["new"]
        assert matters() == []


class TestDiscount:
    def test_with_its_reason_is_kept_beside_the_sale_and_leaves_nothing_open(self, till, goods):
        lines = (reduced(goods, 1, 2466), reduced(goods, 2, 2467))  # a real off three
        less = {"cents": 100, "reason": "Freguesa antiga"}

        assert results(send(till, told_sale(*lines, discount=less))) == ["new"]

        kept = db.session.scalars(sa.select(TillSale)).one()
        assert (kept.total_cents, kept.discount_cents, kept.reason) == (7400, 100, less["reason"])
        assert (totals(), kinds()) == ({goods.enterprise_id: 7400}, [])

    def test_off_another_price_than_the_catalogues_is_named(self, till, goods):
        cheaper = reduced(goods, 1, 1900) | {"listed_cents": 2000}

        send(till, told_sale(cheaper, discount={"cents": 100, "reason": "Amigo"}))

        assert kinds() == [MatterKind.PRICE]

    @pytest.mark.parametrize(
        "less", [None, {"cents": 99, "reason": "a"}, {"cents": 100, "reason": ""}]
    )
    def test_is_refused_where_it_does_not_add_up(self, till, goods, less):
        sale = told_sale(reduced(goods, 1, 2400))

        assert results(send(till, sale | ({"discount": less} if less else {}))) == ["refused"]


class TestOversold:
    def test_is_kept_and_named(self, till, goods):
        send(till, told_sale(line(goods, 7)))

        (matter,) = matters()
        moved = sa.select(StockMovement).where(StockMovement.product_id == goods.id)
        found = db.session.scalars(moved.where(StockMovement.kind == MovementKind.COUNTED)).one()

        assert (matter.kind, matter.pieces) == (MatterKind.STOCK, 2)
        assert (found.left_change, found.subject) == (2, f"order_line:{matter.line_id}")
        assert found.reason == "The till sold more than was counted as left."
        assert counts(goods) == (0, 7)

    def test_leaves_what_is_held_for_orders(self, till, goods):
        stock.hold(goods.id, 4, subject="basket", by=HOUSE, now=NOW)

        send(till, told_sale(line(goods, 3)))

        row = db.session.get(Stock, goods.id, populate_existing=True)
        assert (row.left_count, row.held_count, row.sold_count) == (0, 4, 3)
        assert matters()[0].pieces == 2
        stock.release(goods.id, 4, subject="basket", by=HOUSE, now=NOW)

    def test_by_two_devices_is_counted_once(self, seller, goods):
        fair = make_announced(seller)
        one, two = (make_till(seller, fair=fair) for _ in range(2))

        send(one, told_sale(line(goods, 4)))
        send(two, told_sale(line(goods, 4)))

        assert [matter.pieces for matter in matters()] == [3]
        assert counts(goods) == (0, 8)


class TestPaid:
    def test_in_several_ways_at_once(self, till, goods):
        send(till, told_sale(line(goods, 2), tenders={"cash": 2000, "own_pix": 3000}))

        tenders = db.session.execute(
            sa.select(Tender.method, Payment.amount_cents, Payment.state)
            .join(Payment, Payment.payable_id == Tender.id)
            .order_by(Tender.id)
        ).all()

        assert [tuple(row) for row in tenders] == [
            ("cash", 2000, PaymentState.SETTLED),
            ("own_pix", 3000, PaymentState.DUE),
        ]
        assert db.session.scalars(sa.select(SaleFact.payment_method)).one() == "mixed"

    def test_by_pix_waits_for_somebody_to_look(self, till, goods):
        send(till, told_sale(line(goods), tenders={"own_pix": 2500}))

        assert kinds() == [MatterKind.PIX]
        assert totals() == {goods.enterprise_id: 2500}

    def test_at_the_common_desk_makes_one_order_for_each_who_sells(self, seller, goods):
        another = make_published(
            enterprise=make_enterprise(division=seller.division), price_cents=1000
        )
        fair = make_announced(seller, another.enterprise)
        desk = make_till(seller, desk=True, fair=fair)
        tenders = {"cash": 3000, "machine": 500}

        send(desk, told_sale(line(goods), line(another), tenders=tenders))

        assert totals() == {seller.id: 2500, another.enterprise_id: 1000}
        assert set(db.session.scalars(sa.select(SaleFact.channel))) == {Channel.FAIR_DESK}
        paid = sa.select(Order.letter, Tender.method, Tender.amount_cents).join(Tender)
        assert [tuple(row) for row in db.session.execute(paid.order_by(Tender.id))] == [
            ("A", "cash", 2500),
            ("B", "cash", 500),
            ("B", "machine", 500),
        ]

    def test_a_stall_sells_for_itself_alone(self, seller, till):
        another = make_published(enterprise=make_enterprise(division=seller.division))

        (answer,) = send(till, told_sale(line(another)))

        assert answer.reason == "An item of it is of a group for which this till does not sell."

    def test_the_desk_names_who_has_no_place_there(self, seller, goods):
        another = make_published(enterprise=make_enterprise(division=seller.division))
        desk = make_till(seller, desk=True)

        send(desk, told_sale(line(another)))

        assert kinds() == [MatterKind.SELLER]


class TestLate:
    def test_after_the_day_it_still_belongs_to_it(self, till, goods):
        send(till, told_sale(line(goods)), now=LATER)

        kept = db.session.scalars(sa.select(TillSale)).one()
        assert kept.late
        assert db.session.scalars(sa.select(SaleFact.occurred_on)).one() == FAIR_DAY

    def test_on_the_day_it_is_not_late(self, till, goods):
        send(till, told_sale(line(goods)))

        assert not db.session.scalars(sa.select(TillSale.late)).one()

    def test_from_a_revoked_till_it_is_kept_and_named(self, till, goods):
        revoke_till(till.id, by=HOUSE, now=NOW)

        assert results(send(till, told_sale(line(goods)))) == ["new"]

        assert kinds() == [MatterKind.REVOKED]
        assert db.session.scalars(sa.select(TillSale.late)).one()


class TestVoid:
    def test_undoes_the_sale_whole(self, till, goods):
        sale = told_sale(line(goods, 2), tenders={"cash": 1000, "own_pix": 4000})

        assert results(send(till, sale, voids=[told_void(sale)])) == ["new", "new"]

        states = set(db.session.scalars(sa.select(Payment.state)))
        assert states == {PaymentState.REFUNDED, PaymentState.CANCELLED}
        assert db.session.scalars(sa.select(Order.state)).one() is State.VOIDED
        assert (counts(goods), totals()) == ((5, 0), {goods.enterprise_id: 0})
        assert [matter.outcome for matter in matters()] == [Outcome.VOIDED]

    def test_belongs_to_the_day_of_the_sale(self, till, goods):
        sale = told_sale(line(goods))
        send(till, sale, voids=[told_void(sale)], now=LATER)

        assert set(db.session.scalars(sa.select(SaleFact.occurred_on))) == {FAIR_DAY}

    def test_happens_once(self, till, goods):
        sale = told_sale(line(goods))
        void = told_void(sale)
        send(till, sale, voids=[void])

        assert results(send(till, voids=[void])) == ["known"]
        (other_void,) = send(till, voids=[told_void(sale)])
        assert other_void.reason == "The sale was undone before, or given back."
        assert counts(goods) == (5, 0)

    def test_waits_for_its_sale(self, till, goods):
        sale = told_sale(line(goods))
        void = told_void(sale)

        (early,) = send(till, voids=[void])

        assert early.reason == "The sale that it undoes has not arrived."
        assert results(send(till, sale, voids=[void])) == ["new", "new"]

    def test_is_for_the_till_that_sold(self, seller, goods):
        fair = make_announced(seller)
        one, two = (make_till(seller, fair=fair) for _ in range(2))
        sale = told_sale(line(goods))
        send(one, sale)

        assert results(send(two, voids=[told_void(sale)])) == ["refused"]

    def test_of_what_was_oversold_puts_all_of_it_back(self, till, goods):
        sale = told_sale(line(goods, 7))

        send(till, sale, voids=[told_void(sale)])

        assert counts(goods) == (7, 0)


def test_a_number_is_of_one_till_alone(seller, goods):
    fair = make_announced(seller)
    one, two = (make_till(seller, fair=fair) for _ in range(2))
    sale = told_sale(line(goods), id=make_code())

    assert results(send(one, sale)) == ["new"]
    assert results(send(two, sale)) == ["known"]  # an exported queue, sent by another device
    assert count(Till) == 2
    assert count(Order) == 1
