"""Questions asked of the provider's lines and of the days on which they met the books."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.core.database import db
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.reconciling import (
    DayState,
    MovementState,
    ProviderMovement,
    ReconciliationDay,
)

DAYS_BACK, MOST_DAYS = 3, 60
SWEEPS_BACK = ("payout_failure", "payout_cancel")
FINAL = (MovementState.MATCHED, MovementState.ASIDE)
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Sums:
    """What the provider's lines of a day come to, and the entries that they meet; in centavos."""

    provider_cents: int
    books_cents: int


booked = (
    sa.select(LedgerLine.amount_cents)
    .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    .where(LedgerLine.entry_id == ProviderMovement.entry_id, LedgerAccount.code == "stripe")
    .scalar_subquery()
)
"""What the entry that a line meets did to ``stripe``; none where it meets none."""


def span_of(day: date) -> Span:
    """Return a UTC day as a half-open interval: its start, and the next day's."""
    start = datetime.combine(day, time(), UTC)
    return start, start + timedelta(days=1)


def days_to_list(now: datetime) -> list[date]:
    """Return the last days and, after a standstill, all since the last that was asked for."""
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=DAYS_BACK)
    known = db.session.scalar(sa.select(sa.func.max(ReconciliationDay.day))) or first
    first = max(min(first, known), today - timedelta(days=MOST_DAYS))
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def unmet() -> sa.Select[int]:
    """Select the lines that are not done with, the oldest first."""
    waiting = sa.select(ProviderMovement.id).where(ProviderMovement.state.not_in(FINAL))
    return waiting.order_by(ProviderMovement.created_at, ProviderMovement.id)


def sweeps_under_way() -> sa.Select[int, str]:
    """Select the lines of payouts to the bank, by id and the provider's name of each payout.

    Without those that arrived by the books, or of which a line says that they came back.
    """
    back, arrived = aliased(ProviderMovement), aliased(LedgerEntry)
    came_back = sa.exists().where(
        back.source_id == ProviderMovement.source_id, back.kind.in_(SWEEPS_BACK)
    )
    is_there = sa.exists().where(
        arrived.kind == EntryKind.SWEEP_ARRIVED,
        arrived.source_type == "movement",
        arrived.source_id == ProviderMovement.id,
    )
    begun = (ProviderMovement.kind == "payout", ProviderMovement.state == MovementState.MATCHED)
    asked = sa.select(ProviderMovement.id, ProviderMovement.source_id)
    return asked.where(*begun, ~came_back, ~is_there).order_by(ProviderMovement.id)


def arrival_of(payout_id: str) -> int | None:
    """Return the entry that says of a payout that it reached the bank, unless it was taken back."""
    taken_back = aliased(LedgerEntry)
    asked = (
        sa.select(LedgerEntry.id)
        .join(ProviderMovement, ProviderMovement.id == LedgerEntry.source_id)
        .outerjoin(taken_back, taken_back.reverses_id == LedgerEntry.id)
        .where(
            LedgerEntry.kind == EntryKind.SWEEP_ARRIVED,
            LedgerEntry.source_type == "movement",
            ProviderMovement.source_id == payout_id,
            taken_back.id.is_(None),
        )
    )
    return db.session.scalar(asked)


def open_days() -> sa.Select[date]:
    still_open = sa.select(ReconciliationDay.day).where(ReconciliationDay.state == DayState.OPEN)
    return still_open.order_by(ReconciliationDay.day)


def sums_of(day: date) -> Sums:
    counted = sa.select(
        sa.func.coalesce(sa.func.sum(ProviderMovement.net_cents), 0),
        sa.func.coalesce(sa.func.sum(booked), 0),
    ).where(ProviderMovement.day == day, ProviderMovement.state != MovementState.ASIDE)
    provider, books = db.session.execute(counted).one()
    return Sums(int(provider), int(books))


def count_unmet(day: date) -> int:
    left = (ProviderMovement.day == day, ProviderMovement.state.not_in(FINAL))
    return db.session.scalar(sa.select(sa.func.count(ProviderMovement.id)).where(*left)) or 0


def meets(entry_id: int) -> int | None:
    """Return the id of the line that meets an entry."""
    met = sa.select(ProviderMovement.id).where(ProviderMovement.entry_id == entry_id)
    return db.session.scalar(met)


def days() -> sa.Select[ReconciliationDay]:
    return sa.select(ReconciliationDay).order_by(ReconciliationDay.day.desc())


def lines_of(day: date) -> sa.Select[Any]:
    """Select a day's lines with the entry each meets and what that did; differences first."""
    last = sa.case((ProviderMovement.state.in_(FINAL), 1), else_=0)
    return (
        sa.select(ProviderMovement, LedgerEntry, booked.label("booked_cents"))
        .outerjoin(LedgerEntry, LedgerEntry.id == ProviderMovement.entry_id)
        .where(ProviderMovement.day == day)
        .order_by(last, ProviderMovement.created_at, ProviderMovement.id)
    )
