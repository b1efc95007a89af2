"""A sheet of products read into values; each cell that cannot be taken is named by its place.

Numbers are read in the form that each column is written in; a row with a fault is left out whole.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from marketplace.catalogue.errors import NoNames
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.products import Unit
from marketplace.catalogue.sheet_columns import COLUMNS, placed, unknown
from marketplace.core.sheets.columns import Fault, Format
from marketplace.core.sheets.grid import Sheet
from marketplace.core.sheets.rows import RowReader
from marketplace.core.text import clean, fold, slug
from marketplace.enterprises.models import Segment

LONGEST = {"name": 120, "technique": 80, "description": 4000, "photo_file": 120, "code": 20}
LARGEST = {
    "price_brl": 100_000_000,
    "materials_cost_brl": 100_000_000,
    "overhead_cost_brl": 100_000_000,
    "weight_g": 100_000_000,
    "labour_hours": 2_000_000,
    "stock": 1_000_000,
}
UNIT_NAMES = {str(unit): unit for unit in Unit} | {
    "unidade": Unit.PIECE,
    "peca": Unit.PIECE,
    "quilo": Unit.KILO,
    "grama": Unit.GRAM,
    "litro": Unit.LITRE,
    "mililitro": Unit.MILLILITRE,
    "metro": Unit.METRE,
    "tonelada": Unit.TONNE,
    "hectolitro": Unit.HECTOLITRE,
}


@dataclass(frozen=True)
class Figures:
    """How a price is made up, as three columns tell it: thousandths of an hour, and centavos."""

    hours: int
    materials_cents: int
    overhead_cents: int


@dataclass(frozen=True)
class ProductRow:
    """A row that can be taken; only what the sheet tells is in it."""

    number: int  # as the spreadsheet shows it
    code: str
    fields: Mapping[str, Any]  # as `save_product` takes them
    price_cents: int | None = None
    figures: Figures | None = None
    left: int | None = None
    photo_file: str | None = None

    @property
    def name(self) -> str:
        return str(self.fields.get("name", ""))


@dataclass
class Reading:
    """What a sheet says: rows to take, cells at fault, how each column's numbers were read."""

    rows: list[ProductRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    formats: dict[str, Format] = field(default_factory=dict)  # by header, as written
    ignored: list[str] = field(default_factory=list)  # headers that are not known
    left_out: int = 0  # rows with a fault
    of_others: int = 0  # rows of other enterprises


def read_rows(
    sheet: Sheet, *, enterprise_code: str, segment: Segment, categories: Iterable[Category]
) -> Reading:
    """Read a sheet for one enterprise; rows that name another are counted and left out.

    :raises BadSheet: if it has no column of names, or one column twice.
    """
    reader = Reader(sheet, segment, list(categories))
    reading = Reading(ignored=unknown(sheet.headers), formats=reader.formats)
    for index in range(len(sheet.rows)):
        if not any(cell.strip() for cell in sheet.rows[index]):
            continue
        owner = clean(reader.cell(index, "enterprise_code"))
        if owner and owner.upper() != enterprise_code.upper():
            reading.of_others += 1
            continue
        row = reader.row(index)
        if reader.faults:
            reading.left_out += 1
            reading.faults += reader.taken_faults()
        else:
            reading.rows.append(row)
    return reading


class Reader(RowReader):
    """Reads the products of a sheet."""

    def __init__(self, sheet: Sheet, segment: Segment, categories: list[Category]) -> None:
        if "name" not in (places := placed(sheet.headers)):
            raise NoNames
        super().__init__(sheet, places, COLUMNS, LARGEST)
        self.segment = segment
        self.categories = {
            (c.segment, name): c.id
            for c in categories
            for name in {c.slug, slug(c.name), slug(c.name_es), slug(c.name_en)}
        }
        self.codes: set[str] = set()
        self.names: set[str] = set()

    def row(self, index: int) -> ProductRow:
        fields = {"name": self._name(index)} | self._texts(index) | self._kind(index)
        return ProductRow(
            number=self.sheet.first_row + index,
            code=self._code(index),
            fields=fields | self._measures(index),
            price_cents=self.number(index, "price_brl", least=1),
            figures=self._figures(index),
            left=self.number(index, "stock"),
            photo_file=self._text(index, "photo_file") if "photo_file" in self.places else None,
        )

    def _text(self, index: int, column: str, *, lines: bool = False) -> str:
        text = clean(self.cell(index, column), lines=lines)
        if len(text) > LONGEST[column]:
            most = LONGEST[column]
            self.fault(index, column, _("Use at most %(most)s letters.", most=most))
        return text

    def _name(self, index: int) -> str:
        name = self._text(index, "name")
        if not name:
            self.fault(index, "name", _("Write the name of the product"))
        return name

    def _code(self, index: int) -> str:
        code = self._text(index, "code").upper()
        if code and not re.fullmatch(r"[A-Z0-9][A-Z0-9._/-]*", code):
            self.fault(index, "code", _("A code has letters without accents and digits only."))
        seen, key = (self.codes, code) if code else (self.names, fold(self.cell(index, "name")))
        if key in seen:
            column = "code" if code else "name"
            self.fault(index, column, _("This product stands twice in the spreadsheet."))
        seen.add(key)
        return code

    def _texts(self, index: int) -> dict[str, Any]:
        read: dict[str, Callable[[], Any]] = {
            "technique": lambda: self._text(index, "technique"),
            "description": lambda: self._text(index, "description", lines=True),
            "materials": lambda: self._materials(index),
        }
        told = {column: value() for column, value in read.items() if column in self.places}
        return told | ({"ncm": self._ncm(index)} if "ncm_code" in self.places else {})

    def _materials(self, index: int) -> list[str]:
        cell = clean(self.cell(index, "materials"), lines=True)
        return [name for part in re.split(r"[;\n]", cell) if (name := part.strip())]

    def _ncm(self, index: int) -> str:
        digits = re.sub(r"\D", "", self.cell(index, "ncm_code"))
        if self.cell(index, "ncm_code").strip() and len(digits) != 8:
            self.fault(index, "ncm_code", _("An NCM code has 8 digits."))
        return f"{digits[:4]}.{digits[4:6]}.{digits[6:]}" if digits else ""

    def _kind(self, index: int) -> dict[str, Any]:
        told: dict[str, Any] = {}
        segment = self.segment
        if named := clean(self.cell(index, "segment")):
            known = {slug(str(s).replace("_", " ")): s for s in Segment}
            found = known.get(slug(named.replace("_", " ")))
            if found is None:
                self.fault(index, "segment", _("There is no such segment."))
            segment = found or segment
            told["segment"] = segment
        if "category" in self.places:
            told |= self._category(index, segment, any_segment=not named)
        return told

    def _category(self, index: int, segment: Segment, *, any_segment: bool) -> dict[str, Any]:
        """Find a category by its name; where no segment is told, it may be another's."""
        named = slug(clean(self.cell(index, "category")).replace("_", " "))
        if not named:
            return {"category_id": None}
        segments = [segment, *Segment] if any_segment else [segment]
        for one in segments:
            if category_id := self.categories.get((one, named)):
                return {"segment": one, "category_id": category_id}
        self.fault(index, "category", _("This segment has no such category."))
        return {}

    def _measures(self, index: int) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if named := fold(clean(self.cell(index, "unit"))):
            unit = UNIT_NAMES.get(named)
            if unit is None:
                self.fault(index, "unit", _("There is no such unit."))
            told["unit"] = unit
        if "weight_g" in self.places:
            told["weight_grams"] = self.number(index, "weight_g")
        return told

    def _figures(self, index: int) -> Figures | None:
        columns = ("labour_hours", "materials_cost_brl", "overhead_cost_brl")
        told = [self.number(index, column) for column in columns]
        if all(value is None for value in told):
            return None
        hours, materials, overhead = (value or 0 for value in told)
        return Figures(hours, materials, overhead)
