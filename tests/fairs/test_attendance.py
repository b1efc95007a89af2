"""Who came, and what the next call makes of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.fairs.errors import FairNotBegun, NotEligible
from marketplace.fairs.models.calls import Mark
from marketplace.fairs.operations import attendance, drawing
from marketplace.fairs.queries import calls, eligibility
from tests.factories.calls import PRIZES, apply, make_call
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced

MISSED = {"missed_in_a_row": 2}
SEPTEMBER, OCTOBER = date(2026, 9, 5), date(2026, 10, 3)


def past_fair(group, day, mark):
    """Have a fair on a day gone by at which the group had a stall, and came or not."""
    noon = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
    fair = make_announced(group, days=(day,), now=noon - timedelta(days=9))
    return attendance.take_attendance(fair.id, {group.id: mark}, by=HOUSE, now=noon)[0]


def missed_two(group):
    past_fair(group, SEPTEMBER, Mark.ABSENT)
    past_fair(group, OCTOBER, Mark.ABSENT)


class TestTakeAttendance:
    def test_begins_on_the_day_there(self):
        """5 December begins in Manaus at 4 h UTC."""
        group = make_enterprise()
        fair = make_announced(group)
        midnight = datetime(2026, 12, 5, 4, tzinfo=UTC)
        with pytest.raises(FairNotBegun):
            attendance.take_attendance(
                fair.id, {group.id: Mark.PRESENT}, by=HOUSE, now=midnight - timedelta(minutes=1)
            )

        attendance.take_attendance(fair.id, {group.id: Mark.PRESENT}, by=HOUSE, now=midnight)

        assert calls.marks(fair.id)[group.id].mark is Mark.PRESENT

    def test_keeps_the_last_word(self):
        group = make_enterprise()
        taken = past_fair(group, OCTOBER, Mark.ABSENT)

        attendance.take_attendance(taken.fair_id, {group.id: Mark.EXCUSED}, by=HOUSE, now=NOW)

        assert [each.mark for each in calls.marks(taken.fair_id).values()] == [Mark.EXCUSED]

    def test_is_of_those_with_a_stall(self):
        taken = past_fair(make_enterprise(), OCTOBER, Mark.PRESENT)

        with pytest.raises(NotFound):
            attendance.take_attendance(
                taken.fair_id, {make_enterprise().id: Mark.PRESENT}, by=HOUSE, now=NOW
            )


class TestMissedInARow:
    def test_keeps_out_who_missed_the_last_two(self):
        group = make_enterprise()
        missed_two(group)

        with pytest.raises(NotEligible, match="sits out one draw"):
            apply(make_call(group.division, rules=MISSED), group)

    @pytest.mark.parametrize("last", [Mark.PRESENT, Mark.EXCUSED])
    def test_lets_in_who_came_or_told(self, last):
        group = make_enterprise()
        past_fair(group, SEPTEMBER, Mark.ABSENT)
        past_fair(group, OCTOBER, last)

        assert apply(make_call(group.division, rules=MISSED), group).number == 1

    def test_lets_in_who_missed_one(self):
        group = make_enterprise()
        past_fair(group, OCTOBER, Mark.ABSENT)

        assert apply(make_call(group.division, rules=MISSED), group).number == 1

    def test_keeps_out_once(self):
        group = make_enterprise()
        missed_two(group)
        missed = make_call(group.division, rules=MISSED)
        drawing.draw_places(missed.fair_id, PRIZES, by=HOUSE, now=NOW + timedelta(days=6))

        assert apply(make_call(group.division, rules=MISSED), group).number == 1

    def test_asks_nothing_where_the_call_does_not(self):
        group = make_enterprise()
        missed_two(group)

        assert apply(make_call(group.division), group).number == 1


class TestAttendedPercent:
    @pytest.mark.parametrize(("asked", "barred"), [(50, False), (51, True)])
    def test_counts_the_fairs_of_a_year(self, asked, barred):
        group = make_enterprise()
        past_fair(group, SEPTEMBER, Mark.ABSENT)
        past_fair(group, OCTOBER, Mark.PRESENT)
        past_fair(group, date(2026, 8, 1), Mark.EXCUSED)
        past_fair(group, date(2025, 11, 1), Mark.ABSENT)
        call = make_call(group.division, rules={"attended_percent": asked})

        bar = eligibility.bar_of(group, call, NOW)

        assert (bar is not None) is barred

    def test_lets_in_the_new_ones(self):
        call = make_call(rules={"attended_percent": 70})

        assert apply(call).number == 1
