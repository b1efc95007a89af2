"""Sums for a question, from the cheapest place that holds them.

Whole months are read from the roll-ups by month, the days at both ends from the roll-up by day;
what these do not hold (some things asked at once, "as of" a day) is counted from the facts.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.rollups import (
    SalesByChannel,
    SalesByDay,
    SalesByEnterprise,
    SalesBySeller,
)
from marketplace.orders.queries import rollups
from marketplace.reports.periods import month_key
from marketplace.reports.questions import Dimension, Question

COLUMN = {
    Dimension.MONTH: "month",
    Dimension.SEGMENT: "segment",
    Dimension.CATEGORY: "category",
    Dimension.ENTERPRISE: "enterprise_id",
    Dimension.KIND: "enterprise_kind",
    Dimension.MUNICIPALITY: "municipality_code",
    Dimension.NEIGHBOURHOOD: "neighbourhood",
    Dimension.ZONE: "zone",
    Dimension.CHANNEL: "channel",
    Dimension.FAIR: "fair_id",
    Dimension.LED: "women_led",
}
SUMS = tuple(column.name for column in rollups.sums())
BY_MONTH: tuple[Any, ...] = (SalesByChannel, SalesByEnterprise, SalesBySeller)  # smallest first


class Part(NamedTuple):
    """A part of a period and the table that is to be read for it."""

    source: Any
    first: Any
    last: Any


class Total(NamedTuple):
    """What was summed over a group of facts, as `Sums` names it."""

    sales_cents: int
    orders_cents: int
    handed_cents: int
    pieces: int
    lines: int
    makers_cents: int
    composed_cents: int
    by_till_cents: int
    by_order_cents: int
    by_slip_cents: int
    by_declared_cents: int
    by_estimated_cents: int
    last_id: int

    def plus(self, other: "Total") -> "Total":
        added = [one + more for one, more in zip(self, other, strict=True)]
        return Total(*added)._replace(last_id=max(self.last_id, other.last_id))


def totals(question: Question, *by: Dimension) -> dict[Any, Total]:
    """Return the sums of each group by its key, or by a tuple of keys where there are several."""
    found: dict[Any, Total] = {}
    for part in _parts(question, by):
        statement = _statement(
            part.source,
            by,
            tuple(sorted(question.filters)),
            within=bool(question.division_ids),
            known=question.as_of is not None,
        )
        for row in db.session.execute(statement, _values(question, part)):
            key = row[0] if len(by) == 1 else tuple(row[: len(by)])
            total = Total(*row[len(by) :])
            found[key] = found[key].plus(total) if key in found else total
    return found


def _parts(question: Question, by: tuple[Dimension, ...]) -> Iterator[Part]:
    """Yield what to read: whole months together, and the days at either end."""
    period, asked = question.period, {*by, *question.filters}
    months = next((table for table in BY_MONTH if _holds(table, asked)), None)
    days = SalesByDay if _holds(SalesByDay, asked) else SaleFact
    if question.as_of is not None:
        yield Part(SaleFact, period.first, period.last)
        return
    whole, ends = period.in_months() if months else (None, [period])
    if whole:
        yield Part(months, month_key(whole.first), month_key(whole.last))
    for end in ends:
        yield Part(days, end.first, end.last)


def _holds(table: Any, asked: set[Dimension]) -> bool:
    columns = set(sa.inspect(table).columns.keys()) | {"month"}
    return all(COLUMN[dimension] in columns for dimension in asked)


def _values(question: Question, part: Part) -> dict[str, Any]:
    values = {"first": part.first, "last": part.last, "as_of": question.as_of}
    values |= {f"is_{dimension.value}": value for dimension, value in question.filters.items()}
    return values | {"division_ids": sorted(question.division_ids)}


@cache
def _statement(
    source: Any,
    by: tuple[Dimension, ...],
    filters: tuple[Dimension, ...],
    *,
    within: bool,
    known: bool,
) -> sa.Select[Any]:
    """Return the sums of one source; built once for each kind of question."""
    keys = [_column(source, dimension) for dimension in by]
    span = {SaleFact: SaleFact.occurred_on, SalesByDay: SalesByDay.day}.get(source)
    span = source.month if span is None else span
    where = [span.between(sa.bindparam("first"), sa.bindparam("last"))]
    if within:
        where.append(source.division_id.in_(sa.bindparam("division_ids", expanding=True)))
    if known:
        where.append(SaleFact.recorded_at <= sa.bindparam("as_of"))
    where += [_column(source, each) == sa.bindparam(f"is_{each.value}") for each in filters]
    return sa.select(*keys, *_sums(source)).where(*where).group_by(*keys)


def _sums(source: Any) -> list[sa.ColumnElement[Any]]:
    if source is SaleFact:
        return rollups.sums()
    added = [sa.func.sum(getattr(source, name)) for name in SUMS if name != "last_id"]
    return [*(sa.cast(each, sa.BigInteger) for each in added), sa.func.max(source.last_id)]


def _column(source: Any, dimension: Dimension) -> Any:
    if source is SaleFact:
        return rollups.key_of(COLUMN[dimension])
    if source is SalesByDay and dimension is Dimension.MONTH:
        return DAYS_MONTH
    return getattr(source, COLUMN[dimension])


DAYS_MONTH = rollups.month_of(SalesByDay.day)
