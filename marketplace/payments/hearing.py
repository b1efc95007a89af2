"""Asking what news is about, and what a line of the provider's account is of.

What was told is believed of neither: what it is now, is asked for.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.payments import sending
from marketplace.payments.gateway import Gateway
from marketplace.payments.models.reconciling import MovementState, ProviderMovement
from marketplace.payments.operations import disputes, receiving, refunds, transfers
from marketplace.payments.operations.reconciling import (
    ADJUSTMENTS,
    CHARGES,
    REFUNDS,
    RETURNS,
    TRANSFERS,
)
from marketplace.payments.provider import THIN, Declined
from marketplace.payments.queries import connect

log = logging.getLogger(__name__)


def hear(kind: str, object_id: str, account: str, there: Gateway, *, now: datetime) -> bool:
    """Keep what an object is now of which news came; return whether it is of ours.

    Accounts are asked for only if they are in our own table, whatever the news says.

    :raises ProviderError: if that is not to be known now.
    """
    if account:
        return _hear_of_account(object_id, account, there, now)
    if kind in THIN:
        known = db.session.scalar(connect.known_account(object_id)) is not None
        return known and look_at_account(object_id, there, now=now)
    prefix = next((one for one in ASKED if kind.startswith(one)), "")
    return ASKED[prefix](object_id, there, now)


def look_at_account(account_id: str, there: Gateway, *, now: datetime) -> bool:
    """Keep how an account stands now, and send what waited for that."""
    ours = receiving.apply_account(there.account(account_id), now=now)
    account = db.session.scalar(connect.known_account(account_id))
    for call_id in connect.calls_to_try(now, account_id=account.id) if account else ():
        sending.send(call_id, now=now)
    return ours


def hear_of(row_id: int, there: Gateway, *, now: datetime) -> None:
    """Keep what the provider tells now of the payment or refund that a line is of.

    One that was found to be a stranger's is not asked for again.

    :raises ProviderError: if that is not to be known now.
    """
    row = find_one(sa.select(ProviderMovement).where(ProviderMovement.id == row_id))
    if row.state is not MovementState.WAITING or not row.source_id:
        return
    try:
        _hear(row.kind, row.source_id, there, now)
    except Declined as no:
        log.warning("a line is of what is not there", extra={"kind": no.code})


def _hear(kind: str, source_id: str, there: Gateway, now: datetime) -> None:
    if kind in CHARGES and (intent_id := there.intent_of(source_id)):
        sending.ask_again(intent_id, now=now)
    elif kind in (*REFUNDS, *RETURNS):
        refunds.apply_money_back(there.money_back(source_id), now=now)
    elif kind in ADJUSTMENTS:
        disputes.apply_dispute(there.contested(source_id), now=now)
    elif kind in TRANSFERS and source_id.startswith("tr_"):
        transfers.apply_sent(there.sent(source_id), now=now)


def _hear_of_account(payout_id: str, account: str, there: Gateway, now: datetime) -> bool:
    if db.session.scalar(connect.known_account(account)) is None:
        return False
    return receiving.note_bank_payout(account, there.bank_payout(payout_id, account), now=now)


ASKED: dict[str, Callable[[str, Gateway, datetime], bool]] = {
    "refund.": lambda name, there, now: refunds.apply_money_back(there.money_back(name), now=now),
    "checkout.session.": lambda name, _there, now: sending.ask_page(name, now=now),
    "charge.dispute.": lambda name, there, now: disputes.apply_dispute(
        there.contested(name), now=now
    ),
    "transfer.": lambda name, there, now: transfers.apply_sent(there.sent(name), now=now),
    "": lambda name, _there, now: sending.ask_again(name, now=now),
}
"""How an object is asked for and kept, by how the kind of its news begins."""
