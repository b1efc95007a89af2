"""A fair's stall map: typed as lines, a place after the other, and read as rows.

A number is a stall, alone or with letters; a dash or a dot is an aisle; three letters are marks.
"""

import enum
import re
from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext as _

MOST_ROWS, MOST_COLUMNS = 20, 12  # what a narrow phone still shows legibly
STALL = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{1,4}")
AISLES = ("-", ".")


class Landmark(enum.StrEnum):
    """What people find their way by; the letters are those that Portuguese begins with."""

    ENTRANCE = "E"
    STAGE = "P"
    TOILETS = "B"


@dataclass(frozen=True)
class StallMap:
    """Rows from the top, each with its places from the left: a stall, a landmark, or an aisle."""

    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def columns(self) -> int:
        return max(map(len, self.rows), default=0)

    @property
    def stalls(self) -> list[str]:
        """The stalls, row by row."""
        return [place for row in self.rows for place in row if STALL.fullmatch(place)]

    @property
    def landmarks(self) -> list[Landmark]:
        """Those that it has, each once."""
        there = {place for row in self.rows for place in row}
        return [mark for mark in Landmark if mark in there]

    def beside(self, stall: str) -> Landmark | None:
        """Return the first landmark that touches a stall, by a side or a corner."""
        for y, row in enumerate(self.rows):
            if stall in row:
                return self._touching(y, row.index(stall))
        return None

    def _touching(self, y: int, x: int) -> Landmark | None:
        near = {
            place
            for row in self.rows[max(0, y - 1) : y + 2]
            for place in row[max(0, x - 1) : x + 2]
        }
        return next((mark for mark in Landmark if mark in near), None)


def read(text: str) -> StallMap:
    """Read what was typed; what is no place of a map is an aisle."""
    lines = (tuple(line.upper().split()) for line in text.splitlines())
    return StallMap(tuple(tuple(map(_place, line)) for line in lines if line))


def fault(text: str) -> str:
    """Say what is wrong with what was typed, in a sentence; nothing if it can be read."""
    rows = [line.upper().split() for line in text.splitlines() if line.strip()]
    if len(rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in rows):
        told = {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        return str(_("A map has at most %(rows)s lines of %(columns)s places.", **told))
    places = [place for row in rows for place in row]
    for place in places:
        if place not in AISLES and _place(place) != place:
            return str(_("%(place)s is neither a stall, an aisle nor a mark.", place=place[:12]))
    twice = [place for place, times in Counter(read(text).stalls).items() if times > 1]
    return str(_("Stall %(n)s is there twice.", n=twice[0])) if twice else ""


def _place(typed: str) -> str:
    known = typed in list(Landmark) or STALL.fullmatch(typed)
    return typed if known else AISLES[0]
