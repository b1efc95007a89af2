"""The files of one enterprise's report: PDF, XLSX and CSV, in the language of the house."""

from typing import Any

from flask_babel import force_locale, gettext

from marketplace.accounts.models import Division
from marketplace.core.formats import day_of, hour, long_day
from marketplace.core.language import DEFAULT
from marketplace.reports import enterprise_tables as words
from marketplace.reports.models.issued import FileKind
from marketplace.reports.sheet_chart import drawn
from marketplace.reports.sheet_figures import Sheet
from marketplace.reports.sheet_paper import Again, behind, filed, part
from marketplace.reports.sheet_tables import series

MOST_ROWS = 40  # of a table: the sheets that go with it have them all
WIDE, LEFT, RIGHT = ("fairs",), ("channel", "segment"), ("sure", "fund", "counts")


def files(
    sheet: Sheet, division: Division, label: str, again: Again | None = None
) -> dict[FileKind, bytes]:
    """Return a report's files by their kind; ``label`` is its number."""
    with force_locale(DEFAULT):
        return filed(words.rows(sheet), paper(sheet, division, label, again))


def paper(
    sheet: Sheet, division: Division, label: str, again: Again | None = None
) -> dict[str, Any]:
    """Return a report as the data of its printed pages."""
    tables = {table.key: table for table in words.tables(sheet)}
    at, zone = sheet.counted_at, division.time_zone
    when = f"{long_day(day_of(at, zone))}, {hour(at, zone)}"
    notes = [gettext("With all that was recorded by %(when)s.", when=when)]
    if not sheet.is_over:
        notes.insert(0, gettext("The period is not over: these figures will grow."))
    if again:
        notes.append(gettext("Issued anew: %(why)s", why=again.reason))
    chart = {
        "title": gettext("Sales volume by month (R$)"),
        "legend": [gettext("Sales"), gettext("Orders taken")],
    }
    return {
        "title": words.title(sheet.names["enterprise"], sheet.kind, sheet.period),
        "number": gettext("Report %(label)s", label=label),
        "reader": division.name,
        "notes": notes,
        "first": [part(tables["compared"])],
        "wide": [part(tables[key], MOST_ROWS) for key in WIDE if key in tables],
        "left": [part(tables[key]) for key in LEFT if key in tables],
        "right": [part(tables[key]) for key in RIGHT if key in tables],
        "chart": drawn(series(sheet)) | chart,
        "foot": f"{division.name} · {label}",
        "again": behind(again, words.changes(again.differs, sheet)) if again else None,
    }
