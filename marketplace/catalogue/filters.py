"""What a visitor asked of the listing, read from the address; what makes no sense is left out.

Parameters, all optional: `q` text; `segmento`, `categoria`, `retirada` (feira, ponto, entrega),
each once or more; `tecnica`, `material` as written, accents or not; `municipio` an IBGE code;
`principio` the code of one of fair trade; `preco_min`, `preco_max` in reais; `ordem`; `pagina`.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from marketplace.core.numbers import BadNumber, parse_money
from marketplace.core.text import clean, fold
from marketplace.enterprises.models import Segment

PARAMETERS = (
    *("q", "segmento", "categoria", "retirada", "tecnica", "material", "municipio", "principio"),
    *("preco_min", "preco_max", "ordem", "pagina"),
)
SEGMENTS = tuple(str(segment) for segment in Segment)
LONGEST_QUESTION = 100
MOST_CATEGORIES = 20


class Order(enum.StrEnum):
    NEWEST = "novos"
    CHEAPEST = "menor_preco"
    DEAREST = "maior_preco"
    MAKERS = "quem_faz"  # the largest part of the price for who makes it
    FITTING = "relevancia"  # only with a question


ORDERS = {str(order): order for order in Order}


class Way(enum.StrEnum):
    FAIR = "feira"
    POINT = "ponto"
    DELIVERY = "entrega"


WAYS = tuple(str(way) for way in Way)


@dataclass(frozen=True)
class Filters:
    q: str = ""
    segments: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    technique: str = ""  # folded
    material: str = ""  # folded
    municipality: int | None = None
    principle: str = ""  # of fair trade, checked
    least_cents: int | None = None
    most_cents: int | None = None
    ways: tuple[str, ...] = ()
    order: Order = Order.NEWEST
    page: int = 1

    @property
    def narrowing(self) -> int:
        """How many filters are on, the question apart."""
        single = (self.technique, self.material, self.municipality, self.principle)
        bounds = (self.least_cents, self.most_cents)
        lists = len(self.segments) + len(self.categories) + len(self.ways)
        return lists + sum(map(bool, single)) + sum(bound is not None for bound in bounds)

    def on_page(self, number: int) -> "Filters":
        return replace(self, page=number)


def read(arguments: Mapping[str, Sequence[str]]) -> Filters:
    """Return what the address asks, from its parameters as lists of values."""

    def first(name: str) -> str:
        given = arguments.get(name)
        return clean(given[0]) if given else ""

    question = first("q")[:LONGEST_QUESTION]
    return Filters(
        q=question,
        segments=_known(arguments.get("segmento", ()), SEGMENTS),
        categories=_words(arguments.get("categoria", ())),
        technique=fold(first("tecnica"))[:LONGEST_QUESTION],
        material=fold(first("material"))[:LONGEST_QUESTION],
        municipality=_whole(first("municipio"), digits=7),
        principle=first("principio")[:LONGEST_QUESTION],
        least_cents=_cents(first("preco_min")),
        most_cents=_cents(first("preco_max")),
        ways=_known(arguments.get("retirada", ()), WAYS),
        order=_order(first("ordem"), asked=bool(question)),
        page=_whole(first("pagina"), digits=6) or 1,
    )


def _order(text: str, *, asked: bool) -> Order:
    usual = Order.FITTING if asked else Order.NEWEST
    order = ORDERS.get(text, usual)
    return order if asked or order is not Order.FITTING else usual


def _known(values: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)


def _words(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({word for value in values if (word := clean(value)[:80])}))[
        :MOST_CATEGORIES
    ]


def _whole(text: str, *, digits: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def _cents(text: str) -> int | None:
    try:
        return parse_money(text) if text else None
    except BadNumber:
        return None
