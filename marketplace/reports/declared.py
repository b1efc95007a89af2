"""What is declared, beside what is counted: never added to it. Amounts are centavos of BRL.

Totals of one month may tell of the same sales: one of all, others by segment, others by fair. They
are not added up then. The one that is limited to nothing stands for the month; where there is none,
those limited in the same way are added, and of several ways the one that comes to most stands.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from marketplace.accounts import serving
from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.reports.models.declared import DeclaredTotal, Sureness
from marketplace.reports.periods import Period

LIMITS = ("municipality_code", "segment", "channel", "fair")
SUREST = list(Sureness)
TimeAndLimits = tuple[int | str | None, ...]
DECLARERS = ("head", "articulation", "qualification")
READERS = (*DECLARERS, "finance")
"""Roles that read what is declared: it may be one group's alone, so the council does not."""


class Told(NamedTuple):
    """What a time came to as declared, as surely as the least sure of its parts."""

    cents: int
    sureness: Sureness


def divisions_declared_by(person: Person) -> sa.Select[Division]:
    """Select the Divisions whose past a person may declare."""
    return serving.divisions_with(person, DECLARERS).order_by(Division.id)


def listed(person: Person, division_id: int) -> sa.Select[DeclaredTotal]:
    """Select the totals that stand in one of a person's Divisions, the latest time first."""
    order = (DeclaredTotal.year.desc(), DeclaredTotal.month.desc(), DeclaredTotal.id.desc())
    here = of_divisions(person).where(DeclaredTotal.division_id == division_id)
    return here.where(_stands()).order_by(*order)


def of_divisions(person: Person) -> sa.Select[DeclaredTotal]:
    """Select what was declared in a person's Divisions, with what was corrected since."""
    query = sa.select(DeclaredTotal).where(DeclaredTotal.division_id.in_(person.divisions))
    return query.options(
        joinedload(DeclaredTotal.division).joinedload(Division.municipality),
        joinedload(DeclaredTotal.municipality),
    )


def chain(total: DeclaredTotal) -> list[DeclaredTotal]:
    """Return the rows that a total corrects, one by one, the latest first."""
    found: list[DeclaredTotal] = []
    while (before := (found[-1] if found else total).corrects) is not None:
        found.append(before)
    return found


def correction_of(total_id: int) -> DeclaredTotal | None:
    """Return the row that corrects another."""
    return db.session.scalar(sa.select(DeclaredTotal).where(DeclaredTotal.corrects_id == total_id))


def same_time_and_limits(total: DeclaredTotal) -> sa.Select[DeclaredTotal]:
    """Select what stands for the same time and is limited in the same way."""
    same = sa.select(DeclaredTotal).where(
        _stands(),
        DeclaredTotal.division_id == total.division_id,
        DeclaredTotal.year == total.year,
    )
    for name in ("month", *LIMITS):
        column, value = getattr(DeclaredTotal, name), getattr(total, name)
        same = same.where(column.is_(None) if value is None else column == value)
    return same.limit(1)


def by_time_and_limits(division_id: int) -> dict[TimeAndLimits, DeclaredTotal]:
    """Return what stands in a Division, by what no two of them share."""
    query = sa.select(DeclaredTotal).where(_stands(), DeclaredTotal.division_id == division_id)
    return {time_and_limits(total): total for total in db.session.scalars(query)}


def time_and_limits(total: Any) -> TimeAndLimits:
    """Return the time of a total, or of what is to be one, and what it is limited to."""
    return (total.year, total.month, *(getattr(total, name) for name in LIMITS))


def by_time(division_ids: Iterable[int]) -> dict[int, Told]:
    """Return what Divisions declare of each time: by 202611 of months, by 2026 of whole years."""
    query = sa.select(DeclaredTotal).where(
        _stands(),
        DeclaredTotal.division_id.in_(sorted(division_ids)),
        DeclaredTotal.amount_cents > 0,
    )
    apart: dict[tuple[int, int], list[DeclaredTotal]] = defaultdict(list)
    for total in db.session.scalars(query):
        time = total.year * 100 + total.month if total.month else total.year
        apart[time, total.division_id].append(total)
    found: dict[int, list[Told]] = defaultdict(list)
    for (time, _division), totals in apart.items():
        found[time].append(_one_way(totals))
    return {time: _added(told) for time, told in sorted(found.items())}


def of_period(told: dict[int, Told], period: Period) -> tuple[Told | None, int]:
    """Return what is declared of whole months, and of how many of them.

    A year that is declared as one stands for twelve, unless its months come to more.
    """
    months = [told[key] for day in period.months if (key := day.year * 100 + day.month) in told]
    added = _added(months) if months else None
    whole = told.get(period.first.year) if len(period.months) == 12 else None
    if whole and (added is None or whole.cents >= added.cents):
        return whole, 12
    return added, len(months)


def best_month(told: dict[int, Told]) -> tuple[int, Told] | None:
    """Return the month that declares most, as 202611, and what."""
    months = [(key, one) for key, one in told.items() if key > 9999]
    return max(months, key=lambda pair: (pair[1].cents, pair[0]), default=None)


def _one_way(totals: list[DeclaredTotal]) -> Told:
    ways: dict[tuple[bool, ...], list[DeclaredTotal]] = defaultdict(list)
    for total in totals:
        ways[tuple(bool(getattr(total, name)) for name in LIMITS)].append(total)
    sums = {way: _added(Told(t.amount_cents, t.sureness) for t in ways[way]) for way in ways}
    whole = (False,) * len(LIMITS)
    return sums.get(whole) or max(sums.values(), key=lambda told: told.cents)


def _added(told: Iterable[Told]) -> Told:
    parts = list(told)
    least = max((part.sureness for part in parts), key=SUREST.index)
    return Told(sum(part.cents for part in parts), least)


def _stands() -> sa.ColumnElement[bool]:
    later = aliased(DeclaredTotal)
    return ~sa.exists().where(later.corrects_id == DeclaredTotal.id)
