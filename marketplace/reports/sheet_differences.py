"""Why a report counted again differs from the one that was issued: line by line, cause by cause.

Lines of sales are sums of facts, and facts are never changed: the difference of each line is the
sum of what was written since, which is summed here by what it is. Lines that count places, groups
and people come from lists that are kept up, and their whole difference is told as that.
"""

import enum
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.queries.rollups import PUBLISHED
from marketplace.payments.models.funds import Fund, FundRate
from marketplace.reports import sheet_counting as counting
from marketplace.reports import sheet_goals
from marketplace.reports.fair_counting import SPOT
from marketplace.reports.models.issued import IssuedReport
from marketplace.reports.periods import OLDEST, Period, month_key
from marketplace.reports.sheet_counting import Cell
from marketplace.reports.sheet_figures import Lines, Sheet, by_month, sold


class Cause(enum.StrEnum):
    """What was written after a report was issued."""

    GIVEN_BACK = "given_back"  # a cancellation, withdrawal, refund, or sale undone at a till
    LATE_TILL = "late_till"
    DECLARED = "declared"
    DECLARED_BACK = "declared_back"  # a declared total that was taken back
    LATE_ORDER = "late_order"
    LISTS = "lists"  # places, who came, members: kept up without a history
    PAST = "past"  # what past years and fairs on paper are declared to have come to
    MONEY = "money"  # what the books of payments say was given to a fund
    GOALS = "goals"  # targets set, and indicators counted anew
    OTHER = "other"  # written while the report was being issued


class Difference(NamedTuple):
    """A line that differs: its value as issued and now, and what each cause adds to it."""

    key: str
    before: int
    now: int
    causes: dict[str, int]

    @property
    def change(self) -> int:
        return self.now - self.before


@dataclass(frozen=True)
class Unmoved:
    """What happened since and moves no figure of the period."""

    renamed: int  # groups that sold in it
    rates: int  # words about the fund's part
    given_back_cents: int  # of the period's sales, on later days: counted there


CAUSE = sa.case(
    (SaleFact.key.like("declared:%:minus"), Cause.DECLARED_BACK.value),
    (SaleFact.key.like("declared:%"), Cause.DECLARED.value),
    (SaleFact.corrects_id.is_not(None), Cause.GIVEN_BACK.value),
    (SaleFact.channel.in_(SPOT), Cause.LATE_TILL.value),
    else_=Cause.LATE_ORDER.value,
)
TOLD = tuple(f":{measure}" for measure in sheet_goals.TOLD)
RUNNING, MONTHS = "count::running", "count::months"
LISTED = frozenset({"sellers", "new", "people", "new_people", *counting.Fairs._fields})


def differences(report: IssuedReport, now: Sheet) -> list[Difference]:
    """Return each line of a report that is another now, with what explains it, all of it."""
    before: Lines = report.figures["lines"]
    added = _added(report, now)
    keys = sorted({*before, *now.lines} - {RUNNING, MONTHS})
    return [
        _difference(key, before.get(key, 0), now.lines.get(key, 0), added)
        for key in keys
        if before.get(key, 0) != now.lines.get(key, 0) and not _only_says(key)
    ]


def unmoved(report: IssuedReport) -> Unmoved:
    """Count what changed since a report was issued without moving it."""
    sold_then = sa.select(SaleFact.enterprise_id).where(*_period(report)).distinct()
    renamed = (
        sa.select(sa.func.count(sa.distinct(SaleFact.enterprise_id)))
        .join(Enterprise, Enterprise.id == SaleFact.enterprise_id)
        .where(*_period(report), SaleFact.enterprise_name != Enterprise.name)
        .where(Enterprise.id.in_(sold_then))
    )
    rates = (
        sa.select(sa.func.count(FundRate.id))
        .join(Fund, Fund.id == FundRate.fund_id)
        .where(Fund.division_id == report.division_id, FundRate.decided_at > report.issued_at)
    )
    minus = aliased(SaleFact)
    later = (
        sa.select(sa.func.coalesce(sa.func.sum(minus.gross_cents), 0))
        .join(SaleFact, SaleFact.id == minus.corrects_id)
        .where(*_period(report), minus.id > report.last_fact_id, minus.occurred_on > report.last_on)
        .where(SaleFact.kind.in_(PUBLISHED))
    )
    return Unmoved(
        db.session.scalar(renamed) or 0,
        db.session.scalar(rates) or 0,
        -int(db.session.scalar(later) or 0),
    )


def _difference(key: str, before: int, now: int, added: dict[str, Lines]) -> Difference:
    change = now - before
    if key.rpartition(":")[2] in LISTED:
        return Difference(key, before, now, {Cause.LISTS.value: change})
    if key.startswith("goal:"):
        return Difference(key, before, now, {Cause.GOALS.value: change})
    if key.startswith("declared:"):
        return Difference(key, before, now, {Cause.PAST.value: change})
    causes = {cause: lines[key] for cause, lines in added.items() if lines.get(key)}
    if rest := change - sum(causes.values()):
        causes[Cause.OTHER.value] = rest
    return Difference(key, before, now, causes)


def _only_says(key: str) -> bool:
    """Whether a line of a target is no figure: it says that there is one, or that it is met."""
    return key.startswith("goal:") and not key.endswith(TOLD)


def _added(report: IssuedReport, now: Sheet) -> dict[str, Lines]:
    """Return what each cause adds to each line, from the facts written since."""
    until = Period(OLDEST, report.last_on)
    asked = [
        SaleFact.division_id == report.division_id,
        SaleFact.occurred_on.between(until.first, until.last),
        SaleFact.id > report.last_fact_id,
    ]
    keys: tuple[Any, ...] = (CAUSE.label("cause"), counting.MONTH, *counting.ALIKE)
    counted = sa.select(*keys, *counting.sums()).where(*asked).group_by(*keys)
    found: dict[str, list[Cell]] = defaultdict(list)
    for cause, *row in db.session.execute(counted):
        found[cause].append(Cell(*row))
    months = {month_key(day) for day in now.period.months}
    return {
        cause: sold(cell for cell in cells if cell.month in months)
        | by_month((cell.month, cell.kind, cell.cents) for cell in cells)
        for cause, cells in found.items()
    }


def _period(report: IssuedReport) -> list[sa.ColumnElement[bool]]:
    """Return which facts a report counted in its period: of one enterprise, if it is about one."""
    whose = SaleFact.division_id == report.division_id
    if report.enterprise_id is not None:
        whose = SaleFact.enterprise_id == report.enterprise_id
    return [
        whose,
        SaleFact.occurred_on.between(report.first_on, report.last_on),
        SaleFact.id <= report.last_fact_id,
    ]
