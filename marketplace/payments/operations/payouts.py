"""Paying out: a batch that one person prepares and another approves.

The bank pays it by hand, or the provider sends it to an account of the enterprise's.
"""

from datetime import datetime

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.money import format_cents
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts
from marketplace.payments import bank_words, postings
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import (
    AnotherApproves,
    AnotherTakesBack,
    BatchMoved,
    BatchWaits,
    NothingToPayOut,
    PayoutMoved,
    PayoutOfAnotherAmount,
    TransferUnderWay,
)
from marketplace.payments.models.connect import ConnectedAccount
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.payouts import BatchState, Payout, PayoutBatch, PayoutState
from marketplace.payments.operations import ledger, transfers
from marketplace.payments.queries import connect, payouts
from marketplace.payments.queries import ledger as ledger_queries

SOURCE = "payout"
KEY_CHANGED, SUM_CHANGED, DISCARDED = "key", "sum", "discarded"


@operation
def prepare_batch(division_id: int, *, by: Person, now: datetime) -> int:
    """Put all that may be paid out in a Division into a batch, and return its id.

    Sums and keys are kept as they are now. Nothing moves before another person approves it.

    :raises BatchWaits: while one waits. :raises NothingToPayOut: if there is nothing to pay.
    """
    division = lock_one(payouts.divisions_seen_by(by).where(Division.id == division_id))
    waits = (PayoutBatch.division_id == division_id, PayoutBatch.state == BatchState.PREPARED)
    if db.session.scalar(sa.select(PayoutBatch.id).where(*waits)):
        raise BatchWaits
    ready = [one for one in payouts.candidates(division, by, now) if one.why is None]
    if not ready:
        raise NothingToPayOut
    batch = PayoutBatch(division_id=division_id, prepared_at=now, prepared_by_id=by.id)
    batch.payouts = [_prepared(one) for one in ready]
    db.session.add(batch)
    db.session.flush()
    _audit("payout_batch_prepared", batch, by, now)
    return batch.id


@operation
def approve_batch(batch_id: int, *, by: Person, now: datetime) -> int:
    """Order the payouts of a batch (P9, and P15 for debts); return how many were left out.

    What is not as it was prepared any more, another key or account or less money, is left out. What
    goes to an account is in the books (P7) once the provider sent it.

    :raises AnotherApproves: to who prepared it. :raises BatchMoved: unless it waits.
    :raises OwnEnterprise: to who belongs to an enterprise in it.
    """
    batch = _waiting(batch_id, by)
    if batch.prepared_by_id == by.id:
        raise AnotherApproves
    for payout in batch.payouts:
        conflicts.keep_out(by, payout.enterprise)
    batch.state, batch.approved_at, batch.approved_by_id = BatchState.APPROVED, now, by.id
    for payout in batch.payouts:
        _order(payout, by=by, now=now)
    _audit("payout_batch_approved", batch, by, now)
    return sum(payout.state is PayoutState.LEFT_OUT for payout in batch.payouts)


@operation
def discard_batch(batch_id: int, *, by: Person, now: datetime) -> None:
    """Let a batch go that nobody approved: another can be prepared.

    :raises BatchMoved: unless it waits.
    """
    batch = _waiting(batch_id, by)
    batch.state, batch.discarded_at, batch.discarded_by_id = BatchState.DISCARDED, now, by.id
    for payout in batch.payouts:
        _leave_out(payout, DISCARDED)
    _audit("payout_batch_discarded", batch, by, now)


@operation
def confirm_payout(
    payout_id: int, *, amount_cents: int, proof: str, by: Person, now: datetime
) -> None:
    """Note that the bank paid just this amount, in centavos (P9), and what it calls that.

    :raises PayoutMoved: unless the bank is to pay it and nobody noted anything yet.
    :raises PayoutOfAnotherAmount: for any other amount. :raises WordsMissing: without proof.
    :raises OwnEnterprise: to who belongs to the enterprise.
    """
    payout = _locked(payout_id, by)
    if payout.state is not PayoutState.APPROVED or not payout.is_by_hand:
        raise PayoutMoved
    if amount_cents != payout.amount_cents:
        raise PayoutOfAnotherAmount(amount=format_cents(payout.amount_cents))
    payout.proof = bank_words.required(proof)
    confirmed = postings.payout_confirmed(payout.enterprise_id, payout.amount_cents)
    ledger.post(confirmed, (SOURCE, payout.id), by=by, now=now)
    _end(payout, PayoutState.CONFIRMED, by=by, now=now)


