"""Fairs to test with: planned through the operations, like any other."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from marketplace.accounts.models import Division
from marketplace.core.clock import instant_of, today
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.note_counts import NoteCount
from marketplace.fairs.models.notes import NoteKind, NoteMove
from marketplace.fairs.models.series import FairSeries
from marketplace.fairs.models.venues import Fit, Venue, VenueVisit
from marketplace.fairs.operations import calendar as operations
from marketplace.fairs.operations import closing, series, venues
from marketplace.fairs.operations.exhibitors import place_exhibitor
from marketplace.fairs.operations.note_counts import BoxCount, count_box
from marketplace.fairs.operations.notes import NotesPlan, move_notes
from marketplace.fairs.plans import DayPlan, FairPlan, SeriesPlan, VenuePlan
from tests.factories.accounts import make_division
from tests.factories.clock import NOW

_serial = count(1)
MORNING, EVENING = time(8), time(17)


def make_plan(
    division: Division, days: tuple[date, ...] = (date(2026, 12, 5),), **given: Any
) -> FairPlan:
    """Return a plan: 5 December 2026, 8 h to 17 h, reservations until the evening before."""
    first = min(days)
    closes = instant_of(first - timedelta(days=1), time(18), division.time_zone)
    return FairPlan(
        **{
            "name": f"Feira {next(_serial)}",
            "place": "Largo de São Sebastião",
            "municipality_code": division.municipality_code,
            "reservations_close_at": closes,
            "days": tuple(DayPlan(day, MORNING, EVENING) for day in days),
        }
        | given
    )


def make_fair(
    division: Division | None = None,
    *,
    exhibitors: list[Enterprise] | tuple[Enterprise, ...] = (),
    now: datetime = NOW,
    **given: Any,
) -> Fair:
    """Return a planned fair; each exhibitor gets a stall of its own, from 1 on."""
    division = division or make_division()
    fair = operations.plan_fair(division.id, make_plan(division, **given), by=HOUSE, now=now)
    for number, enterprise in enumerate(exhibitors, 1):
        place_exhibitor(fair.id, enterprise.id, str(number), by=HOUSE, now=now)
    return fair


def make_series(
    division: Division | None = None, *, now: datetime = NOW, **given: Any
) -> FairSeries:
    """Return a series without an edition, every two months."""
    plan = SeriesPlan(**{"name": f"Feiras {next(_serial)}"} | given)
    return series.start_series((division or make_division()).id, plan, by=HOUSE, now=now)


def make_venue(division: Division | None = None, *, now: datetime = NOW, **given: Any) -> Venue:
    """Return a potential place of a Division."""
    plan = VenuePlan(**{"name": f"Praça {next(_serial)}"} | given)
    return venues.add_venue((division or make_division()).id, plan, by=HOUSE, now=now)


def make_notes(
    division: Division,
    cents: int = 100_00,
    *,
    fair: Fair | None = None,
    by: Person = HOUSE,
    now: datetime = NOW,
    **given: Any,
) -> NoteMove:
    """Give out notes of a social currency, or take some back."""
    told: dict[str, Any] = {"kind": NoteKind.ISSUED, "fair_id": fair and fair.id} | given
    plan, key = NotesPlan(amount_cents=cents, **told), f"notes-{next(_serial)}"
    return move_notes(division.id, plan, key=key, by=by, now=now)


def make_count(
    division: Division, cents: int, *, by: Person = HOUSE, now: datetime = NOW, **given: Any
) -> NoteCount:
    """Count the box of reais that backs the notes of a Division."""
    told, key = BoxCount(cents, **given), f"count-{next(_serial)}"
    return count_box(division.id, told, key=key, by=by, now=now)


def make_visit(
    division: Division | None = None, *, now: datetime = NOW, **given: Any
) -> VenueVisit:
    """Return a visit of that day to a potential place, which it suits."""
    venue = make_venue(division, now=now)
    told = {"fit": Fit.GOOD, "words": "Tem sombra e água."} | given
    day = today(venue.division.time_zone, now)
    return venues.note_visit(venue.id, day, **told, by=HOUSE, now=now)


def make_announced(*exhibitors: Enterprise, now: datetime = NOW, **given: Any) -> Fair:
    """Return a fair of the exhibitors' Division that takes reservations."""
    fair = make_fair(exhibitors[0].division, exhibitors=exhibitors, now=now, **given)
    return operations.announce_fair(fair.id, by=HOUSE, now=now)


def make_closed(*exhibitors: Enterprise, now: datetime, days: int = 2) -> Fair:
    """Return a fair in so many days; reservations ended an hour ago, and its lists are made."""
    fair = make_closing(*exhibitors, closes_at=now - timedelta(hours=1), days=days)
    closing.close_reservations(fair.id, by=HOUSE, now=now)
    return fair


def make_closing(*exhibitors: Enterprise, closes_at: datetime, days: int = 2) -> Fair:
    """Return an announced fair so many days after its reservations end."""
    day = today(exhibitors[0].division.time_zone, closes_at) + timedelta(days=days)
    given = {"days": (day,), "reservations_close_at": closes_at}
    return make_announced(*exhibitors, now=closes_at - timedelta(days=9), **given)
