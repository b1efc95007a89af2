"""Taking back of transfers what a buyer, or their bank, got back, and is not here any more.

The buyer is never kept waiting for it: the refund is approved first, what lacks is a debt, and what
comes back pays that. A dispute that was lost is entered first too.

**Source:** https://docs.stripe.com/api/transfer_reversals (only what the account still has).
"""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import HOUSE
from marketplace.payments import connect_payloads, postings
from marketplace.payments.chart import AccountName
from marketplace.payments.models.connect import Reversal, ReversalState, Transfer
from marketplace.payments.models.online import CallKind
from marketplace.payments.operations import calls, ledger
from marketplace.payments.provider import TakenBack
from marketplace.payments.queries import connect
from marketplace.payments.queries import ledger as ledger_queries

SOURCE = "reversal"
log = logging.getLogger(__name__)


def ask(
    enterprise_id: int,
    cents: int,
    *,
    refund_id: int | None = None,
    dispute_id: int | None = None,
    now: datetime,
) -> None:
    """Have up to so many centavos taken back of what was sent to an enterprise, newest first.

    They lack for a refund, or for a dispute that was lost.
    """
    why = {"refund_id": refund_id, "dispute_id": dispute_id}
    for transfer, left in connect.reversible(enterprise_id) if cents > 0 else []:
        taken = min(left, cents)
        _prepare(transfer, taken, why, now)
        cents -= taken
        if not cents:
            break


@operation
def take_answer(call_id: int, told: TakenBack, *, now: datetime) -> None:
    """Keep what the provider answered to a reversal, once."""
    calls.finish(call_id, now=now)
    apply_taken_back(told, now=now)


@operation
def take_refusal(
    call_id: int, reversal_id: int, *, code: str, request_id: str, now: datetime
) -> None:
    """Note that nothing came back, most often because the account is empty: the debt stays."""
    reversal = lock_one(sa.select(Reversal).where(Reversal.id == reversal_id))
    calls.finish(call_id, request_id=request_id, now=now)
    if reversal.state is ReversalState.DUE:
        reversal.state = ReversalState.FAILED
        log.warning("a reversal was refused", extra={"kind": code, "count": reversal_id})


@operation
def apply_taken_back(told: TakenBack, *, now: datetime) -> bool:
    """Enter what came back of a transfer, once (P8); it pays a debt first (P15).

    Return whether it is of a transfer of ours. What was taken back without us is kept all the same.
    """
    of = sa.select(Transfer).where(Transfer.provider_id == told.transfer_id)
    locked = of.with_for_update().execution_options(populate_existing=True)
    if (transfer := db.session.scalar(locked)) is None:
        return False
    reversal = _known(told) or _met(transfer, told, now)
    if reversal.state is not ReversalState.DONE:
        reversal.provider_id, reversal.movement_id = told.id, told.movement_id
        reversal.state, reversal.done_at = ReversalState.DONE, now
        _enter(reversal, transfer.enterprise_id, now)
    return True


def _prepare(transfer: Transfer, cents: int, why: Mapping[str, int | None], now: datetime) -> None:
    reversal = Reversal(
        reference=str(uuid.uuid4()),
        transfer_id=transfer.id,
        amount_cents=cents,
        asked_at=now,
        **why,
    )
    db.session.add(reversal)
    db.session.flush()
    words = connect_payloads.reversal(reversal.reference, amount_cents=cents)
    calls.prepare(CallKind.REVERSAL, reversal.id, words, now=now)


def _known(told: TakenBack) -> Reversal | None:
    mine = sa.or_(Reversal.reference == told.reference, Reversal.provider_id == told.id)
    asked = sa.select(Reversal).where(mine).with_for_update()
    return db.session.scalar(asked.execution_options(populate_existing=True))


def _met(transfer: Transfer, told: TakenBack, now: datetime) -> Reversal:
    """Keep one that somebody made on the provider's own pages."""
    reversal = Reversal(
        reference=str(uuid.uuid4()),
        transfer_id=transfer.id,
        amount_cents=told.amount_cents,
        state=ReversalState.DUE,
        asked_at=now,
    )
    db.session.add(reversal)
    db.session.flush()
    return reversal


def _enter(reversal: Reversal, enterprise_id: int, now: datetime) -> None:
    ledger.lock_payable(enterprise_id)
    owed = ledger_queries.balance(AccountName("debt", enterprise_id))
    moves = [postings.transfer_reversed(enterprise_id, reversal.amount_cents)]
    if paid := min(owed, reversal.amount_cents):
        moves.append(postings.debt_offset(enterprise_id, paid))
    for posting in moves:
        ledger.post(posting, (SOURCE, reversal.id), by=HOUSE, now=now)
    audit.record("transfer_reversed", by=HOUSE, now=now, reversal_id=reversal.id)
