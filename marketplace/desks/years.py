"""What the head and the council see of a period: by month, segment and enterprise."""

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from marketplace.enterprises.models import Segment
from marketplace.reports import declared, declared_names
from marketplace.reports import queries as reports
from marketplace.reports.declared_names import Line
from marketplace.reports.indicators import counting as indicators
from marketplace.reports.indicators import targets
from marketplace.reports.indicators.asked import Asked, Trait, Value
from marketplace.reports.indicators.counting import Known
from marketplace.reports.indicators.measures import BY_KEY, Measure
from marketplace.reports.models.targets import Target
from marketplace.reports.periods import Period, month_key
from marketplace.reports.queries import Answer, Figures
from marketplace.reports.questions import Dimension, Question

SAME = {
    Trait.SEGMENT: Dimension.SEGMENT,
    Trait.ZONE: Dimension.ZONE,
    Trait.KIND: Dimension.KIND,
    Trait.LED: Dimension.LED,
    Trait.CHANNEL: Dimension.CHANNEL,
}
FIRST = (
    *("parte-de-quem-faz", "preco-aberto", "mulheres-na-direcao"),
    *("bancas-que-contaram", "reservas-retiradas", "rodizio"),
)


@dataclass(frozen=True)
class Year:
    """A year of the Division: by month, by segment and by enterprise.

    ``columns`` are centavos by month (to the present one) and segment, as the chart stacks them.
    """

    by_month: Answer
    by_segment: Answer
    by_enterprise: Answer | None
    columns: list[list[int]]
    months: list[date]
    marks: list[int]  # declared of each month in which nothing was counted
    past: Line | None  # what is declared of the whole


class Stands(NamedTuple):
    """An indicator, what it tells, and what it is to reach."""

    measure: Measure
    value: Value | None
    target: Target | None


def year_of(year: int, today: date, division_ids: frozenset[int], *, ranking: bool) -> Year:
    """Count a year up to today; ``ranking``: by enterprise and what is declared, for who may."""
    last = min(today, date(year, 12, 31))
    period = Period(date(year, 1, 1), max(last, date(year, 1, 1)))
    question = Question(period, Dimension.MONTH, division_ids)
    return _counted(question, period, beside=True, ranking=ranking)


def span_of(asked: Asked, today: date) -> Year:
    """Count what the head asks for; the whole of it is held against the same days a year before.

    What is filtered is not: no roll-up by day knows it.
    """
    filters = {SAME[trait]: value for trait, value in asked.filters.items()}
    question = Question(asked.period, Dimension.MONTH, asked.division_ids, filters)
    if filters or not asked.period.first <= today:
        return _counted(question, asked.period, beside=False, ranking=True)
    until = Period(asked.period.first, min(today, asked.period.last))
    return _counted(question, until, beside=True, ranking=True)


def _counted(question: Question, until: Period, *, beside: bool, ranking: bool) -> Year:
    """Count a question; ``beside``: its days ``until`` then against those a year before."""
    by_month, by_segment, cells = reports.crossed(question, Dimension.MONTH, Dimension.SEGMENT)
    sellers = replace(question, by=Dimension.ENTERPRISE)
    keys = [month_key(month) for month in until.months]
    return Year(
        replace(by_month, total_before=_year_before(question, until)) if beside else by_month,
        by_segment,
        reports.volume(sellers, compared=False) if ranking else None,
        [[max(0, cells.get((key, segment), 0)) for segment in Segment] for key in keys],
        until.months,
        *_declared(question, by_month, until.months, ranking=ranking),
    )


def _declared(
    question: Question, by_month: Answer, months: list[date], *, ranking: bool
) -> tuple[list[int], Line | None]:
    if question.filters or not ranking:
        return [0] * len(months), None
    told, period = declared.by_time(question.division_ids), question.period
    counted = {line.key: line.now.total_cents for line in by_month.lines}
    shown = {key: counted.get(key, 0) for key in map(month_key, months)}
    marks = declared_names.marks(told, shown)
    return marks, declared_names.line_of("", told, period)


def fair_trade(asked: Asked) -> list[Stands]:
    """Return the six figures of fair trade that the head sees first, each with its target."""
    known, wanted = Known(asked), targets.of_year(asked)
    return [Stands(BY_KEY[key], indicators.compute(key, known), wanted.get(key)) for key in FIRST]


def _year_before(question: Question, until: Period) -> Figures:
    """Return the same days of the year before, not of the period just before.

    Whole months are cheap to count by anything, days are not: nothing is sold on days to come.
    """
    earlier = Period(_a_year_before(until.first), _a_year_before(until.last))
    return reports.volume(replace(question, period=earlier), compared=False).total


def _a_year_before(day: date) -> date:
    leap_day = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)
