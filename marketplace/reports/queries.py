"""Figures of the Division, counted from the facts of sale and from nothing else.

Every amount is in centavos of BRL. Sales, orders taken and hand-overs are sums of signed rows, so
a cancellation lowers them on its own day; "as of" counts only what was recorded by then.
"""

import enum
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.orders.models.facts import FactKind, SaleFact
from marketplace.orders.models.orders import Order
from marketplace.orders.models.states import OPEN
from marketplace.reports.periods import Period, month_key

YEAR = sa.extract("year", SaleFact.occurred_on)
MONTH = sa.cast(YEAR * 100 + sa.extract("month", SaleFact.occurred_on), sa.Integer)


class Dimension(enum.StrEnum):
    """By what the figures are grouped; the values are those of addresses, in Portuguese."""

    MONTH = "mes"
    SEGMENT = "segmento"
    CATEGORY = "categoria"
    ENTERPRISE = "empreendimento"
    KIND = "tipo"
    MUNICIPALITY = "municipio"
    NEIGHBOURHOOD = "bairro"
    ZONE = "zona"
    CHANNEL = "canal"
    FAIR = "feira"


# What is grouped, and the name that stands on the latest row of the group.
COLUMNS: dict[Dimension, tuple[Any, Any]] = {
    Dimension.MONTH: (MONTH, None),
    Dimension.SEGMENT: (SaleFact.segment, None),
    Dimension.CATEGORY: (SaleFact.category, SaleFact.category_name),
    Dimension.ENTERPRISE: (SaleFact.enterprise_id, SaleFact.enterprise_name),
    Dimension.KIND: (SaleFact.enterprise_kind, None),
    Dimension.MUNICIPALITY: (SaleFact.municipality_code, SaleFact.municipality_name),
    Dimension.NEIGHBOURHOOD: (SaleFact.neighbourhood, SaleFact.neighbourhood),
    Dimension.ZONE: (SaleFact.zone, SaleFact.zone_name),
    Dimension.CHANNEL: (SaleFact.channel, None),
    Dimension.FAIR: (SaleFact.fair_id, SaleFact.fair_name),
}
# A council member sees totals, never a single enterprise's sales (`docs/rights.md`).
FOR_COUNCIL = frozenset(
    {Dimension.MONTH, Dimension.SEGMENT, Dimension.KIND, Dimension.ZONE, Dimension.CHANNEL}
)


@dataclass(frozen=True)
class Question:
    """What is asked of the facts: a period, its filters, and by what to group."""

    period: Period
    by: Dimension = Dimension.MONTH
    division_ids: frozenset[int] = frozenset()  # none: every Division's
    filters: dict[Dimension, str | int] = field(default_factory=dict)
    as_of: datetime | None = None


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


def volume(question: Question) -> Answer:
    """Answer a question with the period before beside it, in at most five statements."""
    now = _grouped(question)
    earlier = question.period.before()
    before = _grouped(replace(question, period=earlier)) if earlier else {}
    if question.by is Dimension.MONTH and earlier:
        before = _month_by_month(before, earlier, question.period)
    names = _names(question, {row.last_id for row in (*before.values(), *now.values())})
    lines = [
        Line(key, names.get(key, ""), _figures(now.get(key)), _figures(before.get(key)))
        for key in _in_order(question, now, before)
    ]
    return Answer(
        question,
        lines,
        total=_added(_figures(row) for row in now.values()),
        total_before=_added(_figures(row) for row in before.values()),
        by_confidence=_by_confidence(question),
    )


def choices(dimension: Dimension, division_ids: frozenset[int]) -> list[tuple[Any, str]]:
    """Return what the facts hold of a dimension, as (key, name), for a filter."""
    key, name = COLUMNS[dimension]
    shown = name if name is not None else key
    query = sa.select(key, sa.func.max(shown)).group_by(key).order_by(sa.func.max(shown))
    if division_ids:
        query = query.where(SaleFact.division_id.in_(division_ids))
    return [(key, str(name)) for key, name in db.session.execute(query) if key not in (None, "")]


def by_month_and_segment(question: Question) -> dict[tuple[int, str], int]:
    """Return the sales volume in centavos by (month, segment), in one statement."""
    sold = SaleFact.kind.in_((FactKind.SALE, FactKind.ORDER_TAKEN))
    query = (
        sa.select(MONTH, SaleFact.segment, sa.func.sum(SaleFact.gross_cents))
        .where(sold, *_conditions(question))
        .group_by(MONTH, SaleFact.segment)
    )
    return {(month, segment): int(cents) for month, segment, cents in db.session.execute(query)}


