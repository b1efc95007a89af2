"""The columns of a sheet of enterprises: their names in Portuguese and English, and their cells."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.core import identifiers
from marketplace.core.text import clean, fold
from marketplace.enterprises.models import Kind, Segment

AREA = "92"
LONGEST = {"name": 100, "story": 2000, "address": 200}
NUMBERS = ("founded_year", "women", "men", "others", "ibge_code")


class BadCell(ValueError):
    """A cell that cannot be taken; its text may be shown."""


@dataclass(frozen=True)
class Column:
    key: str
    header: str
    label: str
    aliases: tuple[str, ...] = ()
    read: Callable[[str], Any] | None = None


def _one_of(words: dict[str, Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        found = words.get(fold(text).replace("_", " ").replace("-", " "))
        if found is None:
            raise BadCell(_("Write one of these: %(words)s.", words=", ".join(words)))
        return found

    return read


def _line(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(kept := clean(text, lines=True)) > most:
            raise BadCell(_("Use at most %(most)d letters.", most=most))
        return kept

    return read


KINDS = {
    "grupo familiar": Kind.FAMILY_GROUP,
    "grupo informal": Kind.INFORMAL_GROUP,
    "associacao": Kind.ASSOCIATION,
    "cooperativa": Kind.COOPERATIVE,
    "rede": Kind.NETWORK,
    "family group": Kind.FAMILY_GROUP,
    "informal group": Kind.INFORMAL_GROUP,
    "association": Kind.ASSOCIATION,
    "cooperative": Kind.COOPERATIVE,
    "network": Kind.NETWORK,
}
SEGMENTS = {segment.value.replace("_", " "): segment for segment in Segment}
YES_NO = dict.fromkeys(("1", "sim", "s", "yes", "true"), True)
YES_NO |= dict.fromkeys(("0", "nao", "n", "no", "false"), False)

COLUMNS = (
    Column("code", "code", _("Code"), ("codigo",), _line(20)),
    Column("name", "name", _("Name"), ("nome", "empreendimento"), _line(100)),
    Column("kind", "kind", _("Kind"), ("tipo",), _one_of(KINDS)),
    Column("municipality", "municipality", _("Municipality"), ("municipio", "cidade"), _line(80)),
    Column("ibge_code", "ibge_code", _("IBGE code"), ("codigo ibge", "ibge")),
    Column("neighbourhood", "neighbourhood", _("Neighbourhood"), ("bairro",), _line(100)),
    Column("community", "community", _("Community"), ("comunidade",), _line(100)),
    Column("river", "river", _("River"), ("rio", "rio ou estrada"), _line(100)),
    Column("women", "members_women", _("Women"), ("mulheres", "socias")),
    Column("men", "members_men", _("Men"), ("homens", "socios")),
    Column("others", "members_other", _("Other people"), ("outras pessoas", "outros")),
    Column("founded_year", "year_founded", _("Year it began"), ("ano", "ano de fundacao")),
    Column("segment", "segment", _("Line of work"), ("segmento",), _one_of(SEGMENTS)),
    Column("story", "history", _("Story"), ("historia", "story"), _line(2000)),
    Column("legal_form", "legal_form", _("Legal form"), ("forma juridica",), _line(80)),
    Column("cnpj", "cnpj", _("CNPJ"), (), identifiers.cnpj),
    Column(
        *("mobile", "phone", _("Mobile"), ("telefone", "celular", "mobile")),
        read=lambda text: identifiers.mobile(text, AREA),
    ),
    Column("email", "email", _("E-mail"), ("e mail", "correio eletronico"), identifiers.email),
    Column(
        *("responsible_name", "responsible_name", _("Responsible person")),
        aliases=("responsavel", "nome do responsavel"),
        read=_line(120),
    ),
    Column("pix_key", "pix_key", _("Pix key"), ("chave pix", "pix"), identifiers.pix_key),
    Column("is_demo", "is_demo", _("Demonstration"), ("demonstracao",), _one_of(YES_NO)),
)
NEEDED = ("name", "kind", "segment")
BY_KEY = {column.key: column for column in COLUMNS}


def column_of(header: str) -> Column | None:
    """Return the column that a header names, however it is written."""
    name = " ".join(fold(header).replace("_", " ").replace("-", " ").split())
    return next((column for column in COLUMNS if name in _names(column)), None)


def _names(column: Column) -> set[str]:
    return {column.header.replace("_", " "), column.key.replace("_", " "), *column.aliases}
