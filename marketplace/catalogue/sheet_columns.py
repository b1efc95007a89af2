"""The columns of a sheet of products, under their names in English and in Portuguese."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.sheets.errors import ColumnTwice
from marketplace.core.text import fold


@dataclass(frozen=True)
class Column:
    name: str  # in English, as in the example file
    portuguese: str
    others: tuple[str, ...] = ()
    places: int | None = None  # of a number: 2 for centavos, 3 for thousandths of an hour

    @property
    def known_as(self) -> set[str]:
        return {_plain(name) for name in (self.name, self.portuguese, *self.others)}


COLUMNS = (
    Column("code", "código", ("cod", "código do produto", "product code")),
    Column(
        "enterprise_code",
        "código do empreendimento",
        ("empreendimento", "grupo", "enterprise", "código do grupo"),
    ),
    Column("name", "nome", ("produto", "product", "nome do produto")),
    Column("segment", "segmento"),
    Column("category", "categoria"),
    Column("unit", "unidade", ("medida",)),
    Column("price_brl", "preço (R$)", ("preço", "valor", "price", "preço brl"), places=2),
    Column("weight_g", "peso (g)", ("peso", "weight", "peso em gramas"), places=0),
    Column("materials", "materiais", ("material", "matéria-prima", "matérias-primas")),
    Column("technique", "técnica"),
    Column("description", "descrição", ("texto",)),
    Column("ncm_code", "NCM", ("código NCM",)),
    Column("labour_hours", "horas de trabalho", ("horas", "labor hours", "hours"), places=3),
    Column(
        "materials_cost_brl",
        "custo dos materiais (R$)",
        ("custo dos materiais", "custo de materiais", "materials cost"),
        places=2,
    ),
    Column(
        "overhead_cost_brl",
        "outros custos (R$)",
        ("outros custos", "custos gerais", "overhead cost", "overhead"),
        places=2,
    ),
    Column("is_demo", "demonstração", ("demo",)),
    Column("stock", "estoque", ("quantidade", "quantity"), places=0),
    Column("photo_file", "arquivo da foto", ("foto", "photo", "photo file name"), places=None),
)


def placed(headers: Sequence[str]) -> dict[str, int]:
    """Return the place of each known column, counted from 0; what is not known is left out.

    :raises ColumnTwice: if two headers mean the same column.
    """
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        if (column := NAMES.get(_plain(header))) is None:
            continue
        if column.name in found:
            raise ColumnTwice(name=header)
        found[column.name] = place
    return found


def unknown(headers: Sequence[str]) -> list[str]:
    """Return the headers that are not known, as they are written."""
    return [header for header in headers if header and _plain(header) not in NAMES]


def headers(language: str) -> list[str]:
    """Return the headers of an exported sheet: Portuguese, or English for other readers."""
    return [column.portuguese if language == "pt_BR" else column.name for column in COLUMNS]


def _plain(header: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", fold(header)).strip("_")


NAMES = {alias: column for column in COLUMNS for alias in column.known_as}
