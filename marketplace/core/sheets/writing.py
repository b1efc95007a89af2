"""Sheets to take away: they open in a spreadsheet as they are, and are read back unchanged."""

import csv
import io
from collections.abc import Iterable, Sequence

from marketplace.core.sheets.formulas import guarded, unguarded

LONGEST_CELL = 32_767
"""Letters in a cell. **Source:** Microsoft, "Excel specifications and limits"."""


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return CSV that Excel in Portuguese opens with a double click; formulas stay text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    for row in (headers, *rows):
        writer.writerow([guarded(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook with one sheet, in which every cell is text, formulas too.

    :raises ValueError: for a cell longer than a workbook can hold.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # here: few need it, and it is large

    file = io.BytesIO()
    safe = {f"strings_to_{kind}": False for kind in ("formulas", "urls", "numbers")}
    with xlsxwriter.Workbook(file, {"constant_memory": True, **safe}) as book:
        page = book.add_worksheet()
        page.freeze_panes(1, 0)
        for row, cells in enumerate((headers, *rows)):
            for column, cell in enumerate(cells):
                if page.write_string(row, column, _text(cell)):
                    raise ValueError(f"row {row + 1} has a cell over {LONGEST_CELL} letters")
    return file.getvalue()


def _text(cell: str) -> str:
    """Keep an apostrophe that reading would take off; a formula needs none in a cell of text."""
    return cell if unguarded(cell) == cell else f"'{cell}"
