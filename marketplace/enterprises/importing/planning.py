"""What taking in a sheet of enterprises would do, cell by cell; nothing here writes."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Division, Municipality
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.core.sheets.columns import Fault, Format, read_numbers
from marketplace.core.sheets.grid import Sheet
from marketplace.core.text import fold
from marketplace.enterprises import queries
from marketplace.enterprises.importing.columns import (
    BY_KEY,
    NEEDED,
    NUMBERS,
    Column,
    column_of,
)
from marketplace.enterprises.likeness import closeness
from marketplace.enterprises.models import Enterprise

CHANGED = (
    *("name", "kind", "segment", "municipality_code", "neighbourhood_id", "community", "river"),
    *("founded_year", "story", "legal_form", "cnpj", "mobile", "email", "responsible_name"),
    "is_demo",
)
SAME_GROUP = 0.5  # a sheet renames a group, it does not put another in its place
FIRST_YEAR, MOST_PEOPLE = 1850, 2000
COUNTS = ("women", "men", "others")
Values = dict[str, Any]


@dataclass
class Line:
    """A row of the sheet: what it says, and which enterprise it is about."""

    number: int
    values: Values
    found: Enterprise | None = None
    is_bad: bool = False
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def action(self) -> str:
        if self.is_bad:
            return "bad"
        if self.found is None:
            return "new"
        return "changed" if self.changes else "same"

    @property
    def people(self) -> dict[str, int]:
        return {key: self.values.get(key) or 0 for key in COUNTS}


@dataclass(frozen=True)
class Plan:
    sheet: Sheet
    columns: dict[int, Column]
    formats: dict[int, Format]
    lines: list[Line]
    faults: list[Fault]
    missing: list[str]
    """Columns without which nothing can be taken in."""

    def count(self, action: str) -> int:
        return sum(line.action == action for line in self.lines)

    @property
    def ignored(self) -> list[str]:
        """Return the headers that name no column of ours."""
        return [h for i, h in enumerate(self.sheet.headers) if h and i not in self.columns]

    @property
    def taken(self) -> int:
        """Return how many rows would change something."""
        return self.count("new") + self.count("changed")


def plan(sheet: Sheet, *, by: Person) -> Plan:
    """Return what the sheet would do if ``by`` took it in now."""
    named = {i: c for i, header in enumerate(sheet.headers) if (c := column_of(header))}
    keys = {column.key for column in named.values()}
    missing = [BY_KEY[key].header for key in NEEDED if key not in keys]
    if not keys & {"municipality", "ibge_code"}:
        missing.append("municipality")
    reader = _Reader(sheet, named)
    if missing:
        return Plan(sheet, named, reader.formats, [], [], missing)
    known = _Known(by)
    lines = [
        _line(reader, known, row)
        for row, cells in enumerate(sheet.rows)
        if any(cell.strip() for cell in cells)
    ]
    faults = sorted(reader.faults, key=lambda fault: int(re.sub("[A-Z]", "", fault.place)))
    return Plan(sheet, named, reader.formats, lines, faults, [])


class _Reader:
    """The cells of the sheet as values; what cannot be read becomes a fault of its row."""

    def __init__(self, sheet: Sheet, named: dict[int, Column]) -> None:
        self.sheet, self.named = sheet, named
        self.column_of = {column.key: i for i, column in named.items()}
        self.faults: list[Fault] = []
        self.bad_rows: set[int] = set()
        self.formats: dict[int, Format] = {}
        self.numbers: dict[int, list[int | None]] = {}
        for i, column in named.items():
            if column.key in NUMBERS:
                self._read_numbers(i)

    def _read_numbers(self, column: int) -> None:
        read = read_numbers(self.sheet, column, places=0)
        self.formats[column], self.numbers[column] = read.format, read.values
        self.faults += read.faults
        blank = {i for i, row in enumerate(self.sheet.rows) if not row[column].strip()}
        self.bad_rows |= {i for i, v in enumerate(read.values) if v is None} - blank

    def values(self, row: int) -> Values:
        found: Values = {}
        for i, column in self.named.items():
            text = self.sheet.rows[row][i]
            if not text.strip():
                continue
            if i in self.numbers:
                found[column.key] = self.numbers[i][row]
            elif column.read:
                found |= self._read(row, column, text.strip())
        return found

    def _read(self, row: int, column: Column, text: str) -> Values:
        try:
            return {column.key: column.read(text)} if column.read else {}
        except ValueError as error:
            self.fault(row, column.key, str(error))
            return {}

    def fault(self, row: int, key: str, reason: str) -> None:
        """Note a bad cell; of a column that the sheet has not, at the row's first cell."""
        column = self.column_of.get(key, 0)
        header = self.sheet.headers[column] if key in self.column_of else BY_KEY[key].header
        text = self.sheet.rows[row][column] if key in self.column_of else ""
        self.faults.append(Fault(self.sheet.place(row, column), header, text, reason))
        self.bad_rows.add(row)


