"""What an indicator tells, as a whole or by a trait, each from one statement for each source."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from marketplace.core.clock import month_after
from marketplace.reports.indicators import counted, rows, sold
from marketplace.reports.indicators.asked import (
    HIDDEN,
    NOTHING,
    OF_SALES,
    OF_SELLERS,
    Asked,
    Trait,
    Value,
)
from marketplace.reports.indicators.records import Seller
from marketplace.reports.periods import Period

Split = dict[Any, Value]


class Known:
    """What the sources say of a question; each is read at most once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._read: dict[Any, Any] = {}

    def sums(self, by: Trait | None) -> dict[Any, list[sold.Sums]]:
        found: dict[Any, list[sold.Sums]] = self._once(
            ("sums", by), lambda: sold.sums(self.asked, by)
        )
        return found

    def of(self, source: Callable[[Asked], Any]) -> Any:
        return self._once(source, lambda: source(self.asked))

    def groups(self, by: Trait | None) -> dict[Any, list[Seller]]:
        """Return the enterprises asked for, by a trait of theirs."""
        found: dict[Any, list[Seller]] = {} if by else {None: []}
        for seller in self.of(rows.sellers).values():
            found.setdefault(seller.trait(by) if by else None, []).append(seller)
        return found

    def _once(self, key: Any, read: Callable[[], Any]) -> Any:
        if key not in self._read:
            self._read[key] = read()
        return self._read[key]


Count = Callable[[Known, Trait | None], Split]


def _of_sums(count: Callable[[list[sold.Sums]], Value]) -> Count:
    def split(known: Known, by: Trait | None) -> Split:
        found = {key: count(of) for key, of in known.sums(by).items()}
        return found if by else {None: found.get(None, count([]))}

    return split


def _of_groups(
    count: Callable[[Known, list[Seller], list[sold.Sums]], Value], *, sums: bool = False
) -> Count:
    def split(known: Known, by: Trait | None) -> Split:
        of = known.sums(by) if sums else {}
        return {
            key: count(known, group, of.get(key, [])) for key, group in known.groups(by).items()
        }

    return split


def _ids(group: Iterable[Seller]) -> frozenset[int]:
    return frozenset(seller.id for seller in group)


def _whole(count: Callable[[Known], Value]) -> Count:
    return lambda known, _by: {None: count(known)}


COUNTS: dict[str, tuple[Count, frozenset[Trait]]] = {
    "volume": (_of_sums(sold.volume), OF_SALES),
    "venda-por-vaga": (
        _of_groups(
            lambda k, group, of: counted.sales_per_place(of, k.of(rows.stands), _ids(group)),
            sums=True,
        ),
        OF_SELLERS,
    ),
    "uso-das-vagas": (
        _whole(lambda k: counted.place_use(k.of(rows.stands), k.of(rows.offered))),
        NOTHING,
    ),
    "bancas-que-contaram": (
        _of_groups(lambda k, group, _of: counted.report_rate(k.of(rows.stands), _ids(group))),
        OF_SELLERS,
    ),
    "rodizio": (
        _of_groups(lambda k, group, _of: counted.rotation(k.of(rows.stands), group)),
        OF_SELLERS,
    ),
    "desigualdade-de-vagas": (
        _of_groups(lambda k, group, _of: counted.inequality(k.of(rows.stands), group)),
        OF_SELLERS,
    ),
    "parte-de-quem-faz": (_of_sums(sold.makers), OF_SALES),
    "hora-real": (_of_sums(sold.real_hour), OF_SALES),
    "abaixo-do-piso": (_of_sums(sold.under_floor), OF_SALES),
    "mulheres-nos-grupos": (
        _of_groups(lambda k, group, _of: counted.women_members(k.of(rows.people), _ids(group))),
        OF_SELLERS,
    ),
    "mulheres-na-direcao": (
        _of_groups(lambda k, group, _of: counted.women_on_boards(k.of(rows.people), _ids(group))),
        OF_SELLERS,
    ),
    "mulheres-na-renda": (_of_sums(sold.women), OF_SALES),
    "preco-aberto": (
        _of_groups(lambda k, group, _of: counted.open_prices(k.of(rows.goods), _ids(group))),
        OF_SELLERS,
    ),
    "parte-do-fundo": (_of_sums(sold.fund), OF_SALES),
    "reservas-retiradas": (
        _of_groups(lambda k, group, _of: counted.kept(k.of(rows.reserved), _ids(group))),
        OF_SELLERS,
    ),
    "concentracao": (_of_sums(sold.concentration), OF_SALES),
    "compradores-novos": (_whole(lambda k: counted.new_buyers(k.of(rows.buyers))), NOTHING),
    "compradores-que-voltam": (
        _whole(lambda k: counted.returning_buyers(k.of(rows.buyers))),
        NOTHING,
    ),
    "vendas-institucionais": (_of_sums(sold.institutional), OF_SALES),
}
"""How each is counted, and by which traits it may be split or filtered."""


def carries(key: str) -> frozenset[Trait]:
    return COUNTS[key][1]


def compute(key: str, asked: Asked | Known, *, least: int = 1) -> Value | None:
    """Return what an indicator tells; none where its data do not know what is filtered.

    It is `HIDDEN` where it is of fewer enterprises than ``least``, but of none.
    """
    known = asked if isinstance(asked, Known) else Known(asked)
    count, knows = COUNTS[key]
    if not knows.issuperset(known.asked.filters):
        return None
    return _unless_few(key, known, None, count(known, None), least)[None]


def split(key: str, asked: Asked | Known, by: Trait, *, least: int = 1) -> Split:
    """Return an indicator by a trait; nothing where its data do not know it."""
    known = asked if isinstance(asked, Known) else Known(asked)
    count, knows = COUNTS[key]
    if by not in knows or not knows.issuperset(known.asked.filters):
        return {}
    return _unless_few(key, known, by, count(known, by), least)


def by_month(key: str, asked: Asked, *, least: int = 1) -> Split:
    """Return an indicator month by month, by the first day of each."""
    found = {}
    for month in asked.period.months:
        one = Period(month, month_after(month, 1) - timedelta(days=1))
        value = compute(key, replace(asked, period=one), least=least)
        if value is not None:
            found[month] = value
    return found


def _unless_few(key: str, known: Known, by: Trait | None, told: Split, least: int) -> Split:
    if least <= 1 or not carries(key):
        return told
    of: dict[Any, Any] = known.sums(by) if carries(key) == OF_SALES else known.groups(by)
    return {
        group: HIDDEN if 0 < len(of.get(group, ())) < least else value
        for group, value in told.items()
    }
