"""What a Division looks back on: fairs that were held, who came to them, and what it aims at."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from bench import bulk
from bench.bulk import Row
from bench.goods import Maker
from marketplace.desks.years import FIRST
from marketplace.fairs.models.calls import Attendance, Mark
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay, FairMove, FairState
from marketplace.orders.models.places import Collection
from marketplace.reports.models.targets import Target

DAYS, FAIR_EVERY = 728, 15
FAIRS = -(-DAYS // FAIR_EVERY)
STALLS = 40
DIVISION, MANAUS = 1, 1302603


def first_day(now: datetime) -> date:
    """Return the first of the two years of days that end with yesterday."""
    return (now - timedelta(days=DAYS)).date()


def enter(connection: sa.Connection, makers: list[Maker], by_id: int, now: datetime) -> None:
    """Enter a fair of a day every fortnight, the first fairs of a new database, and targets."""
    days = [first_day(now) + timedelta(days=FAIR_EVERY * n) for n in range(FAIRS)]
    held = list(enumerate(days, start=1))
    stands = [stand for number, _day in held for stand in _stands(number, makers)]
    tables: dict[Any, Iterator[Row]] = {
        Fair: (_fair(*pair, now) for pair in held),
        FairMove: (_announced(number, now) for number, _day in held),
        Collection: (_collection(*pair, now) for pair in held),
        FairDay: (_fair_day(*pair) for pair in held),
        Exhibitor: ({"stall": str(at), **who} for at, who in enumerate(stands, start=1)),
        Attendance: (_came(who, now) for who in stands),
    }
    for table, rows in tables.items():
        bulk.enter(connection, table, rows)
    years = range(first_day(now).year, now.year + 1)
    aims = [_target(key, year, by_id, now) for key in FIRST for year in years]
    connection.execute(sa.insert(Target), aims)


def _fair(number: int, day: date, now: datetime) -> Row:
    return {
        "division_id": DIVISION,
        "slug": f"bench-{number}",
        "name": f"Feira Bench {number}",
        "place": "Largo de São Sebastião",
        "municipality_code": MANAUS,
        "programme": [],
        "state": FairState.ANNOUNCED,
        "reservations_close_at": _instant(day, 7, now),
        "made_at": now,
    }


def _announced(number: int, now: datetime) -> Row:
    return {"fair_id": number, "state": FairState.ANNOUNCED, "moved_at": now}


def _collection(number: int, day: date, now: datetime) -> Row:
    return {
        "division_id": DIVISION,
        "subject_type": "fair_day",
        "subject_id": number,
        "fair_id": number,
        "title": f"Feira Bench {number}",
        "path": f"/feiras/bench-{number}",
        "place": "Largo de São Sebastião",
        "municipality_code": MANAUS,
        "day": day,
        "opens_at": _instant(day, 12, now),
        "ends_at": _instant(day, 21, now),
        "closes_at": _instant(day, 7, now),
        "closed_at": _instant(day, 22, now),
    }


def _fair_day(number: int, day: date) -> Row:
    told = {"fair_id": number, "collection_id": number, "day": day}
    return told | {"opens": time(8), "closes": time(17)}


def _stands(number: int, makers: list[Maker]) -> Iterator[Row]:
    """Yield who stands at a fair; all take turns."""
    stalls = min(STALLS, len(makers))
    for at in range(stalls):
        maker = makers[(number * stalls + at) % len(makers)]
        yield {"fair_id": number, "enterprise_id": maker.id}


def _came(who: Row, now: datetime) -> Row:
    mark = Mark.ABSENT if who["enterprise_id"] % 10 == 0 else Mark.PRESENT
    return {**who, "mark": mark, "marked_at": now}


def _target(indicator: str, year: int, by_id: int, now: datetime) -> Row:
    told = {"division_id": DIVISION, "indicator": indicator, "year": year, "hundredths": 5000}
    return told | {"reason": "bench", "set_at": now, "set_by_id": by_id}


def _instant(day: date, hour: int, now: datetime) -> datetime:
    return datetime.combine(day, time(hour), now.tzinfo)
