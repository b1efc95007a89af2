"""What exhibitors are shown of a fair: their own figures, and of all together no single other's.

A sum is told only where at least three sold what is in it: of two, each could take its own off and
know the other's. So too what is left of the total once the parts that are told are taken off.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from marketplace.core.errors import NotFound
from marketplace.enterprises.models import Segment
from marketplace.fairs.queries import remarks
from marketplace.reports import fair_counting as counting
from marketplace.reports.fair_counting import Cell
from marketplace.reports.fair_sums import PUBLISHED, Money, Sums, methods_of, money_of, sums_of

FEWEST = 3


class Good(NamedTuple):
    """What an enterprise sold of one product, in centavos; orders taken count as published."""

    name: str
    pieces: int
    cents: int


@dataclass(frozen=True)
class Own:
    """What one enterprise sold at a fair."""

    total: Sums
    goods: list[Good]
    methods: list[tuple[str, int]]
    money: Money


class Share(NamedTuple):
    """What some sold in one segment, or in several that are told together (no segment)."""

    segment: Segment | None
    cents: int
    sellers: frozenset[int]


@dataclass(frozen=True)
class Together:
    """What all sold, in centavos; no total where too few sold for one to be told."""

    total_cents: int | None
    pieces: int | None
    sellers: int
    shares: list[Share]
    remarks: int


def own_of(fair_id: int, enterprise_id: int) -> Own:
    """Return an enterprise's figures of a fair.

    :raises NotFound: if it neither had a stall there nor sold anything.
    """
    cells = counting.cells(fair_id, enterprise_id)
    stood = any(stand.enterprise_id == enterprise_id for stand in counting.stands(fair_id))
    if not (cells or stood):
        raise NotFound
    given = counting.given(fair_id, enterprise_id)
    return Own(sums_of(cells), _goods(cells), methods_of(cells, given), money_of(given))


def together(fair_id: int) -> Together:
    """Return what all sold at a fair, so that no one's figures can be told from it."""
    cells = [cell for cell in counting.cells(fair_id) if cell.kind in PUBLISHED]
    by_segment, total = _by_segment(cells), sums_of(cells)
    sellers = _sellers(by_segment)
    said = remarks.number_of(fair_id)
    said = remarks.number_of(fair_id)
    if len(sellers) < FEWEST:
        return Together(None, None, len(sellers), [], said)
    return Together(total.total_cents, total.pieces, len(sellers), _apart(by_segment), said)


def _goods(cells: Iterable[Cell]) -> list[Good]:
    """Return what was sold by product, most first; what has none by the name it was given."""
    found: dict[tuple[int | None, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.kind in PUBLISHED:
            found[cell.key, "" if cell.key else cell.name].append(cell)
    goods = [
        Good(own[-1].name, sum(c.pieces for c in own), sum(c.cents for c in own))
        for own in found.values()
    ]
    sold = [good for good in goods if good.pieces or good.cents]
    return sorted(sold, key=lambda good: (-good.cents, good.name))


def _by_segment(cells: Iterable[Cell]) -> list[Share]:
    cents: dict[Segment, int] = defaultdict(int)
    sellers: dict[Segment, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for cell in cells:
        cents[cell.segment] += cell.cents
        sellers[cell.segment][cell.key or 0] += cell.cents
    found = [
        Share(segment, cents[segment], frozenset(key for key, sum_ in theirs.items() if sum_))
        for segment, theirs in sellers.items()
    ]
    return sorted(found, key=lambda share: (share.cents, share.segment or ""), reverse=True)


def _apart(shares: list[Share]) -> list[Share]:
    """Tell the segments in which enough sold; put the others together, with more if too few."""
    told = [share for share in shares if len(share.sellers) >= FEWEST]
    rest = [share for share in shares if len(share.sellers) < FEWEST and share.sellers]
    while rest and told and len(_sellers(rest)) < FEWEST:
        rest.append(told.pop())
    if not (rest and told):
        return told  # all of it together is the total
    return [*told, Share(None, sum(share.cents for share in rest), _sellers(rest))]


def _sellers(shares: Iterable[Share]) -> frozenset[int]:
    return frozenset().union(*(share.sellers for share in shares))
