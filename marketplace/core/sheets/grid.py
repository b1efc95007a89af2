"""A sheet once it is read: named columns and rows of text, each cell with its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from marketplace.core.sheets.errors import (
    CellWithoutColumn,
    ColumnTwice,
    NoHeader,
    TooManyColumns,
    TooManyRows,
)
from marketplace.core.text import clean

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS = 5_000, 50
Row = list[str]


@dataclass(frozen=True)
class Sheet:
    """Rows of text as wide as the header; kind, encoding and separator say how it was read."""

    headers: list[str]
    rows: list[Row]
    kind: Literal["csv", "xlsx"]
    encoding: str | None = None
    separator: str | None = None
    first_row: int = 2
    """What a spreadsheet shows as the number of the first row below the header."""

    def place(self, row: int, column: int) -> str:
        """Return what a spreadsheet calls the cell, e.g. ``C7``; both are counted from 0."""
        return f"{column_letter(column)}{self.first_row + row}"


def column_letter(column: int) -> str:
    """Return what a spreadsheet calls a column counted from 0: A, B … Z, AA."""
    letters = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        letters = chr(ord("A") + letter) + letters
        column -= 1
    return letters


def column_number(letters: str) -> int:
    """Return the number, counted from 1, of the column that a spreadsheet calls so."""
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters.upper(), 0)


def headed(cells: Iterable[Row]) -> tuple[list[str], list[Row], int]:
    """Return header, rows and the first row's number; blank rows around them are left out.

    :raises BadSheet: without a header, with two columns of one name, with a cell outside the
        named columns, or over the limits, of which rows are counted with those left blank.
    """
    numbered = ((number, row) for number, row in enumerate(cells, start=1) if not _is_blank(row))
    number, named = next(numbered, (0, []))
    headers = [clean(name) for name in _trimmed(named)]
    _check(headers)
    rows: list[Row] = []
    for here, row in numbered:
        if (index := here - number - 1) >= MAX_ROWS:
            raise TooManyRows(most=MAX_ROWS)
        rows.extend(_blank(headers, index - len(rows)))
        rows.append(_fitted(row, len(headers), here))
    return headers, rows, number + 1


def _check(headers: list[str]) -> None:
    if not headers:
        raise NoHeader
    if len(headers) > MAX_COLUMNS:
        raise TooManyColumns(most=MAX_COLUMNS)
    for name in headers:
        if name and headers.count(name) > 1:
            raise ColumnTwice(name=name)


def _is_blank(row: Row) -> bool:
    return not any(map(str.strip, row))


def _trimmed(row: Row) -> Row:
    while row and not row[-1].strip():
        row = row[:-1]
    return row


def _blank(headers: list[str], count: int) -> Iterator[Row]:
    return ([""] * len(headers) for _ in range(count))


def _fitted(row: Row, width: int, number: int) -> Row:
    outside = next((i for i, cell in enumerate(row) if i >= width and cell.strip()), None)
    if outside is not None:
        raise CellWithoutColumn(cell=f"{column_letter(outside)}{number}")
    return (row + [""] * width)[:width]
