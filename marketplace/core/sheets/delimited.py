"""CSV in the encodings and with the separators that spreadsheets here write.

**Source:** RFC 4180; Microsoft Excel's "save as" in Portuguese: CSV UTF-8, CSV, CSV (Macintosh),
CSV (MS-DOS), Unicode text; its ``sep=`` line.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from marketplace.core.sheets.errors import BadSheet, BrokenCsv
from marketplace.core.sheets.formulas import unguarded
from marketplace.core.sheets.grid import Row, Sheet, headed

SEPARATORS = (";", "\t", ",", "|")
ROWS_TO_JUDGE = 50
_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_EIGHT_BITS = ("cp1252", "cp850", "mac_roman", "latin-1")
_WRITTEN_HERE = frozenset("áàâãéêíóôõúüçñÁÀÂÃÉÊÍÓÔÕÚÜÇÑªº°§€–—‘’“”…•×½¼²³«»\u00a0")  # noqa: RUF001


def read_csv(data: bytes) -> Sheet:
    """Return the sheet.

    :raises BadSheet: for what is no text, or has quotation marks or rows out of order.
    """
    text, encoding = _decoded(data)
    announced = re.match(r'"?sep=(.)"?(?:\r\n|\r|\n)', text, re.IGNORECASE)
    if announced:
        text, separator = text[announced.end() :], announced[1]
    else:
        separator = max(SEPARATORS, key=lambda sign: _fit(text, sign))
    headers, rows, first_row = headed(_cells(text, separator))
    return Sheet(headers, rows, "csv", encoding, separator, first_row)


def _cells(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 0
    try:
        for cells in reader:
            row += 1
            yield [unguarded(cell) for cell in cells]
    except csv.Error as error:
        raise BrokenCsv(row=row + 1) from error


def _fit(text: str, separator: str) -> float:
    """Say how well a separator explains the first rows: many columns, alike in every row."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    widths: list[int] = []
    with suppress(csv.Error):
        widths.extend(len(row) for row in islice(reader, ROWS_TO_JUDGE) if row)
    if not widths or widths[0] == 1:
        return 0
    return widths[0] * widths.count(widths[0]) / len(widths)


def _decoded(data: bytes) -> tuple[str, str]:
    mark = next((mark for mark in _BOMS if data.startswith(mark)), b"")
    encoding = _BOMS.get(mark) or _encoding(data)
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise BadSheet from error
    if "\x00" in text:
        raise BadSheet
    return text, encoding


def _encoding(data: bytes) -> str:
    if b"\x00" in data:  # UTF-16 without its mark, or no text at all
        return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return max(_EIGHT_BITS, key=lambda encoding: _likeness(data, encoding))
    return "utf-8"


def _likeness(data: bytes, encoding: str) -> float:
    """Say how much of what is not ASCII would be letters and signs that are written here."""
    try:
        unusual = [sign for sign in data.decode(encoding) if not sign.isascii()]
    except UnicodeDecodeError:
        return -1
    return sum(sign in _WRITTEN_HERE for sign in unusual) / (len(unusual) or 1)
