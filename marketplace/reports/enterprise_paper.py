"""The files of one enterprise's report: PDF, XLSX and CSV, in the language of the house."""

from typing import Any

from flask_babel import force_locale

from marketplace.accounts.models import Division
from marketplace.core.language import DEFAULT
from marketplace.reports import enterprise_tables as words
from marketplace.reports.models.issued import FileKind
from marketplace.reports.sheet_figures import Sheet
from marketplace.reports.sheet_paper import Again, counted_by, filed, frame, part

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
    notes = [counted_by(sheet, division)]
    return frame(sheet, division, label, again, notes=notes, telling=words.changes) | {
        "title": words.title(sheet.names["enterprise"], sheet.kind, sheet.period),
        "reader": division.name,
        "first": [part(tables["compared"])],
        "wide": [part(tables[key], MOST_ROWS) for key in WIDE if key in tables],
        "left": [part(tables[key]) for key in LEFT if key in tables],
        "right": [part(tables[key]) for key in RIGHT if key in tables],
    }
