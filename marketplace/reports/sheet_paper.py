"""The files of a sheet: PDF on one page, XLSX and CSV, in the language of the house."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask_babel import force_locale, gettext

from marketplace.accounts.models import Division
from marketplace.core import pdf
from marketplace.core.formats import day_of, hour, long_day
from marketplace.core.language import DEFAULT
from marketplace.core.sheets.writing import write_csv, write_xlsx
from marketplace.reports import sheet_declared, sheet_goal_words
from marketplace.reports import sheet_tables as words
from marketplace.reports.models.issued import FileKind
from marketplace.reports.sheet_cells import Table
from marketplace.reports.sheet_changes import Change, changes
from marketplace.reports.sheet_chart import drawn
from marketplace.reports.sheet_differences import Difference
from marketplace.reports.sheet_figures import Sheet

TEMPLATE = "reports/sheet"
ON_PAPER = 9  # rows of a table that fit beside another
FIRST, WIDE = ("compared",), ("segment", "zone")  # as wide as the page
LEFT, RIGHT = ("women", "people", "counts"), ("channels", "goals")


class Again(NamedTuple):
    """Why another report of a period: which it follows, and each line that is another now."""

    label: str
    reason: str
    differs: list[Difference]


def files(
    sheet: Sheet, division: Division, label: str, again: Again | None = None
) -> dict[FileKind, bytes]:
    """Return a sheet's files by their kind; ``label`` is its number."""
    with force_locale(DEFAULT):
        return filed(words.rows(sheet), paper(sheet, division, label, again))


def filed(
    rows: tuple[list[str], list[list[str]]], printed: Mapping[str, Any]
) -> dict[FileKind, bytes]:
    """Return the files of a report: its headings and rows, and what its paper is drawn from."""
    return {
        FileKind.PDF: pdf.render(TEMPLATE, printed),
        FileKind.XLSX: write_xlsx(*rows, numbers={3}),
        FileKind.CSV: write_csv(*rows),
    }


def paper(
    sheet: Sheet, division: Division, label: str, again: Again | None = None
) -> dict[str, Any]:
    """Return a sheet as the data of its printed page."""
    tables = {table.key: table for table in words.tables(sheet)}
    notes = [words.coverage(sheet), words.best(sheet), counted_by(sheet, division)]
    notes += [said] if (said := sheet_goal_words.so_far(sheet)) else []
    notes += sheet_declared.note(words.declared(sheet))
    return frame(sheet, division, label, again, notes=notes, telling=changes) | {
        "title": words.title(sheet.kind, sheet.period),
        "reader": str(words.READERS[sheet.kind]),
        "first": _parts(tables, FIRST),
        "wide": _parts(tables, WIDE),
        "left": _parts(tables, LEFT),
        "right": _parts(tables, RIGHT),
    }


def counted_by(sheet: Sheet, division: Division) -> str:
    """Say by when what is counted was recorded, by the clocks of the Division."""
    at, zone = sheet.counted_at, division.time_zone
    when = f"{long_day(day_of(at, zone))}, {hour(at, zone)}"
    return str(gettext("With all that was recorded by %(when)s.", when=when))


def frame(
    sheet: Sheet,
    division: Division,
    label: str,
    again: Again | None,
    *,
    notes: list[str],
    telling: Callable[[list[Difference], Sheet], list[Change]],
) -> dict[str, Any]:
    """Return what the paper of every report has: number, notes, chart, foot, what differs."""
    running = [] if sheet.is_over else [gettext("The period is not over: these figures will grow.")]
    anew = [gettext("Issued anew: %(why)s", why=again.reason)] if again else []
    chart = {
        "title": gettext("Sales volume by month (R$)"),
        "legend": [gettext("Sales"), gettext("Orders taken")],
    }
    return {
        "number": gettext("Report %(label)s", label=label),
        "notes": [*running, *notes, *anew],
        "chart": drawn(words.series(sheet)) | chart,
        "foot": f"{division.name} · {label}",
        "again": _behind(again, telling(again.differs, sheet)) if again else None,
    }


def _behind(again: Again, told: list[Change]) -> dict[str, Any]:
    """Return the page behind: each line that differs from the report before, and why."""
    return {
        "title": gettext("What differs from report %(label)s, and why", label=again.label),
        "columns": [gettext("Line"), gettext("Then"), gettext("Now"), gettext("Why")],
        "rows": [
            [
                *(one.name, one.before.shown, one.now.shown),
                "; ".join(f"{cell.shown}: {why}" for why, cell in one.why),
            ]
            for one in told
        ],
        "none": gettext("No line differs."),
    }


def _parts(tables: dict[str, Table], keys: tuple[str, ...]) -> list[dict[str, Any]]:
    return [part(tables[key]) for key in keys if key in tables]


def part(table: Table, most: int = ON_PAPER) -> dict[str, Any]:
    """Return a table for paper, without the rows that do not fit: the files have them."""
    left = len(table.rows) - most
    rows = [[name, *(cell.shown for cell in cells)] for name, cells in table.rows[:most]]
    more = gettext("and %(n)s more, in the sheet that goes with this", n=left) if left > 0 else ""
    return {"title": table.title, "columns": ["", *table.columns], "rows": rows, "more": more}
