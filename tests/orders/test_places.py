from datetime import timedelta

import pytest

from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.orders.errors import DaysWrong, HoursWrong, PriceWrong, ReasonMissing
from marketplace.orders.models.places import Way
from marketplace.orders.operations import places
from marketplace.orders.operations.checkout import Choice
from tests.factories.accounts import make_division, make_municipality, make_staff, make_zone
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import at, make_delivery, make_order, make_point, reread

BY = {"by": HOUSE, "now": NOW}
WEDNESDAY = NOW.date() + timedelta(days=2)


class TestServicePoints:
    def test_are_kept_with_their_hours(self):
        point = make_point(make_enterprise(), hours={"3": ["8:00", "14:30"]})

        assert point.hours == {"3": ["08:00", "14:30"]}

    @pytest.mark.parametrize(
        "hours", [{}, {"8": ["08:00", "14:00"]}, {"1": ["14:00", "08:00"]}, {"1": ["late", "x"]}]
    )
    def test_refuse_hours_that_cannot_be(self, hours):
        with pytest.raises(HoursWrong):
            make_point(make_enterprise(), hours=hours)

    def test_are_changed_by_staff_of_their_division(self):
        point = make_point(make_enterprise())
        told = {"name": "Novo", "address": "Rua Dois", "hours": {"1": ["08:00", "12:00"]}}
        staff = Person(make_staff("head").id, frozenset({"head"}), frozenset({point.division_id}))

        assert places.change_point(point.id, **told, by=staff, now=NOW).name == "Novo"
        with pytest.raises(NotFound):
            places.change_point(point.id, **told, by=VISITOR, now=NOW)


class TestCloseDay:
    def make(self):
        product = make_published()
        point = make_point(product.enterprise)
        choice = Choice(Way.POINT, point_id=point.id, collect_on=WEDNESDAY)
        return make_order(products=[product], choice=choice)

    def test_lets_the_orders_of_that_day_wait_for_the_next_opening_day(self):
        order = self.make()
        thursday, friday = WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=2)
        places.close_day(order.division_id, thursday, reason="holiday", **BY)

        assert places.close_day(order.division_id, WEDNESDAY, reason="flood", **BY) == 1

        assert reread(order).collect_on == friday
        assert order.due_at == at(15, friday)
        assert order.events[-1].kind == "day_changed"

    def test_needs_a_reason(self):
        with pytest.raises(ReasonMissing):
            places.close_day(make_division().id, WEDNESDAY, reason="", **BY)

    def test_may_be_said_again_and_taken_back(self):
        order = self.make()
        for reason in ("flood", "high water"):
            places.close_day(order.division_id, WEDNESDAY, reason=reason, **BY)
        places.reopen_day(order.division_id, WEDNESDAY, **BY)

        assert make_order_on(order.point, WEDNESDAY).collect_on == WEDNESDAY


class TestSetDeliveryPrice:
    def test_leaves_orders_already_placed_as_they_were(self):
        product = make_published(by_delivery=True)
        zone_id = make_delivery(product.enterprise, price_cents=1400)
        to = Choice(Way.DELIVERY, zone_id=zone_id, address="Rua das Flores, 10")
        order = make_order(products=[product], choice=to)

        places.set_delivery_price(zone_id, price_cents=2000, days=3, **BY)

        assert reread(order).delivery_cents == 1400

    @pytest.mark.parametrize(
        ("price", "days", "refusal"),
        [(-1, 1, PriceWrong), (1000_01, 1, PriceWrong), (0, 0, DaysWrong), (0, 61, DaysWrong)],
    )
    def test_refuses_what_is_out_of_range(self, price, days, refusal):
        with pytest.raises(refusal):
            make_delivery(make_enterprise(), price_cents=price, days=days)

    def test_is_for_zones_of_its_own_municipality(self):
        elsewhere = make_zone(municipality_code=make_municipality(code=1100106).code)
        division = make_division()
        staff = Person(make_staff("head").id, frozenset({"head"}), frozenset({division.id}))

        with pytest.raises(NotFound):
            places.set_delivery_price(elsewhere.id, price_cents=0, days=1, by=staff, now=NOW)


def make_order_on(point, day):
    product = make_published()
    return make_order(
        products=[product], choice=Choice(Way.POINT, point_id=point.id, collect_on=day)
    )
