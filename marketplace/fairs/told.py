"""What a till tells: plain values, from what it sent to an operation."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from marketplace.fairs.models.counts import CountKind
from marketplace.payments.models.payments import Method


@dataclass(frozen=True)
class ToldLine:
    """So many of one thing, at the price of one in centavos."""

    enterprise_id: int
    product_id: int | None
    name: str
    quantity: int
    price_cents: int
    listed_cents: int | None = None  # what it costs without the discount, where there is one


@dataclass(frozen=True)
class Told:
    """One thing that a till did; ``code`` is a UUID made there, ``digest`` that of what it sent."""

    code: str
    sequence: int
    told_at: datetime | None
    digest: str
    cashier_id: int | None = field(default=None, kw_only=True)
    """Of users: who sold, where that was another than the till's own person."""


@dataclass(frozen=True)
class ToldSale(Told):
    lines: tuple[ToldLine, ...]
    tenders: Mapping[Method, int]
    total_cents: int
    discount_cents: int = 0  # in the prices already
    reason: str = ""  # why
    bartered: str = ""  # what was given in exchange, where something was
    paid_otherwise: bool = False  # than its things cost: the hand-over that it was says so

    @property
    def discounts(self) -> Mapping[int, int]:
        """What was taken off, in centavos, by who sells."""
        off = Counter[int]()
        for line in self.lines:
            if line.listed_cents is not None:
                off[line.enterprise_id] += line.quantity * (line.listed_cents - line.price_cents)
        return {seller: max(0, cents) for seller, cents in off.items()}


@dataclass(frozen=True)
class ToldVoid(Told):
    sale_code: str
    reason: str


@dataclass(frozen=True)
class ToldHandover(Told):
    """A reservation given: pieces by the ids of its lines, and how it was paid, if it was."""

    order_id: int
    pieces: Mapping[int, int]
    buyers_code: str
    reason: str
    method: Method | None
    paid_cents: int
    bartered: str = ""  # what was given in exchange, where something was


@dataclass(frozen=True)
class ToldBack:
    """So many of one thing that came back, and what was given for one, in centavos."""

    enterprise_id: int
    product_id: int | None
    name: str
    quantity: int
    price_cents: int
    kept_out: bool


@dataclass(frozen=True)
class ToldReturn(Told):
    """What was brought back; of which sale, by its code or its receipt, where that was known."""

    lines: tuple[ToldBack, ...]
    amount_cents: int
    reason: str
    sale_code: str
    receipt: tuple[int, int] | None  # a till's id, and the number that it gave
    exchange_code: str  # of the sale of what was taken instead


@dataclass(frozen=True)
class ToldCount(Told):
    """Cash put in, taken out or counted, in centavos; what was expected, at the closing."""

    kind: CountKind
    amount_cents: int
    expected_cents: int | None
    reason: str
    social_cents: int | None = None  # notes of a social currency, counted at the closing


class Unreadable(NamedTuple):
    """A row that is nothing of ours, and why, in plain words; its code where it has one."""

    code: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """What a till sent at once, in its order; ``sent_at`` by its own clock."""

    sent_at: datetime | None
    sales: tuple[ToldSale | Unreadable, ...]
    voids: tuple[ToldVoid | Unreadable, ...]
    handovers: tuple[ToldHandover | Unreadable, ...] = ()
    counts: tuple[ToldCount | Unreadable, ...] = ()
    returns: tuple[ToldReturn | Unreadable, ...] = ()

    @property
    def rows(self) -> tuple[Told | Unreadable, ...]:
        """Everything in the order in which it is kept: what was undone after what was done."""
        return (*self.sales, *self.handovers, *self.counts, *self.returns, *self.voids)


class Filed(NamedTuple):
    """A till's queue, out of a file; no id where the device did not know its own."""

    till_id: int | None
    batch: Batch


class Answer(NamedTuple):
    """What became of one row: ``new``, ``known`` or ``refused``, then with a reason."""

    code: str
    result: str
    reason: str = ""
