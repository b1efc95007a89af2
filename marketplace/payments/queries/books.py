"""A month of the books as an accountant reads them; nothing here writes.

The books are one for the whole installation, as the provider's account is. In whose name an account
stands is told of the enterprises of some Divisions only; its code and its sums are told of all.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db, streamed
from marketplace.enterprises.models import Enterprise
from marketplace.payments.chart import CHART
from marketplace.payments.models.ledger import (
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
    Nature,
)
from marketplace.payments.models.online import Attempt, Refund
from marketplace.payments.models.reconciling import ProviderMovement

BATCH = 1_000
PLACES = {base: place for place, base in enumerate(CHART)}
PAID_IN = (EntryKind.PROVIDER_SETTLED, EntryKind.MONEY_UNIDENTIFIED)
Span = tuple[datetime, datetime]


class Told(NamedTuple):
    """What an account, or all of one kind, did in a month, in centavos.

    ``opening_cents`` and ``closing_cents`` are positive where the debits prevail; ``debit_cents``
    and ``credit_cents`` never are negative.
    """

    code: str  # ``bank``, ``payable:17``; ``payable`` for those of all enterprises
    enterprise: str | None
    opening_cents: int
    debit_cents: int
    credit_cents: int

    @property
    def base(self) -> str:
        return self.code.partition(":")[0]

    @property
    def nature(self) -> Nature:
        return CHART[self.base][0]

    @property
    def closing_cents(self) -> int:
        return self.opening_cents + self.debit_cents - self.credit_cents

    def plus(self, other: "Told") -> "Told":
        return self._replace(
            opening_cents=self.opening_cents + other.opening_cents,
            debit_cents=self.debit_cents + other.debit_cents,
            credit_cents=self.credit_cents + other.credit_cents,
        )


class Line(NamedTuple):
    """One line of an entry, a debit being positive; ``enterprise`` is whose account it is.

    ``movement_id`` is how the provider calls the line of its own account that the entry is of.
    """

    entry_id: int
    posted_at: datetime
    kind: EntryKind
    source_type: str
    source_id: int
    reverses_id: int | None
    movement_id: str | None
    code: str
    enterprise: str | None
    amount_cents: int

    @property
    def base(self) -> str:
        return self.code.partition(":")[0]

    @property
    def owner(self) -> str:
        """Return the number of whose account it is; empty where it is nobody's own."""
        return self.code.partition(":")[2]


def months(zone: str, now: datetime) -> list[date]:
    """Return the local months since the first entry, the newest first; at least this one."""
    latest = clock.today(zone, now).replace(day=1)
    first = db.session.scalar(sa.select(sa.func.min(LedgerEntry.posted_at)))
    oldest = min(clock.today(zone, first).replace(day=1) if first else latest, latest)
    return clock.months_between(oldest, latest)[::-1]


def span_of(month: date, zone: str) -> Span:
    """Return a local month as a half-open interval in UTC."""
    return clock.day_bounds(month, zone)[0], clock.day_bounds(clock.month_after(month, 1), zone)[0]


def accounts(span: Span, divisions: Collection[int]) -> list[Told]:
    """Return each account that moved before the end of a span, in the order of the chart."""
    since, until = span
    amount, within = LedgerLine.amount_cents, LedgerEntry.posted_at >= since
    sums = [
        sa.case((sa.not_(within), amount), else_=0),
        sa.case((sa.and_(within, amount > 0), amount), else_=0),
        sa.case((sa.and_(within, amount < 0), -amount), else_=0),
    ]
    asked = _named(divisions).with_only_columns(
        *(LedgerAccount.code, Enterprise.name),
        *(sa.cast(sa.func.sum(each), sa.BigInteger) for each in sums),
    )
    asked = asked.where(LedgerEntry.posted_at < until)
    asked = asked.group_by(LedgerAccount.id, LedgerAccount.code, Enterprise.name)
    found = [Told._make(row) for row in db.session.execute(asked.order_by(LedgerAccount.id))]
    return sorted(found, key=lambda told: PLACES[told.base])


def by_kind(each: Iterable[Told]) -> list[Told]:
    """Return accounts as they are told on one page: those of one kind together."""
    found: dict[str, Told] = {}
    for told in each:
        so_far = found.get(told.base, Told(told.base, None, 0, 0, 0))
        found[told.base] = so_far.plus(told)
    return list(found.values())


def entries(span: Span) -> sa.Select[int]:
    """Select the entries of a span by their ids, the newest first."""
    last = sa.select(LedgerEntry.id).where(*_within(span))
    return last.order_by(LedgerEntry.posted_at.desc(), LedgerEntry.id.desc())


def lines_of(entry_ids: Collection[int], divisions: Collection[int]) -> dict[int, list[Line]]:
    """Return the lines of each of these entries, debits first."""
    asked = _told(divisions).where(LedgerEntry.id.in_(entry_ids))
    found: dict[int, list[Line]] = {entry_id: [] for entry_id in entry_ids}
    for line in _read(db.session.execute(asked)):
        found[line.entry_id].append(line)
    return {
        key: sorted(some, key=lambda line: line.amount_cents < 0) for key, some in found.items()
    }


def lines(span: Span, divisions: Collection[int]) -> Iterator[Line]:
    """Yield the lines of a span, entry by entry as they were written, never all in memory."""
    asked = _told(divisions).where(*_within(span))
    in_order = asked.order_by(LedgerEntry.posted_at, LedgerEntry.id, LedgerLine.id)
    return _read(streamed(in_order, batch=BATCH))


def _within(span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    return LedgerEntry.posted_at >= span[0], LedgerEntry.posted_at < span[1]


def _named(divisions: Collection[int]) -> sa.Select[Any]:
    """Join lines with their entries, their accounts, and the names that may be told."""
    theirs = Enterprise.id == LedgerAccount.enterprise_id
    return (
        sa.select(LedgerLine.id)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .outerjoin(Enterprise, sa.and_(theirs, Enterprise.division_id.in_(divisions)))
    )


def _told(divisions: Collection[int]) -> sa.Select[Any]:
    kept = (Attempt.movement_id, sa.func.nullif(Refund.movement_id, ""))
    at_provider = sa.func.coalesce(ProviderMovement.movement_id, *kept)
    columns: tuple[Any, ...] = (
        *(LedgerEntry.id, LedgerEntry.posted_at, LedgerEntry.kind),
        *(LedgerEntry.source_type, LedgerEntry.source_id, LedgerEntry.reverses_id),
        *(at_provider, LedgerAccount.code, Enterprise.name, LedgerLine.amount_cents),
    )
    return (
        _named(divisions)
        .outerjoin(ProviderMovement, ProviderMovement.entry_id == LedgerEntry.id)
        .outerjoin(Attempt, _is_of("attempt", Attempt.id, *PAID_IN))
        .outerjoin(Refund, _is_of("refund", Refund.id, EntryKind.REFUND_SENT))
        .with_only_columns(*columns)
    )


def _is_of(
    source_type: str, source_id: sa.orm.InstrumentedAttribute[int], *kinds: EntryKind
) -> sa.ColumnElement[bool]:
    """Whether an entry tells of the provider's line of this, which is not reconciled yet."""
    about = (LedgerEntry.source_type == source_type, LedgerEntry.source_id == source_id)
    return sa.and_(LedgerEntry.kind.in_(kinds), *about)


def _read(found: sa.Result[Any]) -> Iterator[Line]:
    return map(Line._make, found)
