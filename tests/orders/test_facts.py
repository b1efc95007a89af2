from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.lists import MinimumWage
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.operations import prices
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact
from marketplace.orders.models.orders import Order
from marketplace.orders.operations import closing, facts, handovers, moves, returns
from marketplace.payments.models.payments import Method
from tests.factories.accounts import make_municipality, make_neighbourhood, saved, saved_change
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_member
from tests.factories.orders import at, make_accepted, make_delivered, make_order

COMPOSITION = [
    LineInput(LineKind.LABOUR, 900, 2000),  # two hours
    LineInput(LineKind.MATERIAL, 400),
    LineInput(LineKind.PACKING, 100),
    LineInput(LineKind.FUND, 120),
    LineInput(LineKind.PAYMENT_FEE, 50),
    LineInput(LineKind.TAXES, 30),
]


def counted():
    """Return the facts written so far, in order: kind, pieces, centavos."""
    query = sa.select(SaleFact.kind, SaleFact.quantity, SaleFact.gross_cents)
    rows = db.session.execute(query.order_by(SaleFact.id))
    return [(str(kind), quantity, cents) for kind, quantity, cents in rows]


def only():
    return db.session.scalars(sa.select(SaleFact)).one()


def received(order, now=NOW, **given):
    return handovers.hand_over(
        *(order.id, order.handover_code), paid_with=Method.CASH, by=HOUSE, now=now, **given
    )


class TestASale:
    def test_is_written_at_the_hand_over_not_before(self):
        order = make_accepted(quantity=2)
        moves.mark_ready(order.id, by=HOUSE, now=NOW)
        assert counted() == []

        received(order)

        assert counted() == [("sale", 2, 5000)]

    def test_counts_what_was_really_given(self):
        order = make_accepted(quantity=3)

        received(order, quantities={order.lines[0].id: 2}, reason="one broke")

        assert counted() == [("sale", 2, 5000)]

    def test_freezes_who_sold_what_where(self):
        place = make_neighbourhood(name="Mauazinho")
        enterprise = make_enterprise(neighbourhood=place, name="Mãos do Cuieiras")
        order = make_order(products=[make_published(enterprise=enterprise)])
        received(order)
        saved_change(enterprise, name="Another name", neighbourhood_id=None)

        fact = only()
        assert (fact.enterprise_name, fact.neighbourhood, fact.zone) == (
            *("Mãos do Cuieiras", "Mauazinho"),
            place.zone.slug,
        )
        assert (fact.fair_id, fact.fair_name, fact.channel) == (
            *(7, "Feira de Natal"),
            Channel.ONLINE_FAIR,
        )
        assert (fact.confidence, fact.payment_method) == (Confidence.ORDER, "cash")
        assert (fact.municipality_name, fact.segment) == ("Manaus", Segment.CRAFTS)

    def test_weighs_by_the_women_among_the_members_that_day(self):
        enterprise = make_enterprise()
        for sex in ("female", "female", "male"):
            make_member(enterprise, sex=sex)
        received(make_order(products=[make_published(enterprise=enterprise)]))

        assert (only().women_permille, only().women_led) == (667, True)

    @pytest.mark.parametrize(("hour", "day"), [(-1, 4), (0, 5)])
    def test_belongs_to_the_day_there(self, hour, day):
        order = make_order()

        received(order, now=at(0) + timedelta(hours=hour))

        assert only().occurred_on == date(2026, 12, day)

    def test_belongs_to_the_day_of_the_place_where_it_is_collected(self):
        saved_change(make_municipality(), time_zone="Pacific/Auckland")
        order = make_order()

        received(order, now=at(20, date(2026, 12, 4)))

        assert only().occurred_on == date(2026, 12, 5)

    def test_is_counted_online_by_its_way(self):
        received(make_delivered())

        assert only().channel is Channel.ONLINE_DELIVERY

    def test_leaves_out_the_delivery(self):
        order = received(make_delivered(quantity=1))

        assert (order.total_cents, only().gross_cents) == (3900, 2500)

    def test_leaves_a_fee_that_nobody_takes_with_who_makes_it(self):
        product = make_published()
        prices.set_price(product.id, 2500, COMPOSITION, by=HOUSE, now=NOW)

        received(make_order(products=[product], quantity=2))

        fact = only()
        assert fact.composed
        assert (fact.makers_cents, fact.fees_cents) == (2 * (1800 + 50), 2 * 30)
        assert (fact.materials_cents, fact.packing_cents, fact.fund_cents) == (800, 200, 240)
        assert fact.minutes == 240

    @pytest.mark.parametrize(("hour_cents", "under"), [(900, False), (901, True)])
    def test_tells_whether_the_hour_was_under_the_wage_of_that_day(self, hour_cents, under):
        wage = {"valid_from": date(2026, 1, 1), "month_cents": 1, "hour_cents": hour_cents}
        saved(MinimumWage(**wage, act="test"))
        product = make_published()
        prices.set_price(product.id, 2500, COMPOSITION, by=HOUSE, now=NOW)

        received(make_order(products=[product]))

        assert (only().wage_floor_cents, only().under_floor) == (hour_cents, under)

    def test_has_no_parts_where_the_composition_is_not_known(self):
        received(make_order())

        assert not only().composed

    def test_is_marked_with_its_purchase(self):
        product = make_published()
        saved_change(product, is_demo=True)

        received(make_order(products=[product]))

        assert only().is_demo

    def test_is_taken_back_by_a_row_with_minus_on_the_day_it_was_given_back(self):
        order = received(make_delivered())
        returns.accept_return(order.id, reason="x", by=HOUSE, now=NOW + timedelta(days=3))

        assert counted() == [("sale", 2, 5000), ("sale", -2, -5000)]
        sale, minus = db.session.scalars(sa.select(SaleFact).order_by(SaleFact.id))
        assert minus.corrects_id == sale.id
        assert minus.occurred_on - sale.occurred_on == timedelta(days=3)


