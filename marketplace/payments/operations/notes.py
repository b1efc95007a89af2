"""Notes of a social currency in the books: as many are out as there are reais kept for them.

Who may, and whether it was so, the floor above has asked.
"""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import operation
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.payments import note_postings
from marketplace.payments.models.ledger import LedgerEntry
from marketplace.payments.operations import ledger

MOVE = "note_move"


@operation
def enter_issued(move_id: int, division_id: int, cents: int, *, by: Person, now: datetime) -> None:
    """Enter that notes were given out for reais."""
    ledger.post(note_postings.notes_issued(division_id, cents), (MOVE, move_id), by=by, now=now)


@operation
def enter_redeemed(
    move_id: int, division_id: int, cents: int, *, by: Person, now: datetime
) -> None:
    """Enter that notes came back for reais.

    :raises WrongSide: if that is more than there are.
    """
    ledger.post(note_postings.notes_redeemed(division_id, cents), (MOVE, move_id), by=by, now=now)


@operation
def take_back(move_id: int, *, by: Person, now: datetime) -> None:
    """Take back what was entered of a move.

    :raises WrongSide: if notes that it issued came back already.
    """
    entries = sa.select(LedgerEntry).where(LedgerEntry.source_type == MOVE)
    entry = find_one(entries.where(LedgerEntry.source_id == move_id))
    ledger.reverse(entry.id, by=by, now=now)
