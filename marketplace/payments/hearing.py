"""Asking what a line of the provider's account is of, before it is called unknown."""

import logging
from datetime import datetime

import sqlalchemy as sa

from marketplace.core.finding import find_one
from marketplace.payments import sending
from marketplace.payments.gateway import Gateway
from marketplace.payments.models.reconciling import MovementState, ProviderMovement
from marketplace.payments.operations import disputes, refunds
from marketplace.payments.operations.reconciling import ADJUSTMENTS, CHARGES, REFUNDS, RETURNS
from marketplace.payments.provider import Declined

log = logging.getLogger(__name__)


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
