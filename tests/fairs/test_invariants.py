"""Each rule about places is broken once, by hand, and found."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import invariants
from marketplace.core.database import db
from marketplace.core.guards import lifted
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment
from marketplace.fairs.draw import Outcome
from marketplace.fairs.models.calls import Application, DrawnLot, MoveKind, Place, PlaceState
from marketplace.fairs.operations import places
from marketplace.fairs.queries import calendar, calls
from tests.factories.accounts import saved_change
from tests.factories.calls import DRAWN, apply, make_call, make_drawn
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_fair, make_series

BY = {"by_id": None, "now": DRAWN}


@pytest.fixture
def the_books_are_right():
    """Instead of the one that asks every invariant afterwards."""


def made_place(kind, *, reason=""):
    """Return a place that came to one of those who wait in a way of its own."""
    drawn = make_drawn(3, places=2)
    who = calls.waiting(drawn.call)[0].application.enterprise_id
    return _hold(drawn.call_id, who, kind, reason=reason)


def _hold(call_id, enterprise_id, kind, *, reason=""):
    place = Place(call_id=call_id, enterprise_id=enterprise_id, segment=Segment.CRAFTS)
    place.move(kind, reason=reason, **BY)
    db.session.add(place)
    db.session.commit()
    return place


def hold_more_than_there_is():
    place = made_place(MoveKind.GIVEN, reason="x")
    return place.call_id


def draw_more_than_there_is():
    drawn = make_drawn(3, places=2)
    with lifted("fair_lots"):
        db.session.execute(sa.update(DrawnLot).values(outcome=Outcome.OPEN))
        db.session.commit()
    return drawn.id


def hold_without_a_move():
    drawn = make_drawn(1)
    place = Place(call_id=drawn.call_id, enterprise_id=make_enterprise().id)
    place.segment, place.state = Segment.CRAFTS, PlaceState.GIVEN_UP
    db.session.add(place)
    db.session.commit()
    return place.id


def begin_by_losing_it():
    return made_place(MoveKind.GIVEN_UP).moves[0].id


def hold_what_was_given_up():
    drawn = make_drawn(1)
    (place,) = calls.held(drawn.call_id)
    saved_change(place, state=PlaceState.GIVEN_UP)
    return place.id


def be_drawn_without_a_lot():
    return made_place(MoveKind.DRAWN).moves[0].id


def be_called_up_after_a_draw():
    drawn = make_drawn(1)
    (place,) = calls.held(drawn.call_id)
    move = place.move(MoveKind.CALLED_UP, **BY)
    db.session.commit()
    return move.id


def hold_without_a_stall():
    return made_place(MoveKind.CALLED_UP).id


def stand_without_a_place():
    drawn = make_drawn(1)
    (place,) = calls.held(drawn.call_id)
    place.move(MoveKind.GIVEN_UP, **BY)
    db.session.commit()
    return calendar.exhibitors(drawn.call.fair_id)[0].id


def apply_too_late():
    call = make_call()
    apply(call)
    sent = db.session.scalars(sa.select(Application)).one()
    saved_change(sent, applied_at=call.closes_at)
    return sent.id


def apply_too_early():
    call = make_call()
    sent = apply(call)
    saved_change(sent, applied_at=call.opens_at - timedelta(seconds=1))
    return sent.id


def belong_to_a_series_abroad():
    fair = make_fair()
    saved_change(fair, series_id=make_series().id)
    return fair.id


BROKEN = {
    hold_more_than_there_is: "fairs.no_more_places_than_there_are",
    draw_more_than_there_is: "fairs.no_more_drawn_than_there_are",
    hold_without_a_move: "fairs.a_place_has_moves",
    begin_by_losing_it: "fairs.a_place_begins_by_being_given",
    hold_what_was_given_up: "fairs.a_place_is_as_its_last_move_left_it",
    be_drawn_without_a_lot: "fairs.a_drawn_place_was_drawn",
    be_called_up_after_a_draw: "fairs.who_is_called_up_waited",
    hold_without_a_stall: "fairs.who_holds_a_place_has_a_stall",
    stand_without_a_place: "fairs.who_has_a_called_stall_holds_a_place",
    apply_too_late: "fairs.who_applied_did_in_time",
    apply_too_early: "fairs.who_applied_did_in_time",
    belong_to_a_series_abroad: "fairs.edition_is_of_its_divisions_series",
}


@pytest.mark.parametrize("breaking", BROKEN, ids=lambda breaking: breaking.__name__)
def test_finds_what_breaks_it(breaking):
    row_id = breaking()

    assert invariants.broken().get(BROKEN[breaking]) == [row_id]


def test_finds_nothing_in_what_the_operations_do():
    drawn = make_drawn(5, places=3, stalls=2)
    leaver = calls.held(drawn.call_id)[0].enterprise_id
    places.give_up_place(drawn.call.fair_id, leaver, by=HOUSE, now=DRAWN)

    assert not [rule for rule in invariants.broken() if rule.startswith("fairs.")]
