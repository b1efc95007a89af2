"""What the books say of one enterprise over a span of time; nothing here writes."""

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from marketplace.core.database import rows
from marketplace.payments.models.disputes import DisputePart
from marketplace.payments.models.dues import FundDue
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.online import AttemptPart, Refund
from marketplace.payments.models.payments import Payment

THROUGH_US = ("pending", "payable", "payout_flight", "debt")
"""What the house holds for an enterprise, less what that owes: together its position."""


class Movement(NamedTuple):
    """What one entry did to an enterprise, in centavos.

    ``cents`` is by how much more (or less) the house holds for it, ``direct_cents`` what it
    received itself, ``owed_cents`` by how much more it owes its fund of that. What was paid for is
    told as the payments call it, where it is known, with when it was paid; ``undoes`` is what a
    correction takes back.
    """

    id: int
    posted_at: datetime
    kind: EntryKind
    source_type: str
    source_id: int
    cents: int
    direct_cents: int
    owed_cents: int
    payable_type: str | None
    payable_id: int | None
    undoes: EntryKind | None
    paid_at: datetime | None
    due_on: date | None  # the day of the sales of which a part is due to the fund


class Position(NamedTuple):
    """What the house held for an enterprise, and what it owed its fund, in centavos."""

    cents: int
    owed_cents: int


def position(enterprise_id: int, at: datetime) -> Position:
    """Return how an enterprise stood at an instant."""
    ((cents, owed),) = rows(_POSITION, {"enterprise": enterprise_id, "until": at})
    return Position(-int(cents or 0), int(owed or 0))


def movements(enterprise_id: int, since: datetime, until: datetime) -> list[Movement]:
    """Return what happened from an instant until before another, the oldest first."""
    asked = {"enterprise": enterprise_id, "since": since, "until": until}
    return [Movement._make(row) for row in rows(_MOVEMENTS, asked)]


def first_entry_of(enterprise_id: int) -> datetime | None:
    """Return when the books first told of an enterprise."""
    ((first,),) = rows(_FIRST, {"enterprise": enterprise_id})
    moment: datetime | None = first
    return moment


def _summed(*bases: str) -> sa.ColumnElement[int]:
    """Add up what an entry's lines say of accounts of these kinds."""
    base = sa.or_(*(LedgerAccount.code.startswith(f"{base}:") for base in bases))
    summed = sa.func.sum(sa.case((base, LedgerLine.amount_cents), else_=0))
    return sa.cast(sa.func.coalesce(summed, 0), sa.BigInteger)


_ours = (
    sa.select(LedgerLine.entry_id)
    .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
    .where(LedgerAccount.enterprise_id == sa.bindparam("enterprise"))
)
_POSITION = _ours.with_only_columns(_summed(*THROUGH_US), _summed("fund_owed")).where(
    LedgerEntry.posted_at < sa.bindparam("until")
)
_FIRST = _ours.with_only_columns(sa.func.min(LedgerEntry.posted_at))

_part_of_attempt = (
    sa.select(sa.func.min(AttemptPart.payment_id))
    .where(
        AttemptPart.attempt_id == LedgerEntry.source_id,
        AttemptPart.enterprise_id == sa.bindparam("enterprise"),
    )
    .scalar_subquery()
)
_part_of_refund = (
    sa.select(AttemptPart.payment_id)
    .join(Refund, Refund.part_id == AttemptPart.id)
    .where(Refund.id == LedgerEntry.source_id)
    .scalar_subquery()
)
_part_of_dispute = (
    sa.select(sa.func.min(AttemptPart.payment_id))
    .join(DisputePart, DisputePart.part_id == AttemptPart.id)
    .where(
        DisputePart.dispute_id == LedgerEntry.source_id,
        AttemptPart.enterprise_id == sa.bindparam("enterprise"),
    )
    .scalar_subquery()
)
_payment = sa.case(
    (LedgerEntry.source_type == "payment", LedgerEntry.source_id),
    (LedgerEntry.source_type == "attempt", _part_of_attempt),
    (LedgerEntry.source_type == "refund", _part_of_refund),
    (LedgerEntry.source_type == "dispute", _part_of_dispute),
)
_undone = orm.aliased(LedgerEntry)
_of_a_day = sa.and_(LedgerEntry.source_type == "fund_due", LedgerEntry.source_id == FundDue.id)
_MOVEMENTS = (
    _ours.outerjoin(Payment, Payment.id == _payment)
    .outerjoin(_undone, _undone.id == LedgerEntry.reverses_id)
    .outerjoin(FundDue, _of_a_day)
    .with_only_columns(
        *(LedgerEntry.id, LedgerEntry.posted_at, LedgerEntry.kind),
        *(LedgerEntry.source_type, LedgerEntry.source_id),
        -_summed(*THROUGH_US),
        *(_summed("direct_received"), _summed("fund_owed")),
        *(Payment.payable_type, Payment.payable_id, _undone.kind, Payment.settled_at, FundDue.day),
    )
    .where(
        LedgerEntry.posted_at >= sa.bindparam("since"),
        LedgerEntry.posted_at < sa.bindparam("until"),
    )
    .group_by(
        *(LedgerEntry.id, LedgerEntry.posted_at, LedgerEntry.kind),
        *(LedgerEntry.source_type, LedgerEntry.source_id),
        *(Payment.payable_type, Payment.payable_id, _undone.kind, Payment.settled_at, FundDue.day),
    )
    .order_by(LedgerEntry.posted_at, LedgerEntry.id)
)
