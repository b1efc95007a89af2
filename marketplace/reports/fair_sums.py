"""Sums of a fair's facts and of what buyers gave, each amount added once; centavos of BRL."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from marketplace.orders.models.facts import Channel, Confidence, FactKind
from marketplace.payments.models.payments import Method, PaymentState
from marketplace.reports.fair_counting import SPOT, Cell, Given

PUBLISHED = (FactKind.SALE, FactKind.ORDER_TAKEN)
TOLD = (Confidence.SLIP, Confidence.DECLARED, Confidence.ESTIMATED)


@dataclass(frozen=True)
class Sums:
    """Sums over some facts. What was ordered before and is handed over is never added again."""

    spot_cents: int = 0
    reserved_cents: int = 0
    exchanged_cents: int = 0
    other_cents: int = 0
    orders_cents: int = 0  # *encomendas*
    handed_cents: int = 0  # of such orders
    pieces: int = 0
    exchanged_pieces: int = 0
    told_cents: int = 0  # by somebody, as a total
    makers_cents: int = 0
    composed_cents: int = 0

    @property
    def sales_cents(self) -> int:
        return self.spot_cents + self.reserved_cents + self.exchanged_cents + self.other_cents

    @property
    def total_cents(self) -> int:
        """Return the published sales volume: sales + orders taken."""
        return self.sales_cents + self.orders_cents


class Money(NamedTuple):
    """Whether what buyers gave at tills is there, in centavos."""

    seen: int
    waiting: int  # a Pix that nobody has looked at
    missing: int  # a Pix that did not arrive


def sums_of(cells: Iterable[Cell]) -> Sums:
    added: dict[str, int] = defaultdict(int)
    for cell in cells:
        added[_column(cell)] += cell.cents
        if cell.kind in PUBLISHED:
            added["pieces"] += cell.pieces
            added["makers_cents"] += cell.makers_cents
            added["composed_cents"] += cell.composed_cents
            added["told_cents"] += cell.cents if cell.confidence in TOLD else 0
            added["exchanged_pieces"] += cell.pieces if cell.channel is Channel.EXCHANGE else 0
    return Sums(**added)


def methods_of(cells: Iterable[Cell], given: Iterable[Given]) -> list[tuple[str, int]]:
    """Return the sales by way of paying, most first; what was paid in several is taken apart.

    The parts add up to the sales; "" is a way that nobody told.
    """
    found: dict[str, int] = defaultdict(int)
    for cell in cells:
        if cell.kind is FactKind.SALE:
            found[cell.method] += cell.cents
    for one in given:
        if one.ordered is Method.MIXED:
            found[one.method.value] += one.cents
            found[Method.MIXED.value] -= one.cents
    return sorted(((m, cents) for m, cents in found.items() if cents), key=lambda p: (-p[1], p[0]))


def money_of(given: Iterable[Given]) -> Money:
    by_state: dict[PaymentState, int] = defaultdict(int)
    for one in given:
        by_state[one.state] += one.cents
    return Money(
        by_state[PaymentState.SETTLED],
        by_state[PaymentState.DUE],
        by_state[PaymentState.CANCELLED],
    )


def _column(cell: Cell) -> str:
    """Return where a fact's amount is added, once."""
    if cell.kind is FactKind.ORDER_TAKEN:
        return "orders_cents"
    if cell.kind is FactKind.HANDED_OVER:
        return "handed_cents"
    if cell.channel in SPOT:
        return "spot_cents"
    kinds = {Channel.ONLINE_FAIR: "reserved_cents", Channel.EXCHANGE: "exchanged_cents"}
    return kinds.get(cell.channel, "other_cents")
