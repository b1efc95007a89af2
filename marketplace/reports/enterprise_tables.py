"""One enterprise's report in words: the same tables on screen, on paper and as sheets."""

from collections.abc import Iterable, Iterator

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.core.clock import month_after
from marketplace.core.formats import month
from marketplace.orders.models.facts import Confidence
from marketplace.reports.models.issued import IssuedReport, ReportKind
from marketplace.reports.periods import OLDEST, Period, date_of
from marketplace.reports.sheet_cells import Cell, Table
from marketplace.reports.sheet_changes import CAUSES, Change
from marketplace.reports.sheet_changes import MEASURES as OF_SHEETS
from marketplace.reports.sheet_differences import Cause, Difference
from marketplace.reports.sheet_figures import Sheet
from marketplace.reports.sheet_tables import label_of, period_name, rows_of

FUND = {
    "contributed": _("Of what was paid on the site"),
    "due": _("Of direct sales"),
    "taken_back": _("Back to buyers, of what they got back"),
}
MEASURES = OF_SHEETS | FUND | {"stood": _("Had a stall"), "came": _("Came"), "fairs": _("Fairs")}
COUNTED = ("pieces", "stood", "came", "fairs")


def title(name: str, kind: ReportKind, period: Period) -> str:
    return f"{name}: {period_name(kind, period)}"


def sheet_of(report: IssuedReport) -> Sheet:
    """Return the figures of an issued report as they were counted."""
    kept, period = report.figures, Period(report.first_on, report.last_on)
    names = kept["names"] | {"enterprise": report.enterprise_name}
    return Sheet(report.kind, period, report.issued_at, kept["lines"], names)


def tables(sheet: Sheet) -> list[Table]:
    """Return all that a report tells, in the order it is read; empty tables are left out."""
    money = [gettext("Sales"), gettext("Orders taken"), gettext("Sales volume")]
    fairs = [*money, gettext("Stall"), gettext("Came")]
    found = [
        Table("compared", gettext("Compared"), money, list(_compared(sheet))),
        Table("fairs", gettext("By fair"), fairs, list(_fairs(sheet))),
        Table("channel", gettext("How it was sold"), money, list(_grouped(sheet, "channel"))),
        Table("segment", gettext("By segment"), money, list(_grouped(sheet, "segment"))),
        Table("sure", gettext("How surely it is known"), [gettext("Volume")], list(_sure(sheet))),
        Table("fund", gettext("Solidarity fund"), [gettext("Amount")], list(_fund(sheet))),
        Table("counts", gettext("Numbers"), [gettext("Number")], list(_counts(sheet))),
        Table("months", gettext("Month by month"), money, list(_months(sheet))),
    ]
    return [table for table in found if table.rows]


def rows(sheet: Sheet) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of one sheet to add up: ``Part`` says what a row is about."""
    return rows_of(tables(sheet))


def changes(found: Iterable[Difference], sheet: Sheet) -> list[Change]:
    """Return the differences as they are read: those of the whole first."""
    ordered = sorted(found, key=lambda one: (not one.key.startswith("all:"), one.key))
    return [_change(one, sheet) for one in ordered]


def _change(one: Difference, sheet: Sheet) -> Change:
    group, value, measure = one.key.split(":")
    is_amount = measure not in COUNTED
    why = [(str(CAUSES[Cause(c)]), Cell(n, is_amount)) for c, n in one.causes.items()]
    then, now, change = (Cell(n, is_amount) for n in (one.before, one.now, one.change))
    name = "" if group in ("all", "count") else _named(sheet, group, value)
    what = str(MEASURES[measure])
    return Change(f"{name}: {what}" if name else what, then, now, change, why)


def _named(sheet: Sheet, group: str, value: str) -> str:
    if group == "month":
        return month(date_of(int(value)))
    return gettext("Solidarity fund") if group == "fund" else label_of(sheet, group, value)


def _money(sheet: Sheet, group: str, value: object = "") -> list[Cell]:
    sums = [sheet.amount(group, value, measure) for measure in ("sales", "orders")]
    return [Cell(cents) for cents in (*sums, sum(sums))]


def _compared(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    first = month_after(sheet.period.first, -12)
    after = month_after(first, len(sheet.period.months))
    past = Period(first, after.fromordinal(after.toordinal() - 1)) if first >= OLDEST else None
    for period in (sheet.period, past):
        if period:
            sums = [sheet.in_months(period, measure) for measure in ("sales", "orders")]
            shown = [Cell(cents) for cents in (*sums, sum(sums))]
            yield period_name(sheet.kind, period), shown


def _fairs(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for value in sheet.values("fair"):
        noted = [sheet.amount("fair", value, measure) for measure in ("stood", "came")]
        marks = [Cell(number, is_amount=False) for number in noted]
        yield label_of(sheet, "fair", value), [*_money(sheet, "fair", value), *marks]


def _grouped(sheet: Sheet, group: str) -> Iterator[tuple[str, list[Cell]]]:
    for value in sheet.values(group):
        yield label_of(sheet, group, value), _money(sheet, group, value)


def _sure(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for kind in Confidence:
        if cents := sheet.amount("confidence", kind.value):
            yield label_of(sheet, "confidence", kind.value), [Cell(cents)]


def _fund(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for measure, words in FUND.items():
        yield str(words), [Cell(sheet.amount("fund", "", measure))]


def _counts(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    came = sum(sheet.amount("fair", value, "came") for value in sheet.values("fair"))
    told = [
        (gettext("Fairs with a stall"), sheet.amount("count", "", "fairs")),
        (gettext("Fairs at which the group came"), came),
        (gettext("Pieces"), sheet.amount("all", "", "pieces")),
    ]
    for words, number in told:
        yield words, [Cell(number, is_amount=False)]


def _months(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    for day in sheet.period.months:
        yield month(day), _money(sheet, "month", f"{day:%Y%m}")
