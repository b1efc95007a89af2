"""XLSX: checked part by part before a library lays its cells out in memory.

The checked parts are packed anew, so that the library sees what was checked and nothing else of
the archive. Formulas are never run: a cell is what the program that wrote the file saw in it.

**Source:** ECMA-376, Office Open XML; PKWARE, APPNOTE; CWE-409 and CWE-776 (bombs).
"""

import io
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO
from xml.parsers import expat

import python_calamine as calamine

from marketplace.core.sheets.errors import BadSheet, SheetTooLarge, TooManyColumns, TooManyRows
from marketplace.core.sheets.formulas import unguarded
from marketplace.core.sheets.grid import MAX_COLUMNS, MAX_ROWS, Sheet, column_number, headed

MAX_MEMBERS, MAX_UNPACKED, MAX_ELEMENTS = 1_000, 50 * 1024 * 1024, 2_000_000
MAX_DEPTH = 100  # of elements inside each other; each open one takes memory of the parser's
CHUNK = 64 * 1024
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError),  # not unpacked
    *(expat.ExpatError, LookupError, ValueError),  # no XML, unknown encoding, places before 0
    *(calamine.CalamineError, OverflowError),  # no workbook, dates beyond the calendar
)


def read_xlsx(data: bytes) -> Sheet:
    """Return the first sheet of the workbook.

    :raises BadSheet: if it is no workbook, is over a limit, or declares a document type.
    """
    try:
        checked = _repacked(data)
        with Panics():
            first = calamine.load_workbook(checked).get_sheet_by_index(0)
            values = first.to_python(skip_empty_area=False)
    except _UNREADABLE as error:
        raise BadSheet from error
    headers, rows, first_row = headed([_as_text(value) for value in row] for row in values)
    return Sheet(headers, rows, "xlsx", first_row=first_row)


class Panics(AbstractContextManager[None]):
    """Refuse the workbook on which the library, which is Rust, panics; that is no `Exception`."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> None:
        if kind is not None and kind.__name__ == "PanicException":
            raise BadSheet from error


def _repacked(data: bytes) -> io.BytesIO:
    checked = io.BytesIO()
    packing = zipfile.ZipFile(checked, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with zipfile.ZipFile(io.BytesIO(data)) as sent, packing as kept:
        parts = sent.infolist()
        if len(parts) > MAX_MEMBERS or len({part.filename for part in parts}) < len(parts):
            raise BadSheet
        limits = Limits()
        for part in parts:
            if part.flag_bits & 1 or part.compress_type not in (0, zipfile.ZIP_DEFLATED):
                raise BadSheet
            with sent.open(part) as member:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with kept.open(part.filename, "w") as copy:
                        _pass_on(limits.unpacked_from(member), copy, limits.parser())
                else:
                    deque(limits.unpacked_from(member), maxlen=0)  # only counted
    checked.seek(0)
    return checked


def _pass_on(chunks: Iterable[bytes], copy: IO[bytes], parser: expat.XMLParserType) -> None:
    for chunk in chunks:
        parser.Parse(chunk)
        copy.write(chunk)
    parser.Parse(b"", True)


class Limits:
    """What a workbook has used up so far of what one may."""

    def __init__(self) -> None:
        self.unpacked = self.elements = 0

    def unpacked_from(self, member: IO[bytes]) -> Iterator[bytes]:
        while chunk := member.read(CHUNK):
            self.unpacked += len(chunk)
            if self.unpacked > MAX_UNPACKED:
                raise SheetTooLarge(megabytes=MAX_UNPACKED // 2**20)
            yield chunk

    def parser(self) -> expat.XMLParserType:
        """Return one that refuses cells far out (they would be laid out in memory), endless tags.

        It refuses too what two parsers may see differently: document types, instructions,
        comments, other encodings.
        """
        cells, depth = Cells(), 0
        parser = expat.ParserCreate("utf-8")
        parser.StartDoctypeDeclHandler = _refuse
        parser.ProcessingInstructionHandler = parser.CommentHandler = _refuse

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            self.elements, depth = self.elements + 1, depth + 1
            if self.elements > MAX_ELEMENTS or depth > MAX_DEPTH:
                raise SheetTooLarge(megabytes=MAX_UNPACKED // 2**20)
            cells.enter(name.rpartition(":")[2], attributes)

        def end(_name: str) -> None:
            nonlocal depth
            depth -= 1

        parser.StartElementHandler, parser.EndElementHandler = start, end
        return parser


def _refuse(*_declaration: object) -> None:
    raise BadSheet


class Cells:
    """Follow a worksheet's elements from cell to cell; a cell without a value takes no room."""

    def __init__(self) -> None:
        self.in_sheet = False
        self.row = self.column = 0

    def enter(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheetData":
            self.in_sheet = True
        elif name == "row":
            self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
        elif name == "c":
            self._enter_cell(attributes.get("r"))
        elif name in ("v", "is", "f") and self.in_sheet:
            self._refuse_far_out()

    def _enter_cell(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
        elif place := re.fullmatch("([A-Za-z]{1,3})([0-9]{1,9})", reference):
            self.column, self.row = column_number(place[1]), int(place[2])
        else:
            raise BadSheet

    def _refuse_far_out(self) -> None:
        if self.row > MAX_ROWS + 1:
            raise TooManyRows(most=MAX_ROWS)
        if self.column > MAX_COLUMNS:
            raise TooManyColumns(most=MAX_COLUMNS)


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not re.fullmatch("[0-9]{1,9}", text):
        raise BadSheet
    return int(text)


def _as_text(value: object) -> str:
    """Write a value as people here would type it, so that a column of them is read by one rule."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        return f"{Decimal(format(value, '.15g')):f}".replace(".", ",")
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date | time) else unguarded(str(value))
