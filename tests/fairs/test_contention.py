"""Several at once: numbers of applications, the last place, and who is called."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment
from marketplace.fairs.operations import applications, drawing, places
from marketplace.fairs.queries import calendar, calls
from tests.factories.calls import DRAWN, PRIZES, apply, make_call, make_drawn
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

THREADS = 6
AT = {"by": HOUSE, "now": DRAWN}


@pytest.fixture
def at_once(open_house):
    """Run calls at the same time, each with a session of its own, and return what came of each."""

    def run(acts):
        db.session.remove()

        def one(act):
            with open_house.app_context():
                try:
                    act()
                except DomainError as error:
                    return type(error).__name__
                return "done"

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(one, acts))

    return run


def test_each_application_gets_a_number_of_its_own(at_once):
    call = make_call()
    call_id, fair_id = call.id, call.fair_id
    groups = [make_enterprise(division=call.fair.division).id for _ in range(THREADS)]
    sent = {"segment": Segment.CRAFTS, "brings": "Redes", "shares": True}

    said = at_once(
        lambda group=group: applications.apply(fair_id, group, **sent, by=HOUSE, now=NOW)
        for group in groups
    )

    assert said == ["done"] * THREADS
    assert [each.number for each in calls.applications(call_id)] == list(range(1, THREADS + 1))


def test_a_draw_is_made_once(at_once):
    call = make_call()
    call_id, fair_id = call.id, call.fair_id
    for _ in range(3):
        apply(call)

    said = at_once([lambda: drawing.draw_places(fair_id, PRIZES, **AT)] * THREADS)

    assert sorted(said) == ["AlreadyDrawn"] * (THREADS - 1) + ["done"]
    assert len(calls.held(call_id)) == 2


def test_all_who_leave_at_once_call_others_and_never_too_many(at_once):
    drawn = make_drawn(6, places=3)
    call_id, fair_id = drawn.call_id, drawn.call.fair_id
    leave = [place.enterprise_id for place in calls.held(call_id)]
    waited = {lot.application.enterprise_id for lot in calls.waiting(drawn.call)}

    said = at_once(
        lambda group=group: places.give_up_place(fair_id, group, **AT) for group in leave
    )

    assert said == ["done"] * 3
    assert {place.enterprise_id for place in calls.held(call_id)} == waited
    assert {each.enterprise_id for each in calendar.exhibitors(fair_id)} == waited


def test_the_last_place_is_given_once(at_once):
    drawn = make_drawn(2, places=3)
    call_id, fair_id = drawn.call_id, drawn.call.fair_id
    groups = [make_enterprise(division=drawn.call.fair.division).id for _ in range(THREADS)]

    said = at_once(
        lambda group=group: places.give_place(fair_id, group, "Convidado", **AT) for group in groups
    )

    assert sorted(said) == ["NoPlaceLeft"] * (THREADS - 1) + ["done"]
    assert len(calls.held(call_id)) == 3