class Pending(NamedTuple):
    """Orders that have not ended: how many, and what they come to in centavos."""

    orders: int
    total_cents: int


def pending(division_ids: frozenset[int]) -> Pending:
    """Return what was ordered and is not handed over yet; it is in no figure of sales."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Order.total_cents), 0))
    query = query.where(Order.state.in_(OPEN), Order.to_order.is_(False))
    if division_ids:
        query = query.where(Order.division_id.in_(division_ids))
    return Pending(*db.session.execute(query).one())


def _grouped(question: Question) -> dict[Any, Any]:
    key = COLUMNS[question.by][0]
    query = _counted(question).add_columns(
        key.label("key"), sa.func.max(SaleFact.id).label("last_id")
    )
    return {row.key: row for row in db.session.execute(query.group_by(key))}


def _counted(question: Question) -> sa.Select[Any]:
    def of(kinds: tuple[FactKind, ...], column: Any) -> Any:
        return sa.func.coalesce(
            sa.func.sum(sa.case((SaleFact.kind.in_(kinds), column), else_=0)), 0
        )

    sold = (FactKind.SALE, FactKind.ORDER_TAKEN)
    composed = sa.case((SaleFact.composed, SaleFact.gross_cents), else_=0)
    return sa.select(
        of((FactKind.SALE,), SaleFact.gross_cents).label("sales_cents"),
        of((FactKind.ORDER_TAKEN,), SaleFact.gross_cents).label("orders_cents"),
        of((FactKind.HANDED_OVER,), SaleFact.gross_cents).label("handed_cents"),
        of(sold, SaleFact.quantity).label("pieces"),
        sa.func.count(SaleFact.id).label("lines"),
        of(sold, SaleFact.makers_cents).label("makers_cents"),
        of(sold, composed).label("composed_cents"),
    ).where(*_conditions(question))


def _conditions(question: Question) -> list[sa.ColumnElement[bool]]:
    period = question.period
    conditions: list[sa.ColumnElement[bool]] = [
        SaleFact.occurred_on.between(period.first, period.last)
    ]
    if question.division_ids:
        conditions.append(SaleFact.division_id.in_(question.division_ids))
    if question.as_of is not None:
        conditions.append(SaleFact.recorded_at <= question.as_of)
    for dimension, value in question.filters.items():
        conditions.append(COLUMNS[dimension][0] == value)
    return conditions


def _month_by_month(rows: dict[Any, Any], earlier: Period, period: Period) -> dict[Any, Any]:
    """Put each month of the period before beside the month of the same place in this one."""
    pairs = zip(earlier.months, period.months, strict=False)
    moved = {month_key(old): month_key(new) for old, new in pairs}
    return {moved[key]: row for key, row in rows.items() if key in moved}


def _names(question: Question, last_ids: set[int]) -> dict[Any, str]:
    """Return how each group is called on its latest row; a later rename does not touch it."""
    key, name = COLUMNS[question.by]
    if name is None or not last_ids:
        return {}
    rows = db.session.execute(sa.select(SaleFact.id, key, name).where(SaleFact.id.in_(last_ids)))
    return {key: name for _id, key, name in sorted(rows)}


def _in_order(question: Question, now: dict[Any, Any], before: dict[Any, Any]) -> list[Any]:
    """Return the groups: months as time runs, gaps included; others largest first."""
    if question.by is Dimension.MONTH:
        return [month_key(month) for month in question.period.months]
    keys = {*now, *before}
    return sorted(keys, key=lambda key: (-_figures(now.get(key)).total_cents, str(key)))


def _by_confidence(question: Question) -> dict[str, int]:
    sold = SaleFact.kind.in_((FactKind.SALE, FactKind.ORDER_TAKEN))
    query = sa.select(SaleFact.confidence, sa.func.sum(SaleFact.gross_cents))
    query = query.where(sold, *_conditions(question)).group_by(SaleFact.confidence)
    return {kind.value: int(cents) for kind, cents in db.session.execute(query)}


def _figures(row: Any) -> Figures:
    return Figures(*(int(getattr(row, name)) for name in Figures._fields)) if row else Figures()


def _added(figures: Any) -> Figures:
    return Figures(*(sum(column) for column in zip(*figures, strict=True)))
