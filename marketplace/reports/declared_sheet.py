"""A sheet of declared totals read into values; each cell that cannot be taken is named.

Numbers are read in the form that each column is written in; a row with a fault is left out whole.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _

from marketplace.accounts.models import Division, Municipality
from marketplace.core.sheets.columns import Fault, Format
from marketplace.core.sheets.grid import Sheet
from marketplace.core.sheets.rows import RowReader
from marketplace.core.text import clean
from marketplace.reports import declared
from marketplace.reports.declared_columns import COLUMNS, NEEDED, placed, plain, unknown, words
from marketplace.reports.declared_forms import MOST_CENTS, MOST_PEOPLE
from marketplace.reports.errors import DeclaredOfLater
from marketplace.reports.models.declared import DeclaredTotal
from marketplace.reports.operations.declaring import LONGEST, LONGEST_NAME, Past, is_later

COUNTS = ("people", "enterprises", "places")
FIGURES = ("amount_cents", *COUNTS, "sureness", "source")
LARGEST = {"amount_brl": MOST_CENTS, "year": 9999} | dict.fromkeys(COUNTS, MOST_PEOPLE)


class Line(NamedTuple):
    """A row that can be taken, and what stands for its time and limits already."""

    number: int  # as the spreadsheet shows it
    past: Past
    municipality: str  # its name
    known: DeclaredTotal | None

    @property
    def is_same(self) -> bool:
        """Whether what stands says the same."""
        return all(getattr(self.known, name) == getattr(self.past, name) for name in FIGURES)


@dataclass
class Plan:
    """What a sheet says, and what taking it in would do."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    formats: dict[str, Format] = field(default_factory=dict)  # by header, as written
    ignored: list[str] = field(default_factory=list)  # headers that name no column
    missing: list[str] = field(default_factory=list)  # columns without which nothing is taken
    left_out: int = 0  # rows with a fault

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.known is None]

    @property
    def same(self) -> list[Line]:
        return [line for line in self.lines if line.known and line.is_same]

    @property
    def differing(self) -> list[Line]:
        """Return the rows that say something else than what is declared."""
        return [line for line in self.lines if line.known and not line.is_same]


def plan(sheet: Sheet, division: Division, now: datetime) -> Plan:
    """Return what a sheet would do in a Division; nothing here writes.

    :raises BadSheet: if it has one column twice.
    """
    places = placed(sheet.headers)
    found = Plan(ignored=unknown(sheet.headers))
    found.missing = [c.portuguese for c in COLUMNS if c.name in NEEDED and c.name not in places]
    if found.missing:
        return found
    reader, there = _Reader(sheet, places), declared.by_time_and_limits(division.id)
    found.formats = reader.formats
    for index in range(len(sheet.rows)):
        if not any(cell.strip() for cell in sheet.rows[index]):
            continue
        past = reader.past(index, division, now)
        if past is None:
            found.left_out += 1
            found.faults += reader.taken_faults()
        else:
            number, known = sheet.first_row + index, there.get(declared.time_and_limits(past))
            found.lines.append(Line(number, past, reader.municipality(index), known))
    return found


class _Reader(RowReader):
    def __init__(self, sheet: Sheet, places: dict[str, int]) -> None:
        super().__init__(sheet, places, COLUMNS, LARGEST)
        self.words, self.seen = words(), set[declared.TimeAndLimits]()

    def past(self, index: int, division: Division, now: datetime) -> Past | None:
        """Return what a row declares; none where one of its cells cannot be taken."""
        told: dict[str, Any] = {
            "year": self._number(index, "year") or 0,
            "month": self._word(index, "month"),
            "amount_cents": self._number(index, "amount_brl") or 0,
            "sureness": self._word(index, "sureness"),
            "source": self._text(index, "source", LONGEST),
            "municipality_code": getattr(self._word(index, "municipality"), "code", None),
            "segment": self._word(index, "segment") or "",
            "channel": self._word(index, "channel") or "",
            "fair": self._text(index, "fair", LONGEST_NAME),
        }
        told |= {name: self._number(index, name) for name in COUNTS}
        past = Past(**told)
        if not self.faults and is_later(division, past, now):
            self.fault(index, "year", str(DeclaredOfLater()))
        if not self.faults and declared.time_and_limits(past) in self.seen:
            self.fault(index, "year", _("These time and limits stand twice in the spreadsheet."))
        if self.faults:
            return None
        self.seen.add(declared.time_and_limits(past))
        return past

    def municipality(self, index: int) -> str:
        """Return the name of the municipality that a row is limited to; nothing without one."""
        found: Municipality | None = self._word(index, "municipality")
        return found.name if found else ""

    def _number(self, index: int, column: str) -> int | None:
        value = self.number(index, column)
        if value is None and column in NEEDED and not self.cell(index, column).strip():
            self.fault(index, column, _("Fill in this cell."))
        return value

    def _word(self, index: int, column: str) -> Any:
        if not (cell := self._text(index, column, LONGEST)):
            return None
        if (meant := self.words[column].get(plain(cell))) is None:
            self.fault(index, column, _("We do not know this word here."))
        return meant

    def _text(self, index: int, column: str, most: int) -> str:
        text = clean(self.cell(index, column))
        if len(text) > most:
            self.fault(index, column, _("Use at most %(most)s letters.", most=most))
        if not text and column in NEEDED:
            self.fault(index, column, _("Fill in this cell."))
        return text
