"""Numbers in a column: in which form they are written is decided once for all its cells."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.core.numbers import ENGLISH, PTBR, BadNumber, Style, parse_decimal, scaled
from marketplace.core.sheets.grid import Sheet


@dataclass(frozen=True)
class Format:
    """How a column writes its numbers; ambiguous if all could be meant in the other way too."""

    style: Style
    sample: str
    ambiguous: bool = False

    def read(self, text: str, *, places: int) -> int:
        """Return the number in units of ``10 ** -places``: centavos for 2, whole ones for 0.

        :raises BadNumber: if it is not a number in this form.
        """
        return scaled(parse_decimal(_bare(text), self.style), places)


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken as it is, and why; the reason may be shown."""

    place: str
    header: str
    text: str
    reason: str


@dataclass(frozen=True)
class Numbers:
    """A column as integers, none where a cell is blank or faulty."""

    format: Format
    values: list[int | None]
    faults: list[Fault]


def read_numbers(sheet: Sheet, column: int, *, places: int) -> Numbers:
    """Return a column's numbers in units of ``10 ** -places``, by the form it is written in."""
    cells = [row[column] for row in sheet.rows]
    form = decide_numbers(cells)
    values: list[int | None] = []
    faults = []
    for index, cell in enumerate(cells):
        try:
            values.append(form.read(cell, places=places) if cell.strip() else None)
        except BadNumber as error:
            values.append(None)
            place = sheet.place(index, column)
            faults.append(Fault(place, sheet.headers[column], cell, str(error)))
    return Numbers(form, values, faults)


def decide_numbers(values: Iterable[str]) -> Format:
    """Return the form in which most of the numbers can only be written; at a tie Brazil's."""
    votes = Counter(map(_vote, values))
    if votes["english"] > votes["ptbr"]:
        return Format(ENGLISH, ENGLISH.sample)
    if votes["ptbr"] or votes["english"]:
        return Format(PTBR, PTBR.sample)
    if votes["either"]:
        return Format(PTBR, PTBR.sample, ambiguous=True)
    return Format(PTBR, "1234")


def _vote(text: str) -> str:
    typed = _bare(text)
    forms = PTBR.reads(typed), ENGLISH.reads(typed)
    if forms == (True, True):
        return "plain" if typed.isdigit() else "either"
    return {(True, False): "ptbr", (False, True): "english"}.get(forms, "none")


def _bare(text: str) -> str:
    return re.sub(r"^R\$\s*", "", text.strip())
