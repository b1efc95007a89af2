"""The draw as it is kept, places given up and called up, and what staff does beside the draw."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from marketplace.accounts.queries import person_of
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.enterprises.models import Segment, Standing
from marketplace.fairs import draw
from marketplace.fairs.draw import Outcome
from marketplace.fairs.errors import (
    AlreadyDrawn,
    CallStillOpen,
    FairHasBegun,
    HasPlace,
    LotteryNotDrawn,
    NoPlaceLeft,
    NotDrawn,
    PlacesAreDrawn,
    ReasonNeeded,
)
from marketplace.fairs.models.calls import DrawnLot, MoveKind, PlaceState
from marketplace.fairs.operations import drawing, exhibitors, places
from marketplace.fairs.queries import calendar, calls
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_staff, saved_change
from tests.factories.calls import CLOSES, DRAWN, LOTTERY_ON, PRIZES, apply, make_call, make_drawn
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_member, make_producer

AT = {"by": HOUSE, "now": DRAWN}
WHY = "Veio de longe"


def holders(call_id):
    return sorted(place.enterprise_id for place in calls.held(call_id))


def in_line(drawn):
    """Return the enterprises that waited, first in line first."""
    lots = [lot for lot in calls.lots(drawn.id) if lot.outcome is Outcome.WAITING]
    return [lot.application.enterprise_id for lot in lots]


def shown(drawn):
    return {each.enterprise_id: each.stall for each in calendar.exhibitors(drawn.call.fair_id)}


class TestDrawPlaces:
    def test_gives_each_place_once_and_a_stall_to_each(self):
        drawn = make_drawn(5, places=3, stalls=2)

        assert len(holders(drawn.call_id)) == 3
        assert sorted(shown(drawn)) == holders(drawn.call_id)
        assert sorted(shown(drawn).values()) == ["1", "1", "2"]

    def test_is_what_the_pure_draw_says_of_the_published_seed(self):
        drawn = make_drawn(6, places=2)
        slug = drawn.call.fair.slug
        line = [draw.Applicant(number, "artesanato") for number in range(1, 7)]

        assert drawn.seed == f"{slug}-06021-033582-086141-037449-057026-087136"
        assert [(lot.number, lot.digest, lot.outcome) for lot in calls.lots(drawn.id)] == [
            (lot.applicant.number, lot.digest, lot.outcome)
            for lot in draw.draw(line, 2, {}, drawn.seed)
        ]

    def test_waits_for_the_closing(self):
        call = make_call()

        with pytest.raises(CallStillOpen):
            drawing.draw_places(
                call.fair_id, PRIZES, by=HOUSE, now=CLOSES.replace(hour=13, minute=59)
            )

    def test_waits_for_the_day_of_the_lottery_there(self):
        """23:59 of the day before in Manaus is 3:59 UTC of the lottery's own day."""
        call = make_call()
        with pytest.raises(LotteryNotDrawn):
            drawing.draw_places(
                call.fair_id, PRIZES, by=HOUSE, now=datetime(2026, 11, 28, 3, 59, tzinfo=UTC)
            )

        drawing.draw_places(
            call.fair_id, PRIZES, by=HOUSE, now=datetime(2026, 11, 28, 4, tzinfo=UTC)
        )
        assert LOTTERY_ON.day == 28

    def test_is_made_once(self):
        drawn = make_drawn()

        with pytest.raises(AlreadyDrawn):
            drawing.draw_places(drawn.call.fair_id, PRIZES, **AT)

    def test_is_frozen(self):
        drawn = make_drawn()

        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            db.session.execute(sa.update(DrawnLot).values(position=1))
        db.session.rollback()
        assert len(calls.lots(drawn.id)) == 4

    def test_leaves_out_who_lost_the_right_meanwhile(self):
        call = make_call()
        group = apply(call).enterprise
        saved_change(group, standing=Standing.SUSPENDED)

        drawn = drawing.draw_places(call.fair_id, PRIZES, **AT)

        (lot,) = calls.lots(drawn.id)
        assert (lot.outcome, lot.rule, lot.position) == (Outcome.EXCLUDED, "approved", 0)
        assert holders(call.id) == []

    def test_puts_first_who_was_left_out_before(self):
        before = make_drawn(5, places=4)
        (left_out,) = in_line(before)
        division = before.call.fair.division
        call = make_call(division, places=1)
        for enterprise_id in (*holders(before.call_id), left_out):
            apply(call, calls.application(before.call_id, enterprise_id).enterprise)

        drawn = drawing.draw_places(call.fair_id, PRIZES, by=HOUSE, now=DRAWN.replace(hour=14))

        assert holders(call.id) == [left_out]
        assert [lot.credit for lot in calls.lots(drawn.id)] == [1, 0, 0, 0, 0]

    def test_is_not_for_who_belongs_to_one_that_applied(self):
        call = make_call()
        group = apply(call).enterprise
        staff = make_staff("head", group.division)
        make_member(group, user=staff)

        with pytest.raises(OwnEnterprise):
            drawing.draw_places(call.fair_id, PRIZES, by=person_of(staff.id), now=DRAWN)

    def test_tells_all_who_applied(self):
        call = make_call(places=1)
        people = [make_producer(division=call.fair.division) for _ in range(2)]
        for _user, group in people:
            apply(call, group)

        drawing.draw_places(call.fair_id, PRIZES, **AT)

        told = db.session.scalars(sa.select(Notice.kind).where(Notice.kind != "fair_call"))
        assert sorted(told) == ["place_drawn", "place_waiting"]


