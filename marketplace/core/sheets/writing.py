"""Sheets to take away: they open in a spreadsheet as they are, and are read back unchanged."""

import csv
import io
from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

from marketplace.core.sheets.formulas import guarded, unguarded

LONGEST_CELL = 32_767
"""Letters in a cell. **Source:** Microsoft, "Excel specifications and limits"."""
LONGEST_SHEET = 1_048_576
"""Rows of a sheet. **Source:** the same."""
MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook knows no zone, and ours no moment


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return CSV that Excel in Portuguese opens with a double click; formulas stay text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    for row in (headers, *rows):
        writer.writerow([guarded(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Container[int] = ()
) -> bytes:
    """Return a workbook as `write_xlsx_to` writes it.

    :raises ValueError: for a cell longer than a workbook can hold.
    """
    file = io.BytesIO()
    write_xlsx_to(file, headers, rows, numbers=numbers)
    return file.getvalue()


def write_xlsx_to(
    file: Path | io.BytesIO,
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Container[int] = (),
) -> None:
    """Write a workbook with one sheet, in which every cell is text, formulas too.

    The same cells are the same bytes, whenever it is made. Of the rows, one is in memory at a time;
    until the end they lie beside a file that has a path.

    Under the headings at the places in ``numbers`` they are numbers that add up: ``-1234,50``.

    :raises ValueError: for a cell longer than a workbook can hold.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # here: few need it, and it is large

    safe = {f"strings_to_{kind}": False for kind in ("formulas", "urls", "numbers")}
    place = {"tmpdir": str(file.parent)} if isinstance(file, Path) else {}
    with xlsxwriter.Workbook(file, {"constant_memory": True, **safe, **place}) as book:
        book.set_properties({"created": MADE_AT})
        page = book.add_worksheet()
        page.freeze_panes(1, 0)
        shown = [book.add_format({"num_format": pattern}) for pattern in ("#,##0", "#,##0.00")]
        for row, cells in enumerate(chain([headers], rows)):
            for column, cell in enumerate(cells):
                if row and cell and column in numbers:
                    page.write_number(row, column, _number(cell), shown["," in cell])
                elif page.write_string(row, column, _text(cell)):
                    raise ValueError(f"row {row + 1} has a cell over {LONGEST_CELL} letters")


def reais(cents: int) -> str:
    """Write centavos as Excel in Portuguese reads a number: ``-1234,50``."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{part:02d}"


def _number(cell: str) -> float:
    return float(cell.replace(",", "."))


def _text(cell: str) -> str:
    """Keep an apostrophe that reading would take off; a formula needs none in a cell of text."""
    return cell if unguarded(cell) == cell else f"'{cell}"
