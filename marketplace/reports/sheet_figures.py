"""The figures of the Division's sheets: lines by key, all of them whole numbers.

A key is ``group:value:measure``, as ``segment:artesanato:sales``; amounts are in centavos of BRL.
Those of sales are sums of facts and nothing else, so that what was written later can be added to
them line by line.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.accounts.models import Division
from marketplace.core import clock
from marketplace.core.clock import day_bounds, month_after
from marketplace.orders.models.facts import FactKind
from marketplace.reports import declared, sheet_goals
from marketplace.reports import sheet_counting as counting
from marketplace.reports.models.issued import ReportKind
from marketplace.reports.periods import Period, date_of, month_key
from marketplace.reports.sheet_counting import Cell

Lines = dict[str, int]
MONTHS = {ReportKind.MONTHLY: 1, ReportKind.QUARTERLY: 3, ReportKind.ANNUAL: 12}
MEASURES = {FactKind.SALE: "sales", FactKind.ORDER_TAKEN: "orders", FactKind.HANDED_OVER: "handed"}
PUBLISHED = ("sales", "orders")


@dataclass(frozen=True)
class Sheet:
    """A period's figures as they are at an instant; ``names`` are of values that facts name."""

    kind: ReportKind
    period: Period
    counted_at: datetime
    lines: Lines
    names: dict[str, str]

    def amount(self, group: str, value: object = "", *measures: str) -> int:
        """Return a line's sum over measures, or the volume: sales and orders taken."""
        return sum(self.lines.get(f"{group}:{value}:{m}", 0) for m in measures or PUBLISHED)

    def values(self, group: str) -> list[str]:
        """Return the values of a group, that of the largest volume first."""
        found = {key.split(":")[1] for key in self.lines if key.startswith(f"{group}:")}
        return sorted(found, key=lambda value: (-self.amount(group, value), value))

    def in_months(self, period: Period, *measures: str) -> int:
        """Return what was sold in other whole months, as this sheet knows them."""
        return sum(self.amount("month", month_key(day), *measures) for day in period.months)

    @property
    def is_over(self) -> bool:
        """Whether the period had ended when it was counted."""
        return "count::running" not in self.lines

    def kept(self) -> dict[str, Any]:
        """Return what an issued report keeps of it."""
        return {"lines": self.lines, "names": self.names}


def period_of(kind: ReportKind, first: date) -> Period:
    """Return the month, quarter or year that a day lies in."""
    length = MONTHS[kind]
    start = date(first.year, (first.month - 1) // length * length + 1, 1)
    return Period(start, date.fromordinal(month_after(start, length).toordinal() - 1))


def count(
    kind: ReportKind, period: Period, division: Division, *, up_to: int | None, now: datetime
) -> Sheet:
    """Count a period of a Division from its facts up to an id, or all; in eleven statements.

    A year has its targets too, in as many statements more as their indicators have sources.
    """
    cells = counting.cells(division.id, period, up_to)
    lines = sold(cells) | by_month(counting.months(division.id, period, up_to))
    names = {f"zone:{cell.zone}": cell.zone_name for cell in cells}
    sellers = counting.sellers(division.id, period, up_to)
    lines |= _sellers(sellers, period)
    lines |= _fairs(counting.fairs(division.id, period))
    bounds = [day_bounds(day, division.time_zone) for day in (period.first, period.last)]
    new = counting.registered(division.id, bounds[0][0], bounds[1][1])
    lines |= _new(new, period)
    names |= {f"zone:{one.zone}": one.zone_name for one in new}
    lines |= _declared(division.id, period)
    if kind is ReportKind.ANNUAL:
        lines |= sheet_goals.lines(division, period)
        today = min(period.last, clock.today(division.time_zone, now))
        lines["count::months"] = len(clock.months_between(period.first, today))
    if now < bounds[1][1]:
        lines["count::running"] = 1
    return Sheet(kind, period, now, {key: n for key, n in lines.items() if n}, names)


def sold(cells: Iterable[Cell]) -> Lines:
    """Sum what was sold in a period into lines."""
    lines: Lines = defaultdict(int)
    for cell in cells:
        measure = MEASURES[cell.kind]
        lines[f"all::{measure}"] += cell.cents
        if measure not in PUBLISHED:
            continue
        lines[f"segment:{cell.segment}:{measure}"] += cell.cents
        lines[f"zone:{cell.zone}:{measure}"] += cell.cents
        lines[f"channel:{cell.channel}:{measure}"] += cell.cents
        lines[f"confidence:{cell.confidence}:{measure}"] += cell.cents
        lines[f"women::{measure}"] += cell.women_cents
        lines[f"led::{measure}"] += cell.cents if cell.women_led else 0
        lines["all::makers"] += cell.makers_cents
        lines["all::composed"] += cell.composed_cents
        lines["all::pieces"] += cell.pieces
    return dict(lines)


def by_month(months: Iterable[tuple[int, FactKind, int]]) -> Lines:
    """Sum what was sold in each month into lines."""
    lines: Lines = defaultdict(int)
    for month, kind, cents in months:
        if MEASURES[kind] in PUBLISHED:
            lines[f"month:{month}:{MEASURES[kind]}"] += cents
    return dict(lines)


def best_month(sheet: Sheet, year: int | None = None) -> tuple[date, int] | None:
    """Return the month with the largest volume, and that: of one year, or of all that are known."""
    known = [int(value) for value in sheet.values("month")]
    months = [month for month in known if year is None or month // 100 == year]
    if not months:
        return None
    best = max(months, key=lambda month: (sheet.amount("month", month), month))
    return date_of(best), sheet.amount("month", best)


def _declared(division_id: int, period: Period) -> Lines:
    """Return what is declared of the months and years up to a period, beside what is counted."""
    until = period.last.year * 100 + period.last.month
    return {
        f"declared:{time}:{told.sureness}": told.cents
        for time, told in declared.by_time([division_id]).items()
        if (time if time > 9999 else time * 100) <= until
    }


def _sellers(sellers: list[tuple[int, str, str]], period: Period) -> Lines:
    """Count groups that sold: one that sold in two segments counts in each, and once in all."""
    lines: Lines = defaultdict(int)
    for group, place in (("segment", 1), ("zone", 2)):
        for _one, value in {(seller[0], str(seller[place])) for seller in sellers}:
            lines[f"{group}:{value}:sellers"] += 1
    ids = {seller[0] for seller in sellers}
    people = counting.people(ids, period)
    return dict(lines) | {"all::sellers": len(ids)} | _people("people", people)


def _new(new: list[counting.Registered], period: Period) -> Lines:
    lines: Lines = defaultdict(int)
    for one in new:
        lines[f"segment:{one.segment}:new"] += 1
        lines[f"zone:{one.zone}:new"] += 1
    people = counting.people([one.enterprise_id for one in new], period)
    return dict(lines) | {"all::new": len(new)} | _people("new_people", people)


def _people(measure: str, by_sex: dict[str, int]) -> Lines:
    return {f"sex:{sex}:{measure}": number for sex, number in by_sex.items()}


def _fairs(fairs: counting.Fairs) -> Lines:
    return {f"count::{name}": number for name, number in fairs._asdict().items()}