class TestGiveUpPlace:
    def test_calls_the_next_in_line(self):
        drawn = make_drawn(4, places=2)
        leaver, (first, second) = holders(drawn.call_id)[0], in_line(drawn)

        places.give_up_place(drawn.call.fair_id, leaver, **AT)

        assert first in holders(drawn.call_id)
        assert {leaver, second}.isdisjoint(holders(drawn.call_id))
        assert sorted(shown(drawn)) == holders(drawn.call_id)
        kinds = [move.kind for move in calls.place(drawn.call_id, first).moves]
        assert kinds == [MoveKind.CALLED_UP]

    def test_calls_one_of_the_segment_whose_quota_is_short(self):
        call = make_call(places=2, quotas={"mandioca": 1})
        cassava = [
            make_enterprise(segment=Segment.CASSAVA, division=call.fair.division) for _ in range(2)
        ]
        for group in cassava:
            apply(call, group)
        for _ in range(6):
            apply(call)
        drawing.draw_places(call.fair_id, PRIZES, **AT)
        (had,) = [place for place in calls.held(call.id) if place.segment is Segment.CASSAVA][:1]
        other = next(group.id for group in cassava if group.id != had.enterprise_id)

        places.give_up_place(call.fair_id, had.enterprise_id, **AT)

        assert other in holders(call.id)

    def test_leaves_the_place_free_where_nobody_waits(self):
        drawn = make_drawn(2, places=2)

        places.give_up_place(drawn.call.fair_id, holders(drawn.call_id)[0], **AT)

        assert len(holders(drawn.call_id)) == 1

    def test_leaves_the_line(self):
        drawn = make_drawn(4, places=2)
        first, second = in_line(drawn)
        places.give_up_place(drawn.call.fair_id, first, **AT)

        places.give_up_place(drawn.call.fair_id, holders(drawn.call_id)[0], **AT)

        assert second in holders(drawn.call_id)
        assert first not in holders(drawn.call_id)

    def test_does_not_call_who_gave_a_place_up(self):
        drawn = make_drawn(3, places=2)
        one, two = holders(drawn.call_id)
        for leaver in (one, two):
            places.give_up_place(drawn.call.fair_id, leaver, **AT)

        assert holders(drawn.call_id) == in_line(drawn)
        called = calls.place(drawn.call_id, *in_line(drawn))
        assert [move.kind for move in called.moves] == [MoveKind.CALLED_UP]
        with pytest.raises(NotFound):
            places.give_up_place(drawn.call.fair_id, one, **AT)

    def test_is_too_late_once_the_fair_began(self):
        drawn = make_drawn(2)
        begins = datetime(2026, 12, 5, 12, tzinfo=UTC)

        with pytest.raises(FairHasBegun):
            places.give_up_place(
                drawn.call.fair_id, holders(drawn.call_id)[0], by=HOUSE, now=begins
            )


class TestGivePlace:
    def test_takes_the_place_of_another_with_a_reason(self):
        drawn = make_drawn(4, places=2)
        kept, lost = holders(drawn.call_id)
        last = in_line(drawn)[-1]

        places.give_place(drawn.call.fair_id, last, WHY, instead_of=lost, **AT)

        assert holders(drawn.call_id) == sorted([kept, last])
        (move,) = calls.place(drawn.call_id, last).moves
        assert (move.kind, move.reason) == (MoveKind.GIVEN, WHY)
        assert calls.place(drawn.call_id, lost).state is PlaceState.TAKEN_BACK

    def test_never_gives_more_places_than_there_are(self):
        drawn = make_drawn(3, places=2)

        with pytest.raises(NoPlaceLeft):
            places.give_place(drawn.call.fair_id, in_line(drawn)[0], WHY, **AT)

    def test_may_give_a_free_one_to_who_did_not_apply(self):
        drawn = make_drawn(1, places=2)
        guest = make_enterprise(division=drawn.call.fair.division)

        places.give_place(drawn.call.fair_id, guest.id, WHY, **AT)

        assert guest.id in holders(drawn.call_id)

    def test_asks_why(self):
        drawn = make_drawn(1)

        with pytest.raises(ReasonNeeded):
            places.give_place(drawn.call.fair_id, make_enterprise().id, " ", **AT)

    def test_gives_no_second_one(self):
        drawn = make_drawn(1)

        with pytest.raises(HasPlace):
            places.give_place(drawn.call.fair_id, holders(drawn.call_id)[0], WHY, **AT)

    def test_comes_after_the_draw(self):
        call = make_call()

        with pytest.raises(NotDrawn):
            places.give_place(call.fair_id, make_enterprise().id, WHY, by=HOUSE, now=NOW)


class TestTakeBackPlace:
    def test_calls_the_next_in_line(self):
        drawn = make_drawn(3, places=2)
        lost, _kept = holders(drawn.call_id)

        places.take_back_place(drawn.call.fair_id, lost, "Documento vencido", **AT)

        assert set(in_line(drawn)) <= set(holders(drawn.call_id))
        assert lost not in holders(drawn.call_id)

    def test_needs_one_that_is_held(self):
        drawn = make_drawn(3, places=2)

        with pytest.raises(NotFound):
            places.take_back_place(drawn.call.fair_id, in_line(drawn)[0], WHY, **AT)

    def test_is_the_only_way_for_staff_to_clear_a_stall(self):
        drawn = make_drawn(3, places=2)

        with pytest.raises(PlacesAreDrawn):
            exhibitors.remove_exhibitor(drawn.call.fair_id, holders(drawn.call_id)[0], **AT)
