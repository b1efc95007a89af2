"""Holding the provider's account against ours: each of its lines meets exactly one entry.

**Source:** https://docs.stripe.com/reports/balance-transaction-types (which kinds there are).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.money import format_cents
from marketplace.core.rights import HOUSE, Person
from marketplace.core.transactions import INSERT
from marketplace.payments import postings
from marketplace.payments.errors import DayNotListed, LinesLeft, SumsDiffer, WrongSide
from marketplace.payments.models.disputes import Dispute, DisputeState
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.online import Attempt, Refund
from marketplace.payments.models.reconciling import (
    DayState,
    MovementState,
    ProviderMovement,
    ReconciliationDay,
)
from marketplace.payments.operations import arrivals, disputes, ledger, refunds, transfer_lines
from marketplace.payments.postings import Posting
from marketplace.payments.provider import Movement
from marketplace.payments.queries import ledger as ledger_queries
from marketplace.payments.queries import reconciling

SOURCE = "movement"
CHARGES, REFUNDS, RETURNS = ("charge", "payment"), ("refund", "payment_refund"), ("refund_failure",)
ADJUSTMENTS = ("adjustment",)
TRANSFERS = transfer_lines.ALL
FEES = ("stripe_fee", "stripe_fx_fee", "tax_fee")
ASIDE = (
    *("reserve_hold", "reserve_release", "reserve_transaction", "reserved_funds"),
    *("payout_minimum_balance_hold", "payout_minimum_balance_release"),
)
ENTERED_AS = (EntryKind.PROVIDER_SETTLED, EntryKind.MONEY_UNIDENTIFIED)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Met:
    """What became of a line: why it is not matched, and the entry that it meets."""

    state: MovementState
    why: str = ""
    entry_id: int | None = None


Way = Callable[[ProviderMovement, datetime], Met]


@operation
def keep_movements(listed: Sequence[Movement], *, now: datetime) -> int:
    """Keep lines of the provider's account, each once; return how many are new.

    A day that was closed without one of them is open again.
    """
    news = _unknown(listed)
    if not news:
        return 0
    fresh = INSERT[_dialect()](ProviderMovement).values([_facts(one) for one in news])
    kept = fresh.on_conflict_do_nothing(index_elements=["movement_id"])
    days = list(db.session.scalars(kept.returning(ProviderMovement.day)))
    _reopen(set(days), now)
    return len(days)


@operation
def match(row_id: int, *, now: datetime) -> MovementState:
    """Let a line meet its entry, and return how it stands; what is done with stays as it is.

    A payment of ours that was not in the books is entered (P3), fees and payouts are (P3, P19).
    Money that nobody here knows is entered as unidentified (P20), and left to a person.
    """
    row = lock_one(sa.select(ProviderMovement).where(ProviderMovement.id == row_id))
    if row.state not in reconciling.FINAL:
        was, met = row.why, _met(row, now)
        row.state, row.why, row.entry_id = met.state, met.why, met.entry_id
        if met.why not in ("", was):
            log.error("a line of the provider meets no entry", extra={"kind": met.why})
    return row.state


@operation
def note_listed(day: date, *, asked_at: datetime) -> None:
    """Note that all lines of a UTC day that there were at an instant are kept."""
    still_open = ReconciliationDay.state == DayState.OPEN
    again = {"listed_at": asked_at}
    if db.session.scalar(sa.select(ReconciliationDay.id).where(ReconciliationDay.day == day)):
        known = sa.update(ReconciliationDay).where(ReconciliationDay.day == day, still_open)
        db.session.execute(known.values(again))
        return
    facts = {"day": day, "state": DayState.OPEN, "provider_cents": 0, "books_cents": 0}
    fresh = INSERT[_dialect()](ReconciliationDay).values(facts | again)
    db.session.execute(
        fresh.on_conflict_do_update(index_elements=["day"], set_=again, where=still_open)
    )


@operation
def add_up(day: date) -> None:
    """Let a day that is open tell both its sums as they are now."""
    row = _locked(day)
    if row.state is DayState.OPEN:
        sums = reconciling.sums_of(day)
        row.provider_cents, row.books_cents = sums.provider_cents, sums.books_cents


@operation
def close_day(day: date, *, by: Person, now: datetime) -> None:
    """Close a UTC day on which every line meets its entry and both sums are the same.

    :raises DayNotListed: before it is over and all of it was asked for. :raises LinesLeft: while
    lines are not matched. :raises SumsDiffer: saying by how much.
    """
    row = _locked(day)
    if row.state is DayState.CLOSED:
        return
    if row.listed_at < reconciling.span_of(day)[1]:
        raise DayNotListed
    if left := reconciling.count_unmet(day):
        raise LinesLeft(count=left)
    sums = reconciling.sums_of(day)
    if apart := sums.provider_cents - sums.books_cents:
        raise SumsDiffer(difference=format_cents(abs(apart)))
    row.provider_cents, row.books_cents = sums.provider_cents, sums.books_cents
    row.state, row.closed_at, row.closed_by_id = DayState.CLOSED, now, by.id
    audit.record("reconciliation_day_closed", by=by, now=now, day_id=row.id)


def _unknown(listed: Sequence[Movement]) -> list[Movement]:
    """Return what is not kept yet: a number that a row might have had is not used up for it."""
    ids = [one.id for one in listed]
    kept = sa.select(ProviderMovement.movement_id).where(ProviderMovement.movement_id.in_(ids))
    known = set(db.session.scalars(kept))
    return [one for one in listed if one.id not in known]


def _locked(day: date) -> ReconciliationDay:
    return lock_one(sa.select(ReconciliationDay).where(ReconciliationDay.day == day))


def _dialect() -> str:
    return db.session.connection().dialect.name


def _facts(movement: Movement) -> dict[str, object]:
    return {
        "movement_id": movement.id,
        "kind": movement.kind,
        "amount_cents": movement.amount_cents,
        "fee_cents": movement.fee_cents,
        "net_cents": movement.net_cents,
        "currency": movement.currency,
        "source_id": movement.source_id,
        "created_at": movement.created_at,
        "available_on": movement.available_on,
        "day": movement.created_at.astimezone(UTC).date(),
        "state": MovementState.WAITING,
        "why": "",
    }


def _reopen(days: set[date], now: datetime) -> None:
    closed = (ReconciliationDay.day.in_(days), ReconciliationDay.state == DayState.CLOSED)
    query = sa.select(ReconciliationDay).where(*closed).order_by(ReconciliationDay.day)
    locked = query.with_for_update().execution_options(populate_existing=True)
    for row in db.session.scalars(locked):
        row.state, row.closed_at, row.closed_by_id = DayState.OPEN, None, None
        audit.record("reconciliation_day_reopened", by=HOUSE, now=now, day_id=row.id)
        log.error("a line of the provider came after its day was closed", extra={"count": row.id})


def _met(row: ProviderMovement, now: datetime) -> Met:
    if row.currency != "brl":
        return Met(MovementState.UNKNOWN, "currency")
    if (way := WAYS.get(row.kind)) is None:
        return _stranger(row, "kind", now)
    return way(row, now)


def _charge(row: ProviderMovement, now: datetime) -> Met:
    known = sa.select(Attempt).where(Attempt.charge_id == row.source_id, Attempt.charge_id != "")
    locked = known.with_for_update().execution_options(populate_existing=True)
    if (attempt := db.session.scalar(locked)) is None:
        return _stranger(row, "source", now)
    if attempt.movement_id not in (None, row.movement_id):
        return Met(MovementState.DIFFERS, "twice", row.entry_id)
    if row.entry_id is not None:  # entered as unidentified before it was known
        try:
            ledger.reverse(row.entry_id, by=HOUSE, now=now)
        except WrongSide:
            return Met(MovementState.UNKNOWN, "spent", row.entry_id)
    arrivals.book(attempt.id, row.as_told(), by=HOUSE, now=now)
    kinds = (ledger_queries.entry_of(kind, arrivals.SOURCE, attempt.id) for kind in ENTERED_AS)
    return _compared(row, next((found for found in kinds if found), None))


def _refund(row: ProviderMovement, _now: datetime) -> Met:
    return _of_refund(row, EntryKind.REFUND_SENT)


def _return(row: ProviderMovement, _now: datetime) -> Met:
    return _of_refund(row, EntryKind.REFUND_FAILED)


def _of_refund(row: ProviderMovement, kind: EntryKind) -> Met:
    known = sa.select(Refund.id).where(Refund.provider_id == row.source_id)
    if (refund_id := db.session.scalar(known)) is None:
        return Met(MovementState.UNKNOWN, "source")
    return _compared(row, ledger_queries.entry_of(kind, refunds.SOURCE, refund_id))


def _adjustment(row: ProviderMovement, now: datetime) -> Met:
    """Of a dispute: taken away, or there again; P20 where it was borne as lost by then."""
    known = sa.select(Dispute).where(Dispute.provider_id == row.source_id)
    if (dispute := db.session.scalar(known)) is None:
        return _stranger(row, "source", now)
    if row.amount_cents > 0 and dispute.state is DisputeState.LOST:
        return _stranger(row, "was_lost", now)
    kind = EntryKind.DISPUTE_OPENED if row.amount_cents < 0 else EntryKind.DISPUTE_WON
    return _compared(row, ledger_queries.entry_of(kind, disputes.SOURCE, dispute.id))


def _transfer(row: ProviderMovement, now: datetime) -> Met:
    known, entry_id = transfer_lines.entry_of(row, now)
    return _compared(row, entry_id) if known else _stranger(row, "source", now)


def _compared(row: ProviderMovement, entry_id: int | None) -> Met:
    if entry_id is None:
        return Met(MovementState.WAITING, "not_entered")
    if reconciling.meets(entry_id) not in (None, row.id):
        return Met(MovementState.DIFFERS, "twice")
    if ledger_queries.moved(entry_id, "stripe") != row.net_cents:
        return Met(MovementState.DIFFERS, "sum", entry_id)
    return Met(MovementState.MATCHED, "", entry_id)


def _fee(row: ProviderMovement, now: datetime) -> Met:
    return _entered(row, postings.provider_settled(0, -row.net_cents), now)


def _sweep(row: ProviderMovement, now: datetime) -> Met:
    return _entered(row, postings.sweep_begun(-row.net_cents), now)


def _sweep_back(row: ProviderMovement, now: datetime) -> Met:
    arrivals.take_from_bank(row.source_id, by=HOUSE, now=now)
    return _entered(row, postings.sweep_failed(row.net_cents), now)


def _entered(row: ProviderMovement, posting: Posting, now: datetime) -> Met:
    """Enter a line that is the only word of what happened."""
    if not posting.amounts:
        return Met(MovementState.ASIDE)
    try:
        entry_id = ledger.post(posting, (SOURCE, row.id), by=HOUSE, now=now)
    except WrongSide:
        return Met(MovementState.UNKNOWN, "no_such_payout")
    return _compared(row, entry_id)


def _stranger(row: ProviderMovement, why: str, now: datetime) -> Met:
    """P20 where it brought money; what took some away has no account to come from."""
    entry_id = row.entry_id
    if entry_id is None and row.amount_cents > 0:
        posting = postings.money_unidentified(row.amount_cents, row.fee_cents)
        entry_id = ledger.post(posting, (SOURCE, row.id), by=HOUSE, now=now)
    return Met(MovementState.UNKNOWN, why, entry_id)


def _aside(_row: ProviderMovement, _now: datetime) -> Met:
    """P28: held back, which changes no sum of ours."""
    return Met(MovementState.ASIDE)


WAYS: dict[str, Way] = {
    **dict.fromkeys(CHARGES, _charge),
    **dict.fromkeys(REFUNDS, _refund),
    **dict.fromkeys(RETURNS, _return),
    **dict.fromkeys(ADJUSTMENTS, _adjustment),
    **dict.fromkeys(TRANSFERS, _transfer),
    **dict.fromkeys(FEES, _fee),
    **dict.fromkeys(ASIDE, _aside),
    "payout": _sweep,
    "payout_failure": _sweep_back,
    "payout_cancel": _sweep_back,
}
"""How a line of each kind meets its entry; of any other kind it is a stranger."""
