"""Questions about series of fairs: their editions, how each went, when the next may be."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.fairs.models.calls import Attendance, Mark
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay, FairState
from marketplace.fairs.models.series import FairSeries
from marketplace.fairs.queries.calendar import served_by
from marketplace.orders.models.facts import FactKind, SaleFact

WEEK = 7
FIRST_DAY = sa.select(sa.func.min(FairDay.day)).where(FairDay.fair_id == Fair.id).scalar_subquery()


class Numbers(NamedTuple):
    """How an edition went: stalls given, who came, and what was sold there, in centavos."""

    stalls: int = 0
    came: int | None = None  # none until somebody took the attendance
    sold_cents: int = 0


def visible_to(person: Person) -> sa.Select[FairSeries]:
    """Select the series that a person may see to: those of their Divisions, by name."""
    query = sa.select(FairSeries).where(served_by(person, FairSeries.division_id))
    return query.order_by(FairSeries.name, FairSeries.id)


def shown_as(slug: str) -> sa.Select[FairSeries]:
    """Select a series that the public may see: one edition at least was announced."""
    told = sa.select(Fair.id).where(
        Fair.series_id == FairSeries.id, Fair.state != FairState.PLANNED
    )
    return sa.select(FairSeries).where(FairSeries.slug == slug, told.exists())


def editions(series_id: int, *, told: bool = False) -> sa.Select[Fair]:
    """Select the fairs of a series, the latest first; ``told``: those that the public may see."""
    query = sa.select(Fair).where(Fair.series_id == series_id).options(selectinload(Fair.days))
    if told:
        query = query.where(Fair.state != FairState.PLANNED)
    return query.order_by(FIRST_DAY.desc(), Fair.id.desc())


def last_edition(series_id: int) -> Fair | None:
    """Return the edition that a next one is copied from: the latest, rather not a cancelled one."""
    query = editions(series_id).order_by(None)
    cancelled = sa.case((Fair.state == FairState.CANCELLED, 1), else_=0)
    return db.session.scalar(query.order_by(cancelled, FIRST_DAY.desc(), Fair.id.desc()).limit(1))


def next_edition(fair: Fair, now: datetime) -> Fair | None:
    """Return the next fair of its series that still takes reservations, if there is one."""
    if fair.series_id is None or not fair.days:
        return None
    query = sa.select(Fair).where(Fair.series_id == fair.series_id, Fair.id != fair.id)
    query = query.where(Fair.state == FairState.ANNOUNCED, Fair.reservations_close_at > now)
    later = query.where(fair.days[-1].day < FIRST_DAY).options(selectinload(Fair.days))
    return db.session.scalar(later.order_by(FIRST_DAY, Fair.id).limit(1))


def counts(series_ids: Iterable[int]) -> dict[int, int]:
    """Return how many editions each series has."""
    query = sa.select(Fair.series_id, sa.func.count(Fair.id)).group_by(Fair.series_id)
    found = db.session.execute(query.where(Fair.series_id.in_(list(series_ids))))
    return {row[0]: row[1] for row in found if row[0] is not None}


def numbers(fair_ids: Iterable[int]) -> dict[int, Numbers]:
    """Return how each of these fairs went; sold is what was sold or ordered, less returns."""
    ids = list(fair_ids)
    stalls = _by_fair(Exhibitor.fair_id, sa.func.count(Exhibitor.id), ids)
    present = sa.case((Attendance.mark == Mark.PRESENT, 1), else_=0)
    came = _by_fair(Attendance.fair_id, sa.func.sum(present), ids)
    counted = SaleFact.kind != FactKind.HANDED_OVER
    sold = _by_fair(SaleFact.fair_id, sa.func.sum(SaleFact.gross_cents), ids, counted)
    return {one: Numbers(stalls.get(one, 0), came.get(one), sold.get(one, 0)) for one in ids}


def next_day(last: date, months: int) -> date:
    """Return that weekday so many months later, the same one of its month: the second Saturday.

    Where a month has no fifth one, it is its last.
    """
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    first_weekday, length = monthrange(year, month + 1)
    day = 1 + (last.weekday() - first_weekday) % WEEK + (last.day - 1) // WEEK * WEEK
    return date(year, month + 1, day if day <= length else day - WEEK)


def _by_fair(
    column: Any,
    what: sa.ColumnElement[int],
    ids: list[int],
    *rules: sa.ColumnElement[bool],
) -> dict[int, int]:
    query = sa.select(column, what).where(column.in_(ids), *rules).group_by(column)
    return {row[0]: int(row[1] or 0) for row in db.session.execute(query)}
