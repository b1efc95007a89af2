"""The Division's sheets in words: the same tables on screen, on paper and as sheets to add up."""

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.core.clock import month_after
from marketplace.core.formats import month
from marketplace.core.look import SEGMENTS
from marketplace.core.money import format_cents
from marketplace.enterprises.labels import SEXES
from marketplace.enterprises.models import Sex
from marketplace.orders.models.facts import Channel, Confidence
from marketplace.reports import declared_names, sheet_declared
from marketplace.reports import sheet_goal_words as goals
from marketplace.reports.models.issued import ReportKind
from marketplace.reports.names import CHANNELS, CONFIDENCES
from marketplace.reports.periods import LATEST, OLDEST, Period
from marketplace.reports.sheet_cells import Cell, Table
from marketplace.reports.sheet_figures import Sheet, best_month

KINDS = {
    ReportKind.MONTHLY: _("Monthly sheet"),
    ReportKind.QUARTERLY: _("Quarterly report"),
    ReportKind.ANNUAL: _("Annual report"),
}
READERS = {
    ReportKind.MONTHLY: _("to the secretary"),
    ReportKind.QUARTERLY: _("to the Council and the Forum"),
    ReportKind.ANNUAL: _("for the city's plan and accounts"),
}
COUNTS = {
    "events": _("Fairs"),
    "offered": _("Places offered"),
    "used": _("Places used"),
    "unmarked": _("Places of which nobody noted whether the group came"),
    "expected": _("Stalls that were there"),
    "told": _("Stalls that told what they sold"),
}
PAST_YEARS = 5


def title(kind: ReportKind, period: Period) -> str:
    return f"{KINDS[kind]}: {period_name(kind, period)}"


def period_name(kind: ReportKind, period: Period) -> str:
    """Return a month, quarter or year in words."""
    first = period.first
    if kind is ReportKind.QUARTERLY:
        which = first.month // 3 + 1
        return str(gettext("quarter %(which)s of %(year)s", which=which, year=first.year))
    return str(first.year) if kind is ReportKind.ANNUAL else month(first)


def tables(sheet: Sheet) -> list[Table]:
    """Return all that a sheet tells, in the order it is read; empty tables are left out."""
    found = [
        Table("compared", gettext("Compared"), _money_columns(), list(_compared(sheet))),
        Table("counts", gettext("Fairs and places"), [gettext("Number")], list(_counts(sheet))),
        _grouped(sheet, "segment", gettext("By segment")),
        _grouped(sheet, "zone", gettext("By zone")),
        Table("women", gettext("Women's part"), _money_columns(), list(_women(sheet))),
        Table("people", gettext("People"), _people_columns(), list(_people(sheet))),
        Table("channels", gettext("How it was sold"), _money_columns(), list(_channels(sheet))),
        Table("sure", gettext("How surely it is known"), [gettext("Volume")], list(_sure(sheet))),
        Table(
            "past", gettext("The same period in past years"), _money_columns(), list(_past(sheet))
        ),
        _declared(sheet),
        _goals(sheet),
        Table("months", gettext("Month by month"), _money_columns(), list(_months(sheet))),
    ]
    return [table for table in found if table.rows]


def coverage(sheet: Sheet) -> str:
    told, there = sheet.amount("count", "", "told"), sheet.amount("count", "", "expected")
    return str(gettext("%(n)s of %(all)s stalls told what they sold.", n=told, all=there))


def best(sheet: Sheet) -> str:
    """Return the best month of the year, and of all that are known, in a sentence."""
    told = sheet_declared.better(sheet, ever[1] if (ever := best_month(sheet)) else 0)
    return " ".join(part for part in (_best(sheet), told) if part)


def _best(sheet: Sheet) -> str:
    here, ever = best_month(sheet, sheet.period.first.year), best_month(sheet)
    if not here or not ever:
        return str(gettext("Nothing was sold so far."))
    of_year = gettext(
        "Best month of the year: %(month)s, with %(amount)s.",
        month=month(here[0]),
        amount=format_cents(here[1]),
    )
    if here == ever:
        of_all = gettext("It is the best of all that are known.")
        return f"{of_year} {of_all}"
    of_all = gettext(
        "The best of all: %(month)s, with %(amount)s.",
        month=month(ever[0]),
        amount=format_cents(ever[1]),
    )
    return f"{of_year} {of_all}"


def label_of(sheet: Sheet, group: str, value: str) -> str:
    """Return what a value of a group is called."""
    if group == "segment":
        return str(SEGMENTS[value].name)
    if group == "channel":
        return str(CHANNELS[Channel(value)])
    if group == "confidence":
        return str(CONFIDENCES[Confidence(value)])
    return sheet.names.get(f"{group}:{value}", value)


def series(sheet: Sheet, length: int = 12) -> list[tuple[str, int, int]]:
    """Return (month, sales, orders taken) of the months up to a sheet's last, as a chart shows."""
    last = sheet.period.last
    days = [month_after(last, -back) for back in reversed(range(length))]
    return [
        (
            month(day),
            sheet.amount("month", f"{day:%Y%m}", "sales"),
            sheet.amount("month", f"{day:%Y%m}", "orders"),
        )
        for day in days
    ]


class Columns(NamedTuple):
    """What a chart on screen draws; in centavos, nothing under zero."""

    labels: list[str]
    series: list[list[int]]


def columns(series: list[tuple[str, int, int]]) -> Columns:
    labels = [name[:3] for name, _sales, _orders in series]
    return Columns(labels, [[max(0, sales), max(0, orders)] for _name, sales, orders in series])


