"""Reading a sheet row by row: each cell that cannot be taken is named by its place."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from flask_babel import gettext as _

from marketplace.core.sheets.columns import Fault, Format, read_numbers
from marketplace.core.sheets.grid import Sheet


class Column(Protocol):
    """A column that a sheet may have; ``places`` are those behind its comma, if it has numbers."""

    @property
    def name(self) -> str: ...
    @property
    def places(self) -> int | None: ...


class RowReader:
    """Reads a sheet, collecting the faults of the row at hand.

    ``places`` is where each known column stands, ``largest`` what its numbers may be at most.
    """

    def __init__(
        self,
        sheet: Sheet,
        places: Mapping[str, int],
        columns: Iterable[Column],
        largest: Mapping[str, int],
    ) -> None:
        self.sheet, self.places, self.largest = sheet, places, largest
        self.faults: list[Fault] = []
        self.formats: dict[str, Format] = {}  # by header, as written
        self._numbers: dict[str, list[int | None]] = {}
        self._number_faults: dict[str, Fault] = {}
        for column in columns:
            if column.name in places and column.places is not None:
                self._read_numbers(column.name, column.places)

    def cell(self, index: int, column: str) -> str:
        """Return what stands in a row; nothing where the sheet has no such column."""
        place = self.places.get(column)
        return "" if place is None else self.sheet.rows[index][place]

    def number(self, index: int, column: str, *, least: int = 0) -> int | None:
        """Return a number in the smallest unit of its column; none where there is none to take."""
        if column not in self._numbers:
            return None
        place = self.sheet.place(index, self.places[column])
        if fault := self._number_faults.get(place):
            self.faults.append(fault)
            return None
        value = self._numbers[column][index]
        if value is not None and not least <= value <= self.largest[column]:
            self.fault(index, column, _("This number is too small or too large."))
        return value

    def fault(self, index: int, column: str, reason: str) -> None:
        place = self.places[column]
        header, text = self.sheet.headers[place], self.sheet.rows[index][place]
        self.faults.append(Fault(self.sheet.place(index, place), header, text, reason))

    def taken_faults(self) -> list[Fault]:
        """Return the faults of the row at hand, and begin with none."""
        taken, self.faults = self.faults, []
        return taken

    def _read_numbers(self, column: str, places: int) -> None:
        read = read_numbers(self.sheet, self.places[column], places=places)
        self._numbers[column] = read.values
        self.formats[self.sheet.headers[self.places[column]]] = read.format
        self._number_faults |= {fault.place: fault for fault in read.faults}