@operation
def return_payout(payout_id: int, *, reason: str, by: Person, now: datetime) -> None:
    """Note that a payout came back, or was never made (P9): it is payable again.

    One that was confirmed is taken back by another person than who did that: its entry is reversed.
    One that waits to go to an account was never in the books.

    :raises PayoutMoved: unless it was ordered. :raises AnotherTakesBack: to who confirmed it.
    :raises TransferUnderWay: while the provider may have sent it. :raises WordsMissing: without a
    reason. :raises OwnEnterprise: as ``confirm_payout``.
    """
    payout = _locked(payout_id, by)
    payout.why = bank_words.required(reason)
    if payout.is_by_hand:
        _return(payout, by=by, now=now)
    elif payout.state is not PayoutState.APPROVED:
        raise PayoutMoved
    elif not transfers.take_back(payout.id, now=now):
        raise TransferUnderWay
    _end(payout, PayoutState.RETURNED, by=by, now=now)


def _prepared(one: payouts.Candidate) -> Payout:
    return Payout(
        enterprise_id=one.enterprise.id,
        enterprise=one.enterprise,
        amount_cents=one.amount_cents,
        offset_cents=one.offset_cents,
        account_id=one.account.id if one.account else None,
        pix_key=one.pix.key,
        pix_key_kind=one.pix.kind,
        pix_holder=one.pix.holder,
    )


def _waiting(batch_id: int, by: Person) -> PayoutBatch:
    batch = lock_one(payouts.batches_seen_by(by).where(PayoutBatch.id == batch_id))
    if batch.state is not BatchState.PREPARED:
        raise BatchMoved
    return batch


def _locked(payout_id: int, by: Person) -> Payout:
    payout = lock_one(payouts.payouts_seen_by(by).where(Payout.id == payout_id))
    conflicts.keep_out(by, payout.enterprise)
    return payout


def _order(payout: Payout, *, by: Person, now: datetime) -> None:
    account = _account(payout)
    if not (_is_same_key(payout, now) if account is None else account.can_be_paid(now)):
        _leave_out(payout, KEY_CHANGED)
        return
    if not _is_there(payout):
        _leave_out(payout, SUM_CHANGED)
        return
    payout.state, moves = PayoutState.APPROVED, []
    if account is None:
        moves = [postings.payout_ordered(payout.enterprise_id, payout.amount_cents)]
    else:
        transfers.order(payout, account, now=now)
    if payout.offset_cents:
        moves.append(postings.debt_offset(payout.enterprise_id, payout.offset_cents))
    for posting in moves:
        ledger.post(posting, (SOURCE, payout.id), by=by, now=now)


def _account(payout: Payout) -> ConnectedAccount | None:
    if payout.account_id is None:
        return None
    return lock_one(sa.select(ConnectedAccount).where(ConnectedAccount.id == payout.account_id))


def _is_same_key(payout: Payout, now: datetime) -> bool:
    enterprise, kept = payout.enterprise, (payout.pix_key, payout.pix_key_kind, payout.pix_holder)
    return not enterprise.pix_waits(now) and tuple(enterprise.pix_at(now)) == kept


def _is_there(payout: Payout) -> bool:
    """Whether the sum is payable, its debt owed, and none of it is on its way already."""
    there = ledger.lock_payable(payout.enterprise_id)
    owed = ledger_queries.balance(AccountName("debt", payout.enterprise_id))
    whole = there >= payout.amount_cents + payout.offset_cents and owed >= payout.offset_cents
    return whole and not connect.is_under_way(payout.enterprise_id)


def _leave_out(payout: Payout, why: str) -> None:
    payout.state, payout.why = PayoutState.LEFT_OUT, why


def _return(payout: Payout, *, by: Person, now: datetime) -> None:
    if payout.state is PayoutState.CONFIRMED:
        _unconfirm(payout, by=by, now=now)
    elif payout.state is not PayoutState.APPROVED:
        raise PayoutMoved
    returned = postings.payout_returned(payout.enterprise_id, payout.amount_cents)
    ledger.post(returned, (SOURCE, payout.id), by=by, now=now)


def _unconfirm(payout: Payout, *, by: Person, now: datetime) -> None:
    if payout.ended_by_id == by.id:
        raise AnotherTakesBack
    entry = ledger_queries.entry_of(EntryKind.PAYOUT_CONFIRMED, SOURCE, payout.id)
    ledger.reverse(entry or 0, by=by, now=now)


def _end(payout: Payout, state: PayoutState, *, by: Person, now: datetime) -> None:
    payout.state, payout.ended_at, payout.ended_by_id = state, now, by.id
    audit.record(f"payout_{state}", by=by, now=now, payout_id=payout.id)


def _audit(what: str, batch: PayoutBatch, by: Person, now: datetime) -> None:
    audit.record(what, by=by, now=now, batch_id=batch.id, amount_cents=batch.amount_cents)