class _Known:
    """What is there already, read once for the whole sheet."""

    def __init__(self, by: Person) -> None:
        self.by = by
        self.seen: Counter[str] = Counter()
        self.serving: dict[int, Division | None] = {}
        enterprises = list(db.session.scalars(sa.select(Enterprise)))
        self.mine = set(db.session.scalars(queries.cases_of(by).with_only_columns(Enterprise.id)))
        self.own = set(db.session.scalars(queries.belonged_to(by)))
        self.codes = {e.code: e for e in enterprises}
        self.names = {(e.folded, e.municipality_code): e for e in enterprises}
        self.cnpjs = {e.cnpj: e for e in enterprises if e.cnpj}
        self.cities = _municipalities()
        homes = {d.municipality_code for d in accounts.divisions()}
        self.neighbourhoods = {
            (n.municipality_code, n.folded): n.id
            for code in homes
            for n in accounts.neighbourhoods_of(code)
        }

    def may_register_in(self, municipality_code: int) -> bool:
        if municipality_code not in self.serving:
            self.serving[municipality_code] = accounts.division_serving(municipality_code)
        division = self.serving[municipality_code]
        if division is None:
            return False
        return "house" in self.by.roles or division.id in self.by.divisions


def _municipalities() -> dict[str | int, list[Municipality]]:
    found: dict[str | int, list[Municipality]] = {}
    for place in accounts.municipalities_served():
        for key in (place.code, place.folded):
            found.setdefault(key, []).append(place)
    return found


def _line(reader: _Reader, known: _Known, row: int) -> Line:
    line = Line(reader.sheet.first_row + row, reader.values(row))
    for key in NEEDED:
        if key not in line.values and row not in reader.bad_rows:
            reader.fault(row, key, _("Fill in this cell."))
    _check_bounds(reader, line, row)
    _place(reader, known, line, row)
    _match(reader, known, line, row)
    line.is_bad = row in reader.bad_rows
    if line.found and not line.is_bad:
        line.changes = {
            key: (getattr(line.found, key), line.values[key])
            for key in CHANGED
            if key in line.values and getattr(line.found, key) != line.values[key]
        }
    return line


def _check_bounds(reader: _Reader, line: Line, row: int) -> None:
    year = line.values.get("founded_year")
    if year is not None and not FIRST_YEAR <= year <= clock.now().year:
        reader.fault(row, "founded_year", _("This cannot be the year."))
    for key in COUNTS:
        if (line.values.get(key) or 0) > MOST_PEOPLE:
            reader.fault(row, key, _("These are too many people."))


def _place(reader: _Reader, known: _Known, line: Line, row: int) -> None:
    """Turn the names of places into what we keep."""
    values = line.values
    name, code = values.pop("municipality", ""), values.pop("ibge_code", None)
    found = known.cities.get(code or fold(name), [])
    if len(found) != 1 or (name and found[0].folded != fold(name)):
        key = "municipality" if name or not code else "ibge_code"
        reader.fault(row, key, _("We do not know this municipality here."))
        return
    values["municipality_code"] = found[0].code
    if not known.may_register_in(found[0].code):
        reader.fault(row, "municipality", _("Another Division looks after this municipality."))
    if neighbourhood := values.pop("neighbourhood", ""):
        place = known.neighbourhoods.get((found[0].code, fold(neighbourhood)))
        if place is None:
            said = _("We do not know this neighbourhood there. A community has its own column.")
            reader.fault(row, "neighbourhood", said)
        values["neighbourhood_id"] = place


def _match(reader: _Reader, known: _Known, line: Line, row: int) -> None:
    """Find the enterprise by its code, else by name and municipality; each once in a sheet."""
    code, named = line.values.get("code"), _name_of(line.values)
    line.found = known.codes.get(code) if code else known.names.get(named)
    key = "code" if code else "name"
    mark = code or str(named)
    known.seen[mark] += 1
    if known.seen[mark] > 1:
        reader.fault(row, key, _("This enterprise is in the sheet twice."))
    if line.found and closeness(line.found.folded, named[0]) < SAME_GROUP:
        said = _("%(name)s has this code.", name=line.found.name)
        reader.fault(row, "code", said)
    if line.found and line.found.id in known.own:
        reader.fault(row, key, _("You belong to this enterprise: somebody else changes it."))
    if line.found and line.found.id not in known.mine:
        reader.fault(row, key, _("This enterprise belongs to another Division."))
    holder = known.cnpjs.get(line.values.get("cnpj", ""))
    if holder and holder is not line.found:
        reader.fault(row, "cnpj", _("Another enterprise is registered with this CNPJ."))


def _name_of(values: Values) -> tuple[str, int]:
    return fold(values.get("name", "")), values.get("municipality_code", 0)
