"""Figures of the Division, which come from the facts of sale and from nothing else.

Every amount is in centavos of BRL. Sales, orders taken and hand-overs are sums of signed rows, so
a cancellation lowers them on its own day; "as of" counts only what was recorded by then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.accounts import serving
from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.orders.models.facts import Confidence, SaleFact
from marketplace.orders.models.orders import Order
from marketplace.orders.models.rollups import SaleValue
from marketplace.orders.models.states import OPEN
from marketplace.orders.queries.rollups import key_of
from marketplace.payments.models.payments import DIRECT
from marketplace.reports.counting import COLUMN, Total, totals
from marketplace.reports.models.issued import IssuedReport, ReportKind
from marketplace.reports.periods import Period, month_key
from marketplace.reports.questions import NUMBERED, Dimension, Question

# The name that stands beside each key on a fact; none where the key names itself.
NAMES: dict[Dimension, Any] = {
    Dimension.CATEGORY: SaleFact.category_name,
    Dimension.ENTERPRISE: SaleFact.enterprise_name,
    Dimension.MUNICIPALITY: SaleFact.municipality_name,
    Dimension.NEIGHBOURHOOD: SaleFact.neighbourhood,
    Dimension.ZONE: SaleFact.zone_name,
    Dimension.FAIR: SaleFact.fair_name,
}


class Figures(NamedTuple):
    """Sums over some facts; amounts in centavos, ``lines`` rows counted."""

    sales_cents: int = 0
    orders_cents: int = 0
    handed_cents: int = 0
    pieces: int = 0
    lines: int = 0
    makers_cents: int = 0
    composed_cents: int = 0  # of sales and orders whose parts are known

    @property
    def total_cents(self) -> int:
        """Return the published sales volume: sales + orders taken, every real once."""
        return self.sales_cents + self.orders_cents


class Line(NamedTuple):
    """One group of the answer, beside the same group one period earlier."""

    key: str | int | None
    name: str
    now: Figures
    before: Figures


@dataclass(frozen=True)
class Answer:
    question: Question
    lines: list[Line]
    total: Figures
    total_before: Figures
    by_confidence: dict[str, int]  # centavos of the total, by how surely they are known


class Crossed(NamedTuple):
    """One question answered by two dimensions, and the volume in centavos by the keys of both."""

    by_first: Answer
    by_second: Answer
    cells: dict[tuple[Any, Any], int]


def volume(question: Question, *, compared: bool = True) -> Answer:
    """Answer a question, most often with the period before beside it; in few statements."""
    now = totals(question, question.by)
    earlier = question.period.before() if compared else None
    before = totals(replace(question, period=earlier), question.by) if earlier else {}
    if question.by is Dimension.MONTH and earlier:
        before = _month_by_month(before, earlier, question.period)
    return _answer(question, now, before)


def crossed(question: Question, first: Dimension, second: Dimension) -> Crossed:
    """Answer a question by two dimensions at once: the sums are read together."""
    both = totals(question, first, second)
    answers = [
        _answer(replace(question, by=dimension), _gathered(both, at), {})
        for at, dimension in enumerate((first, second))
    ]
    cells = {keys: total.sales_cents + total.orders_cents for keys, total in both.items()}
    return Crossed(answers[0], answers[1], cells)


def _gathered(both: dict[Any, Total], at: int) -> dict[Any, Total]:
    """Add up what has the same key at a place."""
    groups: dict[Any, Total] = {}
    for keys, total in both.items():
        known = groups.get(keys[at])
        groups[keys[at]] = known.plus(total) if known else total
    return groups


def _answer(question: Question, now: dict[Any, Total], before: dict[Any, Total]) -> Answer:
    names = _names(question.by, {row.last_id for row in (*before.values(), *now.values())})
    lines = [
        Line(key, names.get(key, ""), _figures(now.get(key)), _figures(before.get(key)))
        for key in _in_order(question, now, before)
    ]
    return Answer(
        question,
        lines,
        total=_added(_figures(row) for row in now.values()),
        total_before=_added(_figures(row) for row in before.values()),
        by_confidence=_by_confidence(now.values()),
    )


Choices = dict[Dimension, list[tuple[Any, str]]]


def choices(division_ids: frozenset[int]) -> Choices:
    """Return what the facts hold of each dimension, as (key, name) by name, in one statement."""
    dimensions = {COLUMN[dimension]: dimension for dimension in Dimension}
    asked = {"division_ids": sorted(division_ids)}
    latest: dict[tuple[str, str], Any] = {}
    for row in db.session.execute(CHOICES[bool(division_ids)], asked):
        latest[row.dimension, row.value] = row
    found: Choices = {dimension: [] for dimension in Dimension}
    found[Dimension.LED] = [(True, ""), (False, "")]
    for (column, value), row in latest.items():
        dimension = dimensions[column]
        key = int(value) if dimension in NUMBERED else value
        name = str(getattr(row, NAMES[dimension].key)) if dimension in NAMES else value
        if value:
            found[dimension].append((key, name))
    return {dimension: sorted(pairs, key=_by_name) for dimension, pairs in found.items()}


class Pending(NamedTuple):
    """Orders that have not ended: how many, and what they come to in centavos."""

    orders: int
    total_cents: int


def pending(division_ids: frozenset[int]) -> Pending:
    """Return what was ordered and is paid when handed over; it is in no figure of sales."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Order.total_cents), 0))
    query = query.where(Order.state.in_(OPEN), Order.to_order.is_(False), Order.method.in_(DIRECT))
    if division_ids:
        query = query.where(Order.division_id.in_(division_ids))
    return Pending(*db.session.execute(query).one())


