"""Which entry a line of the provider's account meets that is of a transfer, there or back."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.payments.models.connect import Reversal, ReversalState, Transfer
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.reconciling import ProviderMovement
from marketplace.payments.operations import reversals, transfers
from marketplace.payments.provider import TakenBack
from marketplace.payments.queries import ledger

SENT, TAKEN_BACK = ("transfer",), ("transfer_refund",)
CAME_BACK = ("transfer_failure", "transfer_cancel")


ALL = (*SENT, *TAKEN_BACK, *CAME_BACK)


def entry_of(row: ProviderMovement, now: datetime) -> tuple[bool, int | None]:
    """Return whether a line is of a transfer that we know, and the entry that it meets.

    What came back by itself, of which the line is the only word, is entered (P8).
    """
    if row.kind in SENT:
        return _entry_sent(row)
    if row.kind in CAME_BACK:
        told = TakenBack(row.movement_id, row.source_id, "", row.amount_cents, row.movement_id)
        reversals.apply_taken_back(told, now=now)
    return _entry_taken_back(row)


def _entry_sent(row: ProviderMovement) -> tuple[bool, int | None]:
    found = db.session.scalar(sa.select(Transfer.id).where(Transfer.provider_id == row.source_id))
    return _entry(found, EntryKind.TRANSFERRED, transfers.SOURCE)


def _entry_taken_back(row: ProviderMovement) -> tuple[bool, int | None]:
    mine = sa.or_(Reversal.movement_id == row.movement_id, Reversal.provider_id == row.source_id)
    done = sa.select(Reversal.id).where(mine, Reversal.state == ReversalState.DONE)
    found = db.session.scalar(done.order_by(Reversal.movement_id != row.movement_id).limit(1))
    return _entry(found, EntryKind.TRANSFER_REVERSED, reversals.SOURCE)


def _entry(found: int | None, kind: EntryKind, source: str) -> tuple[bool, int | None]:
    return found is not None, found and ledger.entry_of(kind, source, found)
