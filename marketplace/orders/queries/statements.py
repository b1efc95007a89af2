"""The statement of an enterprise's month: what the books say, with the orders it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import rows
from marketplace.orders.models.orders import PAYABLE, Order, OrderLine, Purchase
from marketplace.orders.models.places import ON_THE_SPOT, Collection
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.tenders import TENDER, Tender
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.operations.direct import PIECES
from marketplace.payments.queries import statements
from marketplace.payments.queries.statements import Movement

Payable = tuple[str | None, int | None]
SALE, FEE, FUND = EntryKind.PAYMENT_SUCCEEDED, EntryKind.FEE_SHARED, EntryKind.FUND_CONTRIBUTED
SOLD = (SALE, EntryKind.DIRECT_SALE)
PAID_OUT = frozenset(
    {
        *(EntryKind.TRANSFERRED, EntryKind.TRANSFER_REVERSED),
        *(EntryKind.PAYOUT_CONFIRMED, EntryKind.PAYOUT_RETURNED),
        EntryKind.CASH_HANDED_ON,
    }
)


@dataclass
class Row:
    """One thing that happened, in centavos; fee and fund part are what was taken off.

    A month is of what was written down in it: what is heard of later never changes a month that is
    over, but is told in the next one, with the day of which it is.
    """

    at: datetime
    kind: EntryKind
    code: str  # of the order: 2481-A; empty if it is about none
    gross_cents: int = 0
    fee_cents: int = 0
    fund_cents: int = 0
    undoes: EntryKind | None = None
    sold_on: date | None = None  # the day there, where the books heard of it on another

    @property
    def is_paid_out(self) -> bool:
        """Whether it tells of a payout, or of one that came back."""
        return not PAID_OUT.isdisjoint({self.kind, self.undoes})

    @property
    def net_cents(self) -> int:
        return self.gross_cents - self.fee_cents - self.fund_cents


@dataclass(frozen=True)
class Statement:
    """A month of one enterprise: through the house, and straight to it; in centavos.

    ``opening_cents`` and the net of all ``rows`` make ``closing_cents``.
    """

    month: date  # its first day
    until: datetime
    opening_cents: int
    closing_cents: int
    rows: list[Row] = field(default_factory=list)
    direct: list[Row] = field(default_factory=list)
    owed_before_cents: int = 0  # to the fund, of what was paid straight to the enterprise
    owed: list[Row] = field(default_factory=list)

    @property
    def due_cents(self) -> int:
        """Return what became due to the fund, less what is due no more of what came back."""
        return sum(row.gross_cents for row in self.owed)

    @property
    def still_due_cents(self) -> int:
        return self.owed_before_cents + self.due_cents

    @property
    def tells_of_a_fund(self) -> bool:
        """Whether something is due to the fund, or was when the month began."""
        return bool(self.owed or self.owed_before_cents)

    @property
    def direct_cents(self) -> int:
        return sum(row.gross_cents for row in self.direct)

    @property
    def earned_cents(self) -> int:
        """Return what was paid here for the enterprise, less what went back to buyers."""
        return sum(row.gross_cents for row in self.rows if not row.is_paid_out)

    @property
    def taken_off_cents(self) -> int:
        return sum(row.fee_cents + row.fund_cents for row in self.rows)

    @property
    def paid_out_cents(self) -> int:
        return -sum(row.gross_cents for row in self.rows if row.is_paid_out)


def statement(enterprise_id: int, month: date, zone: str) -> Statement:
    """Return the statement of the local month that begins on a day; eight statements at most."""
    since, until = bounds(month, zone)
    opening = statements.position(enterprise_id, since)
    moved = statements.movements(enterprise_id, since, until)
    codes, days = _codes(moved), _days(moved, zone)
    through_us = list(_merged((m for m in moved if m.cents), codes, days))
    direct = [
        Row(m.posted_at, m.kind, _code(m, codes), m.direct_cents, sold_on=days.get(m.id))
        for m in moved
        if m.direct_cents
    ]
    owed = [
        Row(m.posted_at, m.kind, "", m.owed_cents, sold_on=m.due_on) for m in moved if m.owed_cents
    ]
    closing = opening.cents + sum(row.net_cents for row in through_us)
    held = (opening.cents, closing, through_us, direct)
    return Statement(month, until, *held, opening.owed_cents, owed)


def months_of(enterprise_id: int, zone: str, now: datetime) -> list[date]:
    """Return the months that have a statement, newest first: since the books know it, until now."""
    latest = clock.today(zone, now).replace(day=1)
    first = statements.first_entry_of(enterprise_id)
    oldest = min(clock.today(zone, first).replace(day=1) if first else latest, latest)
    return clock.months_between(oldest, latest)[::-1]


def bounds(month: date, zone: str) -> tuple[datetime, datetime]:
    """Return a local month as a half-open interval in UTC."""
    return clock.day_bounds(month, zone)[0], clock.day_bounds(clock.month_after(month, 1), zone)[0]


def _merged(
    moved: Iterable[Movement], codes: dict[Payable, str], days: dict[int, date]
) -> Iterable[Row]:
    """Yield a row for each, a sale and what is taken off it being one."""
    sales: dict[tuple[str, int], Row] = {}
    for m in moved:
        source = (m.source_type, m.source_id)
        if m.kind in (FEE, FUND) and source in sales:
            taken = "fee_cents" if m.kind is FEE else "fund_cents"
            setattr(sales[source], taken, -m.cents)
            continue
        row = Row(m.posted_at, m.kind, _code(m, codes), m.cents, undoes=m.undoes)
        row.sold_on = days.get(m.id)
        if m.kind is SALE:
            sales[source] = row
        yield row


def _days(moved: Sequence[Movement], zone: str) -> dict[int, date]:
    """Return by entry the day of each sale of which the books heard on another day."""
    sold = [m for m in moved if m.kind in SOLD]
    at_fairs: dict[Payable, date] = {}
    for kind, query in ((PAYABLE, _FAIR_DAYS), (TENDER, _FAIR_DAYS_OF_TENDERS)):
        ids = sorted({m.payable_id for m in sold if m.payable_type == kind and m.payable_id})
        found = rows(query, {"ids": ids}) if ids else ()
        at_fairs |= {(kind, paid): day for paid, day in found}
    told = {}
    for m in sold:
        fair_day = at_fairs.get((m.payable_type, m.payable_id))
        day = fair_day or clock.today(zone, m.paid_at or m.posted_at)
        if day != clock.today(zone, m.posted_at):
            told[m.id] = day
    return told


def _code(moved: Movement, codes: dict[Payable, str]) -> str:
    return codes.get(_about(moved), "")


def _about(moved: Movement) -> Payable:
    """Return what was paid, or came back in pieces."""
    if moved.source_type == PIECES:
        return PIECES, moved.source_id
    return moved.payable_type, moved.payable_id


def _codes(moved: Sequence[Movement]) -> dict[Payable, str]:
    """Return what people call the orders that these are about, by what was paid or came back."""
    found: dict[Payable, str] = {}
    about = {_about(m) for m in moved}
    queries = ((PAYABLE, _CODES), (TENDER, _CODES_OF_TENDERS), (PIECES, _CODES_OF_PIECES))
    for kind, query in queries:
        ids = sorted({number for named, number in about if named == kind and number})
        told = rows(query, {"ids": ids}) if ids else ()
        found |= {(kind, paid): f"{number}-{letter}" for paid, number, letter in told}
    return found


_CODES = (
    sa.select(Order.id, Purchase.number, Order.letter)
    .join(Purchase, Purchase.id == Order.purchase_id)
    .where(Order.id.in_(sa.bindparam("ids", expanding=True)))
)
_FAIR_DAYS = (
    sa.select(Order.id, Collection.day)
    .join(Collection, Collection.id == Order.collection_id)
    .where(Order.way.in_(ON_THE_SPOT), Order.id.in_(sa.bindparam("ids", expanding=True)))
)
_FAIR_DAYS_OF_TENDERS = (
    sa.select(Tender.id, Collection.day)
    .join(Order, Order.id == Tender.order_id)
    .join(Collection, Collection.id == Order.collection_id)
    .where(Order.way.in_(ON_THE_SPOT), Tender.id.in_(sa.bindparam("ids", expanding=True)))
)
_CODES_OF_TENDERS = (
    sa.select(Tender.id, Purchase.number, Order.letter)
    .join(Order, Order.id == Tender.order_id)
    .join(Purchase, Purchase.id == Order.purchase_id)
    .where(Tender.id.in_(sa.bindparam("ids", expanding=True)))
)
_CODES_OF_PIECES = (
    sa.select(ReturnedPieces.id, Purchase.number, Order.letter)
    .join(OrderLine, OrderLine.id == ReturnedPieces.order_line_id)
    .join(Order, Order.id == OrderLine.order_id)
    .join(Purchase, Purchase.id == Order.purchase_id)
    .where(ReturnedPieces.id.in_(sa.bindparam("ids", expanding=True)))
)
