"""The map of a fair's stalls: read, given to exhibitors in one act, shown to all who come."""

from datetime import date

import pytest

from marketplace.accounts.queries import person_of
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment
from marketplace.fairs import labels, plots
from marketplace.fairs.errors import NoStallsToFill
from marketplace.fairs.operations import calendar, stalls
from marketplace.fairs.plots import Landmark
from marketplace.fairs.queries import calendar as queries
from marketplace.orders.models.places import CollectionSeller
from tests.factories.accounts import make_division, make_staff
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced, make_fair

PLAN = "E 1 2\n- - 3\nP 4a -\n"


def stalls_of(fair):
    return {each.enterprise_id: each.stall for each in queries.exhibitors(fair.id)}


def groups(division, *segments):
    return [make_enterprise(division=division, segment=segment) for segment in segments]


class TestRead:
    def test_tells_stalls_landmarks_and_what_is_beside_them(self):
        plan = plots.read(PLAN)

        assert (plan.stalls, plan.columns) == (["1", "2", "3", "4A"], 3)
        assert plan.landmarks == [Landmark.ENTRANCE, Landmark.STAGE]
        beside = [plan.beside(stall) for stall in (*plan.stalls, "9")]
        assert beside == [Landmark.ENTRANCE, None, None, Landmark.STAGE, None]

    @pytest.mark.parametrize(
        "text", ["1 2 1", "1 palco", "1 " * 13, "1\n" * 21, "12345", "X", "1 \u0661"]
    )
    def test_finds_fault_with_what_is_no_map(self, text):
        assert plots.fault(text)
        plots.read(text)

    @pytest.mark.parametrize("text", ["", PLAN, "\n1 - E\n\n2 . B"])
    def test_finds_none_with_a_map(self, text):
        assert plots.fault(text) == ""


class TestFillStalls:
    def test_goes_by_segments_and_tells_the_collections(self):
        last, first = groups(make_division(), Segment.RECYCLING, Segment.CRAFTS)
        fair = make_announced(last, stall_plan=PLAN)
        calendar.exhibitors.place_exhibitor(fair.id, first.id, "50", by=HOUSE, now=NOW)

        assert stalls.fill_stalls(fair.id, by=HOUSE, now=NOW) == 2
        assert stalls_of(fair) == {first.id: "1", last.id: "2"}
        told = db.session.query(CollectionSeller).filter_by(enterprise_id=first.id).one()
        assert told.stall == "1"
        assert stalls.fill_stalls(fair.id, by=HOUSE, now=NOW) == 2
        assert stalls_of(fair) == {first.id: "1", last.id: "2"}

    def test_shares_stalls_that_are_fewer(self):
        division = make_division()
        three = groups(division, *[Segment.CRAFTS] * 3)
        fair = make_fair(division, exhibitors=three, stall_plan="7 8")

        stalls.fill_stalls(fair.id, by=HOUSE, now=NOW)

        assert sorted(stalls_of(fair).values()) == ["7", "7", "8"]

    def test_needs_a_map(self):
        with pytest.raises(NoStallsToFill):
            stalls.fill_stalls(make_fair().id, by=HOUSE, now=NOW)

    def test_is_for_staff_of_that_division(self):
        elsewhere = person_of(make_staff("articulation", make_division()).id)

        with pytest.raises(NotFound):
            stalls.fill_stalls(make_fair(stall_plan=PLAN).id, by=elsewhere, now=NOW)


def test_a_copy_has_the_same_map():
    fair = make_fair(stall_plan=PLAN)

    copy = calendar.clone_fair(fair.id, date(2027, 1, 9), by=HOUSE, now=NOW)

    assert copy.stall_plan == PLAN


class TestPages:
    def test_show_the_map_to_visitors_exhibitors_and_staff(self, client, log_in):
        user, group = make_producer()
        fair = make_announced(group, stall_plan=PLAN)
        stalls.fill_stalls(fair.id, by=HOUSE, now=NOW)
        assert labels.beside(fair, "1")

        shown = client.get(f"/feiras/{fair.slug}").text
        assert '<svg viewBox="0 0 132 132"' in shown
        assert ">4A</text>" in shown
        log_in(user)
        assert labels.beside(fair, "1") in client.get("/painel/feiras").text

    def test_staff_fill_it_in_one_press(self, client, log_in):
        group = make_enterprise()
        fair = make_fair(group.division, exhibitors=[group], stall_plan=PLAN)
        log_in(make_staff("articulation", group.division))

        assert f"/gestao/feiras/{fair.id}/bancas" in client.get(f"/gestao/feiras/{fair.id}").text
        client.post(f"/gestao/feiras/{fair.id}/bancas")
        assert stalls_of(fair) == {group.id: "1"}
