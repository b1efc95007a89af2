from datetime import date, timedelta

import pytest

from marketplace.core.rights import HOUSE
from marketplace.orders.models.places import ON_THE_SPOT, Way
from marketplace.orders.operations import collections, places
from marketplace.orders.queries import baskets, choices
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.orders import (
    at,
    choose_collection,
    make_basket,
    make_collection,
    make_delivery,
    make_order,
    make_point,
)

MONDAY = date(2026, 11, 23)  # the day of NOW


def offers_for(*products, now=NOW, **given):
    contents = baskets.contents(make_basket(*products, now=now), now)
    return choices.choices_for(contents, now, **given)


class TestCollections:
    def test_are_those_where_the_stall_is_soonest_first(self):
        product, other = make_published(), make_published()
        later = make_collection(product.enterprise, opens_at=at(9))
        sooner = make_collection(product.enterprise)
        make_collection(other.enterprise)

        (offer,) = offers_for(product).offers

        assert [at_one.collection.id for at_one in offer.collections] == [sooner.id, later.id]
        assert offer.collections[0].stall == "1"

    def test_end_with_their_closing_and_when_called_off(self):
        product = make_published()
        collection = make_collection(product.enterprise)
        assert offers_for(product, now=collection.closes_at).offers[0].collections == ()

        collections.cancel_collection(collection.id, reason="rain", by=HOUSE, now=NOW)
        assert offers_for(product).offers[0].collections == ()

    def test_show_only_windows_with_room(self):
        product = make_published(left=9)
        collection = make_collection(product.enterprise)
        full = choose_collection(collection)
        for _place in range(2):
            make_order(products=[product], choice=full)

        (offer,) = offers_for(product).offers

        assert [w.id for w in offer.collections[0].windows] == [collection.windows[1].id]

    def test_are_not_for_what_never_goes_to_a_fair(self):
        product = make_published(at_fair=False, by_delivery=True)
        make_collection(product.enterprise)

        assert offers_for(product).offers[0].collections == ()


class TestTogether:
    def test_is_the_soonest_place_where_all_will_be(self):
        first, second = make_published(), make_published()
        make_collection(first.enterprise)
        both = make_collection(first.enterprise, second.enterprise, opens_at=at(9))

        assert offers_for(first, second).default.id == both.id

    def test_is_nowhere_while_one_is_missing(self):
        first, second = make_published(), make_published()
        make_collection(first.enterprise)

        assert offers_for(first, second).default is None

    def test_is_nowhere_for_an_empty_basket(self):
        assert choices.choices_for(baskets.Contents(), NOW).default is None


class TestPoints:
    def test_are_the_next_opening_days_two_days_from_now_without_closing_days(self):
        product = make_published()
        make_point(product.enterprise)
        closed = MONDAY + timedelta(days=3)
        places.close_day(product.enterprise.division_id, closed, reason="x", by=HOUSE, now=NOW)

        (offer,) = offers_for(product).offers

        assert [day.day for day in offer.points[0].days] == [25, 27, 30, 1, 2]

    def test_wait_for_what_is_made_to_order(self):
        product = make_published(to_order=True, lead_days=10)
        make_point(product.enterprise)

        assert offers_for(product).offers[0].points[0].days[0] == MONDAY + timedelta(days=10)

    def test_are_those_in_use_of_its_own_division(self):
        product = make_published()
        point = make_point(product.enterprise)
        places.close_point(point.id, by=HOUSE, now=NOW)

        assert offers_for(product).offers[0].points == ()

    def test_are_not_for_what_only_goes_to_the_fair(self):
        product = make_published(at_point=False, by_delivery=False)
        make_point(product.enterprise)

        (offer,) = offers_for(product).offers

        assert offer.points == ()
        assert offer.only_at_fair == (product.name,)


class TestDeliveries:
    def test_cost_what_the_zone_costs_and_wait_for_what_is_made(self):
        product = make_published(to_order=True, lead_days=10, by_delivery=True)
        zone_id = make_delivery(product.enterprise, price_cents=1400, days=4)

        (to,) = offers_for(product).offers[0].deliveries

        assert (to.zone_id, to.price_cents, to.days) == (zone_id, 1400, 14)

    def test_are_only_where_every_product_can_be_sent(self):
        sent = make_published(by_delivery=True)
        kept = make_published(enterprise=sent.enterprise, by_delivery=False)
        make_delivery(sent.enterprise)

        assert offers_for(sent).offers[0].deliveries
        assert not offers_for(sent, kept).offers[0].deliveries


@pytest.mark.parametrize("way", [way for way in Way if way not in ON_THE_SPOT])
def test_only_the_ways_asked_for_are_looked_up(way):
    product = make_published(by_delivery=True)
    make_collection(product.enterprise)
    make_point(product.enterprise)
    make_delivery(product.enterprise)

    (offer,) = offers_for(product, ways=frozenset({way})).offers

    found = {
        Way.COLLECTION: bool(offer.collections),
        Way.POINT: bool(offer.points),
        Way.DELIVERY: bool(offer.deliveries),
    }
    assert found == {each: each is way for each in found}
