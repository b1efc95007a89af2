from datetime import timedelta

import pytest

from marketplace.core.database import operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises import consequences, signals
from marketplace.orders import jobs  # noqa: F401 - enters the handlers
from marketplace.orders.errors import CollectionOver, ReasonMissing
from marketplace.orders.models.orders import State
from marketplace.orders.operations import closing, collections, moves
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_member
from tests.factories.orders import make_accepted, make_order, make_plan, reread, work
from tests.orders.test_moves import stock_of

SECOND = timedelta(seconds=1)


def lapse(now):
    return closing.lapse_unanswered(by=HOUSE, now=now)


def close(now):
    return closing.close_no_shows(by=HOUSE, now=now)


def staff(order, role="articulation", user=None):
    user = user or make_staff(role)
    return Person(user.id, frozenset({role}), frozenset({order.division_id}), role)


class TestLapseUnanswered:
    def test_ends_what_nobody_answered_by_its_term(self):
        order = make_order(products=[make_published(left=5)])

        assert lapse(order.answer_by - SECOND) == []
        assert lapse(order.answer_by) == [order.id]

        assert reread(order).state is State.LAPSED
        assert stock_of(order) == (5, 0, 0)

    def test_leaves_what_was_accepted(self):
        order = make_accepted()

        assert lapse(order.answer_by) == []

    def test_ends_each_once(self):
        order = make_order()

        assert (lapse(order.answer_by), lapse(order.answer_by)) == ([order.id], [])


class TestCloseNoShows:
    @pytest.mark.parametrize("ready", [True, False])
    def test_ends_what_nobody_collected_by_the_tolerance(self, ready):
        order = make_accepted(products=[make_published(left=5)])
        if ready:
            moves.mark_ready(order.id, by=HOUSE, now=NOW)

        assert close(order.due_at - SECOND) == []
        assert close(order.due_at) == [order.id]

        assert reread(order).state is State.NO_SHOW
        assert stock_of(order) == (5, 0, 0)

    def test_returns_the_stock_once(self):
        order = make_accepted(products=[make_published(left=5)])

        close(order.due_at)
        assert close(order.due_at) == []

        assert stock_of(order) == (5, 0, 0)


class TestCancelByStaff:
    def test_is_for_staff_of_its_division_with_a_reason(self):
        order = make_accepted()

        with pytest.raises(ReasonMissing):
            closing.cancel_by_staff(order.id, reason="", by=staff(order), now=NOW)
        closing.cancel_by_staff(order.id, reason="a flood", by=staff(order), now=NOW)

        assert reread(order).state is State.CANCELLED

    def test_is_not_for_those_who_belong_to_the_enterprise(self):
        order = make_accepted()
        user = make_staff("articulation")
        make_member(order.enterprise, user=user, access="member")

        with pytest.raises(NotFound):
            closing.cancel_by_staff(order.id, reason="x", by=staff(order, user=user), now=NOW)

    @pytest.mark.parametrize("role", ["finance", "council", "administrator"])
    def test_is_not_for_every_role(self, role):
        order = make_accepted()

        with pytest.raises(NotFound):
            closing.cancel_by_staff(order.id, reason="x", by=staff(order, role), now=NOW)


class TestASuspension:
    def test_refuses_what_was_not_accepted_and_leaves_the_rest(self):
        waiting = make_order()
        product = make_published(enterprise=waiting.enterprise)
        promised = make_accepted(products=[product])
        assert consequences.of_suspending(waiting.enterprise_id)[-2:] == [
            "1 order not answered yet is refused, and its buyer told",
            "1 accepted order stays: see that it is handed over or cancelled",
        ]

        suspend(waiting.enterprise_id)

        assert reread(waiting).state is State.REFUSED
        assert waiting.events[-1].acted_as == "house"
        assert reread(promised).state is State.ACCEPTED


def suspend(enterprise_id):
    @operation
    def announce():
        signals.enterprise_suspended.send(enterprise_id=enterprise_id, by=HOUSE, now=NOW)

    announce()


class TestCancelCollection:
    def test_takes_no_more_orders_and_a_job_cancels_those_it_has(self):
        placed, accepted = (order := make_order()), make_accepted()
        collection = order.collection

        collections.cancel_collection(collection.id, reason="heavy rain", by=HOUSE, now=NOW)
        assert not collection.takes_orders(NOW)
        work()

        assert reread(placed).state is State.CANCELLED
        assert placed.events[-1].reason == "heavy rain"
        assert reread(accepted).state is State.ACCEPTED  # of another collection

    def test_may_be_pressed_twice_but_not_changed_afterwards(self):
        collection = make_order().collection
        for _press in range(2):
            collections.cancel_collection(collection.id, reason="rain", by=HOUSE, now=NOW)

        with pytest.raises(CollectionOver):
            collections.change_collection(
                collection.id, make_plan(collection.sellers[0].enterprise), by=HOUSE, now=NOW
            )
