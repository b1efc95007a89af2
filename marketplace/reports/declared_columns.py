"""The columns of a sheet of declared totals, and the words that its cells may hold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from babel.dates import get_month_names
from flask_babel import force_locale
from flask_babel import lazy_gettext as _

from marketplace.accounts.models import Municipality
from marketplace.core.database import db
from marketplace.core.language import NAMES
from marketplace.core.look import SEGMENTS
from marketplace.core.sheets.errors import ColumnTwice
from marketplace.core.text import slug
from marketplace.orders.models.facts import Channel
from marketplace.reports.declared_names import SURENESS
from marketplace.reports.models.declared import Sureness
from marketplace.reports.names import CHANNELS


class Column(NamedTuple):
    """A column; ``places`` are those of a number, 2 for centavos."""

    name: str  # in English
    portuguese: str
    says: str
    example: str
    others: tuple[str, ...] = ()
    places: int | None = None


COLUMNS = (
    Column("year", "ano", _("Year"), "2019", (), 0),
    Column("month", "mês", _("Month; empty for the whole year"), "11", ()),
    Column(
        *("amount_brl", "valor (R$)", _("Sold in all"), "12.345,00"),
        *(("valor", "total", "amount", "vendido"), 2),
    ),
    Column(
        *("sureness", "como se sabe", _("documented, estimated or remembered"), "documentado"),
        ("certeza", "confiança", "confidence"),
    ),
    Column(
        *("source", "quem declara", _("Which office or paper declares it"), "Planilha da feira"),
        ("fonte", "origem", "documento"),
    ),
    Column("municipality", "município", _("Municipality, or its IBGE code"), "", ("cidade",)),
    Column("segment", "segmento", _("Segment"), ""),
    Column("channel", "como foi vendido", _("How it was sold"), "", ("canal",)),
    Column("fair", "feira", _("Fair, as the paper calls it"), "", ("nome da feira",)),
    Column("people", "pessoas", _("People"), "", (), 0),
    Column("enterprises", "empreendimentos", _("Enterprises"), "", ("grupos",), 0),
    Column("places", "vagas", _("Places"), "", ("oportunidades",), 0),
)
NEEDED = ("year", "amount_brl", "sureness", "source")


def placed(headers: Sequence[str]) -> dict[str, int]:
    """Return the place of each known column, counted from 0; what is not known is left out.

    :raises ColumnTwice: if two headers mean the same column.
    """
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        if name := KNOWN_AS.get(plain(header)):
            if name in found:
                raise ColumnTwice(name=header)
            found[name] = place
    return found


def unknown(headers: Sequence[str]) -> list[str]:
    """Return the headers that name no column, as they are written."""
    return [header for header in headers if header and plain(header) not in KNOWN_AS]


def plain(text: str) -> str:
    """Return a word for comparing: without accents, capitals and signs."""
    return slug(text.replace("_", " "))


def words() -> dict[str, dict[str, Any]]:
    """Return, by column, what a cell may say in any language of the house, and what it means."""
    return {
        "month": dict(_months()),
        "sureness": _said(SURENESS, Sureness),
        "segment": _said({code: look.name for code, look in SEGMENTS.items()}, str),
        "channel": _said(CHANNELS, lambda kind: Channel(kind).value),
        "municipality": dict(_municipalities()),
    }


def _months() -> Iterator[tuple[str, int]]:
    for number in range(1, 13):
        yield from ((str(number), number), (f"{number:02d}", number))
        for language in NAMES:
            for width in ("wide", "abbreviated"):
                named = get_month_names(width, locale=language)
                yield plain(named[number]), number


def _said(names: Mapping[Any, Any], meant: Any) -> dict[str, Any]:
    found = {plain(str(key)): meant(key) for key in names}
    for language in NAMES:
        with force_locale(language):
            found |= {plain(str(name)): meant(key) for key, name in names.items()}
    return found


def _municipalities() -> Iterator[tuple[str, Municipality]]:
    """Yield municipalities by code, and by the names that one alone has."""
    named: dict[str, list[Municipality]] = {}
    for one in db.session.scalars(sa.select(Municipality)):
        yield str(one.code), one
        named.setdefault(plain(one.name), []).append(one)
    yield from ((name, alike[0]) for name, alike in named.items() if len(alike) == 1)


KNOWN_AS = {
    plain(alias): column.name
    for column in COLUMNS
    for alias in (column.name, column.portuguese, *column.others)
}
