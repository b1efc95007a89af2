"""Making the calls about accounts of enterprises, as `sending` does those about payments."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import failpoints
from marketplace.core.finding import find_one
from marketplace.payments.connect_gateway import ConnectGateway
from marketplace.payments.models.connect import ConnectedAccount, Reversal, Transfer
from marketplace.payments.operations import calls, receiving, reversals, transfers
from marketplace.payments.operations.calls import Prepared
from marketplace.payments.provider import Declined


def open_account(there: ConnectGateway, call: Prepared, now: datetime) -> None:
    account = find_one(sa.select(ConnectedAccount).where(ConnectedAccount.id == call.subject_id))
    reference = account.reference  # before a transaction ends what was read
    found = there.find_account(reference) if call.doubtful else None
    call = _renamed(call, there_already=bool(found), now=now)
    try:
        found = found or there.open_account(call.words, call.key)
    except Declined as no:
        facts = {"code": no.code, "request_id": no.request_id}
        receiving.take_refusal(call.id, call.subject_id, **facts, now=now)
        return
    failpoints.point("payments.answered")
    receiving.take_answer(call.id, found, now=now)


def transfer(there: ConnectGateway, call: Prepared, now: datetime) -> None:
    """Send money to an account; what was refused waits, to be tried with another key."""
    asked = find_one(sa.select(Transfer).where(Transfer.id == call.subject_id))
    reference, group = asked.reference, transfers.group_of(asked.payout.batch_id)
    found = there.find_sent(reference, group) if call.doubtful else None
    call = _renamed(call, there_already=bool(found), now=now)
    try:
        found = found or there.transfer(call.words, call.key)
    except Declined as no:
        transfers.take_refusal(call.id, call.subject_id, code=no.code, now=now)
        return
    failpoints.point("payments.answered")
    transfers.take_answer(call.id, found, now=now)


def take_back(there: ConnectGateway, call: Prepared, now: datetime) -> None:
    reversal = find_one(sa.select(Reversal).where(Reversal.id == call.subject_id))
    reference, transfer_id = reversal.reference, reversal.transfer.provider_id or ""
    found = there.find_taken_back(reference, transfer_id) if call.doubtful else None
    call = _renamed(call, there_already=bool(found), now=now)
    try:
        found = found or there.take_back(transfer_id, call.words, call.key)
    except Declined as no:
        facts = {"code": no.code, "request_id": no.request_id}
        reversals.take_refusal(call.id, call.subject_id, **facts, now=now)
        return
    failpoints.point("payments.answered")
    reversals.take_answer(call.id, found, now=now)


def _renamed(call: Prepared, *, there_already: bool, now: datetime) -> Prepared:
    """Return a call under another key if it was looked for and is not there."""
    anew = call.doubtful and not there_already
    return calls.begin_anew(call.id, now=now) if anew else call
