from datetime import date, time, timedelta

import pytest

from marketplace.accounts.models import Role
from marketplace.accounts.queries import person_of
from marketplace.core.clock import instant_of
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Standing
from marketplace.fairs.errors import (
    FairIncomplete,
    FairIsCancelled,
    NotSelling,
    ReasonNeeded,
    ReservationsCloseLate,
)
from marketplace.fairs.models.fairs import FairState
from marketplace.fairs.operations import calendar as operations
from marketplace.fairs.operations import exhibitors
from marketplace.fairs.plans import DayPlan
from marketplace.fairs.queries import calendar as queries
from marketplace.orders.models.places import Collection, CollectionSeller
from tests.factories.accounts import make_division, make_staff
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import MORNING, make_announced, make_fair, make_plan

FIFTH, SIXTH, TWELFTH = date(2026, 12, 5), date(2026, 12, 6), date(2026, 12, 12)


def collections_of(fair):
    return [db.session.get(Collection, day.collection_id) for day in fair.days]


class TestPlanFair:
    def test_is_seen_by_staff_alone(self):
        fair = make_fair()

        assert fair.state is FairState.PLANNED
        assert db.session.scalar(queries.by_slug(fair.slug)) is None

    def test_is_for_staff_of_that_division(self):
        here, elsewhere = make_division(), make_division()
        caio = make_staff(Role.ARTICULATION, elsewhere)

        with pytest.raises(NotFound):
            operations.plan_fair(here.id, make_plan(here), by=person_of(caio.id), now=NOW)

    def test_refuses_reservations_that_close_after_the_first_day(self):
        division = make_division()
        ends = instant_of(FIFTH, time(17), division.time_zone)
        operations.plan_fair(
            division.id, make_plan(division, reservations_close_at=ends), by=HOUSE, now=NOW
        )
        late = make_plan(division, reservations_close_at=ends + timedelta(seconds=1))

        with pytest.raises(ReservationsCloseLate):
            operations.plan_fair(division.id, late, by=HOUSE, now=NOW)

    def test_gives_each_fair_an_address_of_its_own(self):
        one, two = (make_fair(name="Feira do Largo") for _ in range(2))

        assert one.slug == "feira-do-largo-2026-12-05"
        assert two.slug.startswith(one.slug + "-")


class TestAnnounceFair:
    def test_opens_a_collection_for_each_day_with_the_stalls(self):
        weavers = make_enterprise()
        fair = make_announced(weavers, days=(FIFTH, SIXTH))

        first, second = collections_of(fair)
        stalls = db.session.get(CollectionSeller, (first.id, weavers.id))

        assert (first.day, second.day) == (FIFTH, SIXTH)
        assert first.closes_at == fair.reservations_close_at
        assert (first.fair_id, stalls.stall) == (fair.id, "1")
        assert [window.capacity for window in first.windows] == [40] * 9

    def test_refuses_a_fair_where_nobody_has_a_stall(self):
        with pytest.raises(FairIncomplete, match="nobody has a stall"):
            operations.announce_fair(make_fair().id, by=HOUSE, now=NOW)

    def test_is_not_for_staff_of_another_division(self):
        fair = make_fair(exhibitors=[make_enterprise()])
        caio = make_staff(Role.ARTICULATION, make_division())

        with pytest.raises(NotFound):
            operations.announce_fair(fair.id, by=person_of(caio.id), now=NOW)


class TestChangeFair:
    def test_brings_the_open_collections_up_to_date(self):
        fair = make_announced(make_enterprise())
        plan = make_plan(fair.division, place="Ponta Negra", name=fair.name)

        operations.change_fair(fair.id, plan, by=HOUSE, now=NOW)

        assert collections_of(fair)[0].place == "Ponta Negra"

    def test_moves_a_fair_to_another_day(self):
        fair = make_announced(make_enterprise())

        operations.change_fair(fair.id, make_plan(fair.division, (TWELFTH,)), by=HOUSE, now=NOW)

        assert [day.day for day in fair.days] == [TWELFTH]
        assert collections_of(fair)[0].takes_orders(NOW)

    def test_changes_the_hours_of_a_day_nobody_reserved_for(self):
        fair = make_announced(make_enterprise())
        shorter = (DayPlan(FIFTH, MORNING, time(12)),)
        closes = fair.reservations_close_at
        plan = make_plan(fair.division, reservations_close_at=closes)

        operations.change_fair(
            fair.id, plan.__class__(**vars(plan) | {"days": shorter}), by=HOUSE, now=NOW
        )

        assert collections_of(fair)[0].ends_at == instant_of(FIFTH, time(12), fair.time_zone)