def rows(sheet: Sheet) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of one sheet to add up: ``Part`` says what a row is about."""
    return rows_of(tables(sheet))


def rows_of(tables: list[Table]) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of tables under each other."""
    headings = [gettext("Part"), gettext("Name"), gettext("What"), gettext("Amount or number")]
    body = [
        [table.title, name, column, cell.written]
        for table in tables
        for name, cells in table.rows
        for column, cell in zip(table.columns, cells, strict=True)
        if cell.value is not None
    ]
    return headings, body


def _money_columns() -> list[str]:
    return [gettext("Sales"), gettext("Orders taken"), gettext("Sales volume")]


def _people_columns() -> list[str]:
    return [gettext("In groups that sold"), gettext("In new groups")]


def _money(sales: int, orders: int) -> list[Cell]:
    return [Cell(sales), Cell(orders), Cell(sales + orders)]


def _compared(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    kind, period = sheet.kind, sheet.period
    year_before = _shifted(period, -12)
    so_far = Period(period.first.replace(month=1), period.last)
    yield period_name(kind, period), _of(sheet, period)
    if (before := period.before()) and kind is not ReportKind.ANNUAL:
        yield period_name(kind, before), _of(sheet, before)
    if year_before:
        yield period_name(kind, year_before), _of(sheet, year_before)
    if kind is ReportKind.ANNUAL:
        return
    yield gettext("%(year)s up to here", year=so_far.first.year), _of(sheet, so_far)
    if same := _shifted(so_far, -12):
        yield gettext("%(year)s up to here", year=same.first.year), _of(sheet, same)


def _of(sheet: Sheet, period: Period) -> list[Cell]:
    return _money(sheet.in_months(period, "sales"), sheet.in_months(period, "orders"))


def _shifted(period: Period, months: int) -> Period | None:
    """Return as many whole months, so many later; none outside the years that are counted."""
    first = month_after(period.first, months)
    after = month_after(first, len(period.months))
    last = after.fromordinal(after.toordinal() - 1)
    return Period(first, last) if first >= OLDEST and last <= LATEST else None


def _counts(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for name, words in COUNTS.items():
        value = sheet.amount("count", "", name)
        if value or name != "unmarked":
            yield str(words), [Cell(value, is_amount=False)]
    for measure, words in (("sellers", _("Groups that sold")), ("new", _("New groups"))):
        yield str(words), [Cell(sheet.amount("all", "", measure), is_amount=False)]


def _grouped(sheet: Sheet, group: str, title: str) -> Table:
    columns = [*_money_columns(), gettext("Groups"), gettext("New groups")]
    found = [
        (
            label_of(sheet, group, value),
            [
                *_money(*(sheet.amount(group, value, measure) for measure in ("sales", "orders"))),
                *(
                    Cell(sheet.amount(group, value, measure), is_amount=False)
                    for measure in ("sellers", "new")
                ),
            ],
        )
        for value in sheet.values(group)
    ]
    return Table(group, title, columns, found)


def _women(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    def amounts(group: str) -> list[int]:
        return [sheet.amount(group, "", measure) for measure in ("sales", "orders")]

    whole, women = amounts("all"), amounts("women")
    if not any(whole):
        return
    yield gettext("Of women, by their part of each group"), _money(*women)
    rest = [all_ - part for all_, part in zip(whole, women, strict=True)]
    yield gettext("Of men and others"), _money(*rest)
    yield gettext("Of groups led by women"), _money(*amounts("led"))


def _people(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for sex in Sex:
        told = [sheet.amount("sex", sex.value, name) for name in ("people", "new_people")]
        if any(told):
            yield str(SEXES[sex]), [Cell(n, is_amount=False) for n in told]


def _channels(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for value in sheet.values("channel"):
        sums = [sheet.amount("channel", value, measure) for measure in ("sales", "orders")]
        yield label_of(sheet, "channel", value), _money(*sums)


def _sure(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for kind in Confidence:
        if cents := sheet.amount("confidence", kind.value):
            yield label_of(sheet, "confidence", kind.value), [Cell(cents)]


def _past(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for years in range(1, PAST_YEARS + 1):
        past = _shifted(sheet.period, -12 * years)
        told = _of(sheet, past) if past else []
        if past and any(cell.value for cell in told):
            yield period_name(sheet.kind, past), told


def declared(sheet: Sheet) -> list[declared_names.Line]:
    """Return what is declared of a sheet's period, of the same one in past years, and of years."""
    periods: dict[Period, str] = {}
    for years in range(PAST_YEARS + 1):
        if past := _shifted(sheet.period, -12 * years):
            periods[past] = period_name(sheet.kind, past)
            year = Period(past.first.replace(month=1, day=1), past.last.replace(month=12, day=31))
            periods[year] = str(year.first.year)
    return sheet_declared.lines(sheet, periods)


def _declared(sheet: Sheet) -> Table:
    told = [(sheet_declared.named(line), [Cell(line.cents)]) for line in declared(sheet)]
    return Table("declared", gettext("Declared, not counted here"), [gettext("Sold")], told)


def _goals(sheet: Sheet) -> Table:
    columns = [gettext("Target"), gettext("Reached")]
    return Table("goals", gettext("Targets of the year"), columns, list(goals.rows(sheet)))


def _months(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for name, sales, orders in series(sheet):
        yield name, _money(sales, orders)
