from datetime import timedelta

import pytest

from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.orders.errors import HoursWrong, SellerHasOrders, WindowTaken
from marketplace.orders.models.orders import State
from marketplace.orders.operations import closing, collections
from marketplace.orders.operations.collections import WindowPlan
from tests.factories.accounts import make_staff
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import at, make_collection, make_order, make_plan, reread

BY = {"by": HOUSE, "now": NOW}


class TestEvenWindows:
    def test_cuts_the_day_and_ends_with_it(self):
        windows = collections.even_windows(at(8), at(10), minutes=90, capacity=3)

        assert [(w.starts_at, w.ends_at, w.capacity) for w in windows] == [
            (at(8), at(8) + timedelta(minutes=90), 3),
            (at(8) + timedelta(minutes=90), at(10), 3),
        ]


class TestOpenCollection:
    def test_is_for_staff_of_the_division(self):
        enterprise = make_enterprise()
        plan = make_plan(enterprise)
        staff = make_staff("articulation").id
        own = Person(staff, frozenset({"articulation"}), frozenset({enterprise.division_id}))
        other = Person(staff, frozenset({"articulation"}), frozenset({10**6}))

        assert collections.open_collection("fair_day", 1, plan, by=own, now=NOW).id
        for stranger in (other, VISITOR):
            with pytest.raises(NotFound):
                collections.open_collection("fair_day", 2, plan, by=stranger, now=NOW)

    @pytest.mark.parametrize("hours", [{"ends_at": at(8)}, {"closes_at": at(18)}])
    def test_refuses_hours_that_cannot_be(self, hours):
        plan = make_plan(make_enterprise(), windows=(), **hours)

        with pytest.raises(HoursWrong):
            collections.open_collection("fair_day", 1, plan, **BY)


class TestChangeCollection:
    def test_lets_open_orders_wait_until_the_new_end(self):
        order = make_order()
        plan = make_plan(order.enterprise, ends_at=at(18), windows=windows_of(order.collection))

        collections.change_collection(order.collection_id, plan, **BY)

        assert reread(order).due_at == at(19)

    def test_keeps_windows_that_people_chose(self):
        order = make_order()
        chosen = order.collection.windows[0]

        plan = make_plan(order.enterprise, windows=())
        with pytest.raises(WindowTaken):
            collections.change_collection(order.collection_id, plan, **BY)

        one_place = (WindowPlan(chosen.starts_at, chosen.ends_at, 1),)
        plan = make_plan(order.enterprise, windows=one_place)
        collection = collections.change_collection(order.collection_id, plan, **BY)
        assert [(w.capacity, w.taken) for w in collection.windows] == [(1, 1)]

    def test_drops_a_window_that_only_a_failed_order_had_chosen(self):
        order = make_order()
        closing.cancel_by_staff(order.id, reason="x", **BY)

        plan = make_plan(order.enterprise, windows=())
        assert collections.change_collection(order.collection_id, plan, **BY).windows == []
        assert reread(order).window_id is None

    def test_leaves_what_has_ended_as_it_was(self):
        collection = make_collection(make_enterprise())
        plan = make_plan(make_enterprise(), title="Another name")

        changed = collections.change_collection(collection.id, plan, by=HOUSE, now=at(17))

        assert changed.title == "Feira de Natal"


class TestSetSellers:
    def test_replaces_who_is_there(self):
        first, second = make_enterprise(), make_enterprise()
        collection = make_collection(first)

        collections.set_sellers(collection.id, {second.id: "9"}, **BY)

        assert [(s.enterprise_id, s.stall) for s in collection.sellers] == [(second.id, "9")]

    def test_keeps_those_whom_buyers_will_look_for(self):
        order = make_order()

        with pytest.raises(SellerHasOrders, match=order.enterprise.name):
            collections.set_sellers(order.collection_id, {}, **BY)

        assert reread(order).state is State.PLACED


def windows_of(collection):
    return tuple(WindowPlan(w.starts_at, w.ends_at, w.capacity) for w in collection.windows)