class TestAnOrderTakenForLater:
    def make(self, **given):
        return make_order(products=[make_published(to_order=True)], **given)

    def test_is_counted_when_it_is_accepted(self):
        order = self.make(quantity=3)
        assert counted() == []

        moves.accept_order(order.id, by=HOUSE, now=NOW)

        assert counted() == [("order_taken", 3, 7500)]

    def test_is_shown_as_handed_over_and_not_sold_again(self):
        received(self.make(quantity=3))

        assert counted() == [("order_taken", 3, 7500), ("handed_over", 3, 7500)]

    def test_is_corrected_by_what_is_not_handed_over(self):
        order = self.make(quantity=3)

        received(order, quantities={order.lines[0].id: 1}, reason="no more reed")

        assert counted() == [
            ("order_taken", 3, 7500),
            ("order_taken", -2, -5000),
            ("handed_over", 1, 2500),
        ]

    def test_is_taken_back_when_it_is_not_fulfilled(self):
        order = self.make(quantity=3)
        moves.accept_order(order.id, by=HOUSE, now=NOW)

        closing.close_no_shows(by=HOUSE, now=order.due_at)

        assert counted() == [("order_taken", 3, 7500), ("order_taken", -3, -7500)]

    def test_is_taken_back_whole_after_a_part_was_handed_over_and_returned(self):
        order = self.make(quantity=3)
        received(order, quantities={order.lines[0].id: 1}, reason="no more reed")

        returns.accept_return(order.id, reason="x", by=HOUSE, now=NOW)

        totals = sa.select(SaleFact.kind, sa.func.sum(SaleFact.gross_cents)).group_by(SaleFact.kind)
        assert {str(k): cents for k, cents in db.session.execute(totals)} == {
            "order_taken": 0,
            "handed_over": 0,
        }

    def test_is_counted_apart_from_what_is_in_stock(self):
        made, ready = make_published(to_order=True, lead_days=3), make_published(price_cents=1000)
        saved_change(ready, enterprise_id=made.enterprise_id)

        received(make_order(products=[made, ready], quantity=1))

        assert sorted(counted()) == [
            ("handed_over", 1, 2500),
            ("order_taken", 1, 2500),
            ("sale", 1, 1000),
        ]


class TestTheTable:
    def test_refuses_to_change_or_lose_a_row(self):
        received(make_order())

        for statement in (
            sa.update(SaleFact).values(gross_cents=1),
            sa.delete(SaleFact),
        ):
            with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
                db.session.execute(statement)

    def test_refuses_the_same_effect_twice(self):
        order = received(make_order())

        with pytest.raises(DBAPIError):
            facts.record_sale(order.id, Method.CASH, by=HOUSE, now=NOW)

    def test_does_not_move_when_product_and_price_are_edited(self):
        product = make_published()
        received(make_order(products=[product]))
        before = [tuple(row) for row in db.session.execute(sa.select(SaleFact.__table__))]

        prices.set_price(product.id, 9900, [], by=HOUSE, now=NOW)
        saved_change(product, name="Renamed", segment=Segment.FOREST)

        assert before == [tuple(row) for row in db.session.execute(sa.select(SaleFact.__table__))]


class TestDeclareTotal:
    def declared(self, **given):
        facts_of = {
            "enterprise_id": make_enterprise().id,
            "day": date(2025, 6, 30),
            "segment": Segment.FARMING,
            "channel": Channel.FAIR_STALL,
            "gross_cents": 123_456,
        }
        return facts.Declared(**facts_of | given)

    def test_counts_a_total_that_somebody_told(self):
        facts.declare_total(self.declared(), key="2025-06", by=HOUSE, now=NOW)

        fact = only()
        assert (fact.kind, fact.gross_cents, fact.confidence) == (
            *(FactKind.SALE, 123_456),
            Confidence.DECLARED,
        )
        assert (fact.occurred_on, fact.zone) == (date(2025, 6, 30), "rural")

    def test_counts_the_same_key_once(self):
        for _time in range(2):
            facts.declare_total(self.declared(), key="2025-06", by=HOUSE, now=NOW)

        assert only().key == "declared:2025-06"


def test_facts_of_an_order_agree_with_what_was_paid():
    order = received(make_accepted(quantity=3))

    total = db.session.scalar(sa.select(sa.func.sum(SaleFact.gross_cents)))
    assert total == db.session.get_one(Order, order.id).goods_cents == 7500