def divisions_issued_by(person: Person) -> sa.Select[Division]:
    """Select the Divisions whose reports a person may issue."""
    return serving.divisions_with(person, ("head",))


def issued(person: Person) -> sa.Select[IssuedReport]:
    """Select the issued reports about a person's whole Divisions, the latest first."""
    here = IssuedReport.division_id.in_(person.divisions), IssuedReport.enterprise_id.is_(None)
    return sa.select(IssuedReport).where(*here).order_by(IssuedReport.id.desc())


def latest(
    division_id: int, kind: ReportKind, period: Period, enterprise_id: int | None = None
) -> sa.Select[IssuedReport]:
    """Select the report issued last for a period, about a whole Division or one enterprise."""
    same = IssuedReport.kind == kind, IssuedReport.first_on == period.first
    query = sa.select(IssuedReport).where(IssuedReport.division_id == division_id, *same)
    about = IssuedReport.enterprise_id
    query = query.where(about.is_(None) if enterprise_id is None else about == enterprise_id)
    return query.order_by(IssuedReport.id.desc()).limit(1)


def followed(report_id: int) -> sa.Select[IssuedReport]:
    """Select the report that was issued after one, for the same period."""
    return sa.select(IssuedReport).where(IssuedReport.follows_id == report_id)


def highest_number(division_id: int, year: int) -> int:
    """Return the highest number that a Division gave to a report in a year, 0 before the first."""
    query = sa.select(sa.func.max(IssuedReport.number))
    same = IssuedReport.division_id == division_id, IssuedReport.year == year
    return db.session.scalar(query.where(*same)) or 0


def _month_by_month(rows: dict[Any, Any], earlier: Period, period: Period) -> dict[Any, Any]:
    """Put each month of the period before beside the month of the same place in this one."""
    pairs = zip(earlier.months, period.months, strict=False)
    moved = {month_key(old): month_key(new) for old, new in pairs}
    return {moved[key]: row for key, row in rows.items() if key in moved}


def _names(by: Dimension, last_ids: set[int]) -> dict[Any, str]:
    """Return how each group is called on its latest row; a later rename does not touch it."""
    if by not in NAMES or not last_ids:
        return {}
    rows = db.session.execute(_naming(by), {"ids": sorted(last_ids)})
    return {key: name for _id, key, name in sorted(rows)}


@cache
def _naming(by: Dimension) -> sa.Select[Any]:
    chosen = SaleFact.id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(SaleFact.id, key_of(COLUMN[by]), NAMES[by]).where(chosen)


def _in_order(question: Question, now: dict[Any, Any], before: dict[Any, Any]) -> list[Any]:
    """Return the groups: months as time runs, gaps included; others largest first."""
    if question.by is Dimension.MONTH:
        return [month_key(month) for month in question.period.months]
    keys = {*now, *before}
    return sorted(keys, key=lambda key: (-_figures(now.get(key)).total_cents, str(key)))


def _by_confidence(groups: Iterable[Total]) -> dict[str, int]:
    columns = {kind.value: f"by_{kind}_cents" for kind in Confidence}
    found = dict.fromkeys(columns, 0)
    for total in groups:
        for kind, column in columns.items():
            found[kind] += getattr(total, column)
    return {kind: cents for kind, cents in found.items() if cents}


def _figures(total: Total | None) -> Figures:
    return Figures(*total[: len(Figures._fields)]) if total else Figures()


def _added(figures: Any) -> Figures:
    return Figures(*(sum(column) for column in zip(*figures, strict=True)))


def _by_name(pair: tuple[Any, str]) -> tuple[str, str]:
    return pair[1], str(pair[0])


_latest = (
    sa.select(SaleValue.dimension, SaleValue.value, *NAMES.values())
    .join(SaleFact, SaleFact.id == SaleValue.last_id)
    .order_by(SaleValue.last_id)
)
CHOICES = {
    False: _latest,
    True: _latest.where(SaleValue.division_id.in_(sa.bindparam("division_ids", expanding=True))),
}
