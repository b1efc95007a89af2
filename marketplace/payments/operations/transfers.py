"""Payouts that go to accounts at the provider: ordered as calls, in the books once they are sent.

**Source:** https://docs.stripe.com/connect/separate-charges-and-transfers;
https://docs.stripe.com/error-codes (``balance_insufficient``).
"""

import logging
import uuid
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import HOUSE
from marketplace.payments import connect_payloads, postings
from marketplace.payments.models.connect import (
    WAITING,
    AccountState,
    ConnectedAccount,
    Transfer,
    TransferState,
)
from marketplace.payments.models.online import CallKind
from marketplace.payments.models.payouts import Payout, PayoutState
from marketplace.payments.operations import calls, ledger, reversals
from marketplace.payments.provider import Sent
from marketplace.payments.queries import connect, online

SOURCE = "transfer"
SHORT = ("balance_insufficient", "insufficient_funds")
HELD = ("insufficient_capabilities_for_transfer", "account_invalid", "transfers_not_allowed")
GONE = "account"  # why a payout came back: its account is no more
log = logging.getLogger(__name__)


def group_of(batch_id: int) -> str:
    """Return how the provider calls the transfers of one batch together."""
    return f"batch:{batch_id}"


def order(payout: Payout, account: ConnectedAccount, *, now: datetime) -> None:
    """Have a payout sent to an account; nothing moves in the books before the provider answers."""
    transfer = Transfer(
        reference=str(uuid.uuid4()),
        payout_id=payout.id,
        account_id=account.id,
        enterprise_id=payout.enterprise_id,
        amount_cents=payout.amount_cents,
        asked_at=now,
    )
    db.session.add(transfer)
    db.session.flush()
    words = connect_payloads.transfer(
        transfer.reference,
        group=group_of(payout.batch_id),
        amount_cents=transfer.amount_cents,
        destination=account.provider_id or "",
    )
    calls.prepare(CallKind.TRANSFER, transfer.id, words, now=now)


@operation
def take_answer(call_id: int, told: Sent, *, now: datetime) -> None:
    """Keep what the provider answered to a transfer, once."""
    calls.finish(call_id, now=now)
    apply_sent(told, now=now)


@operation
def take_refusal(call_id: int, transfer_id: int, *, code: str, now: datetime) -> None:
    """Let a transfer wait that was surely not sent, to be tried with another key."""
    transfer = lock_one(sa.select(Transfer).where(Transfer.id == transfer_id))
    if transfer.state not in (TransferState.DUE, *WAITING):
        return
    transfer.state = _state_for(code)
    calls.put_back(call_id, now=now)
    log.error("a transfer was not sent", extra={"kind": code, "count": transfer_id})


@operation
def apply_sent(told: Sent, *, now: datetime) -> bool:
    """Let a transfer be what the provider says that it is now; return whether it is one of ours.

    P7 once it is there; and P8 for what was taken back of it.
    """
    known = sa.select(Transfer).where(Transfer.reference == told.reference)
    locked = known.with_for_update().execution_options(populate_existing=True)
    transfer = db.session.scalar(locked)
    if transfer is None or transfer.provider_id not in (None, told.id):
        return False
    if (told.amount_cents, told.currency) != (transfer.amount_cents, "brl"):
        log.error("a transfer is of another sum than was asked", extra={"count": transfer.id})
        return False
    if transfer.provider_id is None:
        _adopt(transfer, told, now)
    for one in told.taken_back:
        reversals.apply_taken_back(one, now=now)
    return True


@operation
def take_back(payout_id: int, *, now: datetime) -> bool:
    """Take a payout back that was surely never sent; return whether it was so."""
    transfer = lock_one(sa.select(Transfer).where(Transfer.payout_id == payout_id))
    call = online.call_about(CallKind.TRANSFER, transfer.id)
    if call is None or not calls.withdraw(call.id, now=now):
        return False
    transfer.state = TransferState.TAKEN_BACK
    return True


@operation
def give_up_retired(*, now: datetime) -> None:
    """Take back what waits to be sent to accounts that are no more.

    What may have been sent is not: that is known once its call is answered.
    """
    waiting = (
        sa.select(Transfer)
        .join(ConnectedAccount, ConnectedAccount.id == Transfer.account_id)
        .where(
            ConnectedAccount.state == AccountState.RETIRED, Transfer.state.in_(connect.UNDER_WAY)
        )
    )
    locked = waiting.order_by(Transfer.id).with_for_update(of=Transfer)
    for transfer in db.session.scalars(locked.execution_options(populate_existing=True)).all():
        if call := online.call_about(CallKind.TRANSFER, transfer.id):
            _give_up(transfer, call.id, now)


def _give_up(transfer: Transfer, call_id: int, now: datetime) -> None:
    if calls.withdraw(call_id, now=now):
        transfer.state = TransferState.TAKEN_BACK
        payout = lock_one(sa.select(Payout).where(Payout.id == transfer.payout_id))
        payout.state, payout.why, payout.ended_at = PayoutState.RETURNED, GONE, now
        audit.record("payout_returned", by=HOUSE, now=now, payout_id=payout.id)


def _state_for(code: str) -> TransferState:
    states = {
        **dict.fromkeys(SHORT, TransferState.SHORT),
        **dict.fromkeys(HELD, TransferState.HELD),
    }
    return states.get(code, TransferState.REFUSED)


def _adopt(transfer: Transfer, told: Sent, now: datetime) -> None:
    """P7: it is sent; where a refund was faster, what is not payable any more is owed (P14)."""
    transfer.provider_id, transfer.movement_id = told.id, told.movement_id
    transfer.state, transfer.sent_at = TransferState.SENT, now
    payout = lock_one(sa.select(Payout).where(Payout.id == transfer.payout_id))
    payout.state, payout.proof, payout.ended_at = PayoutState.CONFIRMED, told.id, now
    payable = ledger.lock_payable(transfer.enterprise_id)
    posting = postings.transferred(transfer.enterprise_id, transfer.amount_cents, payable)
    ledger.post(posting, (SOURCE, transfer.id), by=HOUSE, now=now)
    audit.record("transfer_sent", by=HOUSE, now=now, transfer_id=transfer.id)
