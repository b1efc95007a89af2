"""The figures of one enterprise's report: lines by key, all of them whole numbers.

A key is ``group:value:measure``, as on the Division's sheets; amounts are in centavos of BRL. Those
of sales are sums of facts, so that what was written later can be added to them line by line.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.core.clock import day_bounds, month_after
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.calls import Mark
from marketplace.orders.models.facts import SaleFact
from marketplace.payments.queries import funds
from marketplace.reports import enterprise_counting as counting
from marketplace.reports.enterprise_counting import Cell
from marketplace.reports.models.issued import IssuedReport, ReportKind
from marketplace.reports.periods import OLDEST, Period, month_key
from marketplace.reports.sheet_differences import CAUSE, RUNNING, Cause, Difference
from marketplace.reports.sheet_figures import MEASURES, PUBLISHED, Lines, Sheet

NOTED = ("stood", "came")
FUND = ("contributed", "due", "taken_back")


def count(
    kind: ReportKind, period: Period, enterprise: Enterprise, *, up_to: int | None, now: datetime
) -> Sheet:
    """Count a period of an enterprise from its facts up to an id, or all; in six statements."""
    cells = counting.cells(enterprise.id, with_past(period), up_to)
    stalls = counting.stalls(enterprise.id, period)
    zone = enterprise.division.time_zone
    since, until = day_bounds(period.first, zone)[0], day_bounds(period.last, zone)[1]
    given = funds.given_by(enterprise.id, since, until)
    lines = sold(cells, period) | {
        "fund::contributed": given.contributed_cents,
        "fund::due": given.due_cents,
        "fund::taken_back": given.taken_back_cents,
        "count::fairs": len(stalls),
        "count::running": int(now < until),
    }
    for stall in stalls:
        lines[f"fair:{stall.fair_id}:stood"] = 1
        lines[f"fair:{stall.fair_id}:came"] = int(stall.mark is Mark.PRESENT)
    names = {f"fair:{cell.fair_id}": cell.fair_name for cell in cells if cell.fair_id}
    names |= {f"fair:{stall.fair_id}": stall.name for stall in stalls}
    names["enterprise"] = enterprise.name
    return Sheet(kind, period, now, {key: n for key, n in lines.items() if n}, names)


def sold(cells: Iterable[Cell], period: Period) -> Lines:
    """Sum what was sold into lines; of other months than those of a period the month alone."""
    lines: Lines = defaultdict(int)
    here = {month_key(day) for day in period.months}
    for cell in cells:
        measure = MEASURES[cell.kind]
        if measure in PUBLISHED:
            lines[f"month:{cell.month}:{measure}"] += cell.cents
        if cell.month in here:
            lines[f"all::{measure}"] += cell.cents
            lines["all::pieces"] += cell.pieces
            for key in _keys(cell) if measure in PUBLISHED else ():
                lines[f"{key}:{measure}"] += cell.cents
    return dict(lines)


def with_past(period: Period) -> Period:
    """Return a period with the twelve months before it, which it is compared with."""
    return Period(max(OLDEST, month_after(period.first, -12)), period.last)


def differences(report: IssuedReport, now: Sheet) -> list[Difference]:
    """Return each line of a report that is another now, with what explains it, all of it."""
    before: Lines = report.figures["lines"]
    added = _added(report, now)
    keys = sorted({*before, *now.lines} - {RUNNING})
    return [
        _difference(key, before.get(key, 0), now.lines.get(key, 0), added)
        for key in keys
        if before.get(key, 0) != now.lines.get(key, 0)
    ]


def _difference(key: str, before: int, now: int, added: dict[str, Lines]) -> Difference:
    group, _value, measure = key.split(":")
    change = now - before
    if measure in NOTED or group == "count":
        return Difference(key, before, now, {Cause.LISTS.value: change})
    if group == "fund":
        return Difference(key, before, now, {Cause.MONEY.value: change})
    causes = {cause: lines[key] for cause, lines in added.items() if lines.get(key)}
    if rest := change - sum(causes.values()):
        causes[Cause.OTHER.value] = rest
    return Difference(key, before, now, causes)


def _added(report: IssuedReport, now: Sheet) -> dict[str, Lines]:
    """Return what each cause adds to each line, from the facts written since."""
    asked = counting.about(report.enterprise_id or 0, with_past(now.period))
    keys: tuple[Any, ...] = (CAUSE.label("cause"), counting.MONTH, *counting.ALIKE)
    counted = sa.select(*keys, *counting.sums()).where(*asked).group_by(*keys)
    found: dict[str, list[Cell]] = defaultdict(list)
    for cause, *row in db.session.execute(counted.where(SaleFact.id > report.last_fact_id)):
        found[cause].append(Cell(*row))
    return {cause: sold(cells, now.period) for cause, cells in found.items()}


def _keys(cell: Cell) -> list[str]:
    keys = [f"segment:{cell.segment}", f"channel:{cell.channel}", f"confidence:{cell.confidence}"]
    return [*keys, *([f"fair:{cell.fair_id}"] if cell.fair_id else [])]
