"""Calls for places to test with: opened, applied to and drawn through the operations."""

from datetime import date, datetime, timedelta
from typing import Any

from marketplace.accounts.models import Division
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.calls import Application, Call, Draw
from marketplace.fairs.operations import applications, calls, drawing
from marketplace.fairs.plans import CallPlan
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_fair

CLOSES = NOW + timedelta(days=2)  # Wednesday 25 November, 10 h in Manaus
LOTTERY_ON = date(2026, 11, 28)
DRAWN = datetime.fromisoformat("2026-11-29T13:00:00+00:00")
PRIZES = ("033582", "086141", "037449", "057026", "087136")


def make_call(division: Division | None = None, *, now: datetime = NOW, **given: Any) -> Call:
    """Return an open call for two places at two stalls of a fair on 5 December."""
    fair = given.pop("fair", None) or make_fair(division)
    places = given.get("places", 2)
    plan = {
        "places": places,
        "stalls": places,
        "opens_at": now,
        "closes_at": CLOSES,
        "lottery_number": 6021,
        "lottery_on": LOTTERY_ON,
    }
    return calls.set_call(fair.id, CallPlan(**plan | given), by=HOUSE, now=now)


def apply(
    call: Call, enterprise: Enterprise | None = None, *, now: datetime = NOW, **given: Any
) -> Application:
    """Return an application of an enterprise: a new one of the Division unless given."""
    enterprise = enterprise or make_enterprise(division=call.fair.division)
    sent = {"segment": enterprise.segment, "brings": "Cestos e redes", "shares": True}
    return applications.apply(call.fair_id, enterprise.id, **sent | given, by=HOUSE, now=now)


def make_drawn(many: int = 4, *, now: datetime = DRAWN, **given: Any) -> Draw:
    """Return the draw of a call to which so many enterprises applied."""
    call = make_call(**given)
    for _each in range(many):
        apply(call)
    return drawing.draw_places(call.fair_id, PRIZES, by=HOUSE, now=now)


def make_soon(enterprise: Enterprise, *, drawn: bool = False, now: datetime) -> Call:
    """Return a call to which an enterprise and two more applied: opens now, closes in ten days.

    The fair is in thirty days; ``drawn`` has it drawn, as on the day after the lottery's.
    """
    day = (now + timedelta(days=30)).date()
    call = make_call(
        fair=make_fair(enterprise.division, days=(day,), rules="Cada preço fica à vista.", now=now),
        quotas={enterprise.segment.value: 1},
        rules={"missed_in_a_row": 2},
        closes_at=now + timedelta(days=10),
        lottery_on=(now + timedelta(days=12)).date(),
        now=now,
    )
    for each in (enterprise, None, None):
        apply(call, each, accepts_rules=True, now=now)
    if drawn:
        then = now + timedelta(days=13)
        drawing.draw_places(call.fair_id, PRIZES, by=HOUSE, now=then)
    return call
