"""Saying whose money is that came of nobody known: P20, by a person, once."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises.models import Enterprise
from marketplace.payments import postings
from marketplace.payments.errors import OwnerKnown, WhyMissing
from marketplace.payments.models.ledger import LedgerEntry
from marketplace.payments.models.reconciling import (
    Identification,
    MovementState,
    ProviderMovement,
)
from marketplace.payments.operations import by_hand, ledger
from marketplace.payments.queries import identifying
from marketplace.payments.queries import ledger as ledger_queries

SOURCE = "identification"
REASON_LENGTH = 300


@operation
def identify(
    entry_id: int, *, enterprise_id: int | None, reason: str, by: Person, now: datetime
) -> int:
    """Say whose unidentified money is (P20), and return the id of that word.

    Without an enterprise it is the payer's to have back, by hand. The provider's line of it is
    matched then, so that its day may close.

    :raises WhyMissing: without a reason. :raises OwnerKnown: if it was said, or the money was found
    to be of a payment of ours. :raises NotFound: for no such entry, or an enterprise that the
    person does not see, or belongs to.
    """
    if not (reason := clean(reason)[:REASON_LENGTH]):
        raise WhyMissing
    line = _locked_line(entry_id)
    cents = _waiting_cents(entry_id)
    if enterprise_id is not None:
        find_one(identifying.possible_owners(by).where(Enterprise.id == enterprise_id))
    word = Identification(
        entry_id=entry_id,
        enterprise_id=enterprise_id,
        amount_cents=cents,
        reason=reason,
        decided_at=now,
        decided_by_id=by.id,
    )
    db.session.add(word)
    db.session.flush()
    posting = postings.money_identified(cents, enterprise_id)
    ledger.post(posting, (SOURCE, word.id), by=by, now=now)
    if enterprise_id is None:
        by_hand.open_unidentified(word, by=by, now=now)
    if line is not None:
        _meet(line)
    facts = {"identification_id": word.id, "entry_id": entry_id, "amount_cents": cents}
    audit.record("money_identified", by=by, now=now, **facts, enterprise_id=enterprise_id)
    return word.id


def _locked_line(entry_id: int) -> ProviderMovement | None:
    """Lock the line first, as what matches lines does: the later sees the other's end."""
    mine = sa.select(ProviderMovement).where(ProviderMovement.entry_id == entry_id)
    locked = mine.with_for_update().execution_options(populate_existing=True)
    line: ProviderMovement | None = db.session.scalar(locked)
    return line


def _waiting_cents(entry_id: int) -> int:
    """Return how much an entry took in, if nobody said yet whose that is."""
    takes_in = LedgerEntry.kind.in_(identifying.TAKES_IN)
    lock_one(sa.select(LedgerEntry).where(LedgerEntry.id == entry_id, takes_in))
    still = db.session.execute(identifying.waiting().where(LedgerEntry.id == entry_id)).first()
    if still is None:
        raise OwnerKnown
    return int(still.cents)


def _meet(line: ProviderMovement) -> None:
    """Let a stranger's line meet its entry; one of another sum differs, and stays with a person."""
    is_same = ledger_queries.moved(line.entry_id or 0, "stripe") == line.net_cents
    line.state = MovementState.MATCHED if is_same else MovementState.DIFFERS
    line.why = "" if is_same else "sum"