class TestCancelFair:
    def test_takes_no_more_reservations_and_keeps_the_reason(self):
        fair = make_announced(make_enterprise())

        operations.cancel_fair(fair.id, "Chuva forte", by=HOUSE, now=NOW)

        assert not collections_of(fair)[0].takes_orders(NOW)
        assert queries.moves(fair.id)[-1].reason == "Chuva forte"

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_asks_why(self, reason):
        with pytest.raises(ReasonNeeded):
            operations.cancel_fair(make_fair().id, reason, by=HOUSE, now=NOW)

    def test_is_the_end_of_it(self):
        fair = make_fair()
        operations.cancel_fair(fair.id, "Chuva", by=HOUSE, now=NOW)

        with pytest.raises(FairIsCancelled):
            operations.announce_fair(fair.id, by=HOUSE, now=NOW)


class TestCloneFair:
    def test_keeps_distances_between_days_and_the_stalls(self):
        fair = make_fair(exhibitors=[make_enterprise()], days=(FIFTH, SIXTH))

        copy = operations.clone_fair(fair.id, TWELFTH, by=HOUSE, now=NOW)

        assert [day.day for day in copy.days] == [TWELFTH, date(2026, 12, 13)]
        assert copy.reservations_close_at - fair.reservations_close_at == timedelta(days=7)
        assert [shown.stall for shown in queries.exhibitors(copy.id)] == ["1"]
        assert (copy.state, copy.cloned_from_id) == (FairState.PLANNED, fair.id)

    def test_leaves_out_who_is_not_approved_any_more(self):
        weavers = make_enterprise()
        fair = make_fair(weavers.division, exhibitors=[weavers])
        weavers.standing = Standing.SUSPENDED
        db.session.commit()

        copy = operations.clone_fair(fair.id, TWELFTH, by=HOUSE, now=NOW)

        assert queries.exhibitors(copy.id) == []


class TestPlaceExhibitor:
    def test_lets_two_share_a_stall(self):
        one, two = make_enterprise(), make_enterprise()
        fair = make_fair(one.division)

        for enterprise in (one, two):
            exhibitors.place_exhibitor(fair.id, enterprise.id, "7", by=HOUSE, now=NOW)

        assert [shown.stall for shown in queries.exhibitors(fair.id)] == ["7", "7"]

    def test_moves_one_that_has_a_stall_already(self):
        weavers = make_enterprise()
        fair = make_announced(weavers)

        exhibitors.place_exhibitor(fair.id, weavers.id, "12", by=HOUSE, now=NOW)

        seller = db.session.get(CollectionSeller, (fair.days[0].collection_id, weavers.id))
        assert seller.stall == "12"

    def test_refuses_who_is_not_approved(self):
        draft = make_enterprise(standing=Standing.DRAFT)

        with pytest.raises(NotSelling):
            exhibitors.place_exhibitor(
                make_fair(draft.division).id, draft.id, "1", by=HOUSE, now=NOW
            )

    def test_lists_stalls_by_number(self):
        fair = make_fair()
        for stall in ("12", "B", "3"):
            exhibitors.place_exhibitor(fair.id, make_enterprise().id, stall, by=HOUSE, now=NOW)

        assert [shown.stall for shown in queries.exhibitors(fair.id)] == ["3", "12", "B"]


class TestRemoveExhibitor:
    def test_frees_the_stall(self):
        weavers = make_enterprise()
        fair = make_fair(weavers.division, exhibitors=[weavers])

        exhibitors.remove_exhibitor(fair.id, weavers.id, by=HOUSE, now=NOW)

        assert queries.exhibitors(fair.id) == []

    def test_says_so_when_it_has_none(self):
        with pytest.raises(NotFound):
            exhibitors.remove_exhibitor(make_fair().id, make_enterprise().id, by=HOUSE, now=NOW)
