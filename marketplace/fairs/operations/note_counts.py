"""Counting the box of reais that backs the notes of a social currency."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import FormSentBefore, NotFound
from marketplace.core.finding import find_one
from marketplace.core.money import format_cents
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.note_counts import NoteCount
from marketplace.fairs.note_errors import BoxDiffers
from marketplace.fairs.queries import note_counts as queries
from marketplace.fairs.queries.notes import kept_of

REASON_LENGTH = 200


@dataclass(frozen=True)
class BoxCount:
    """What was found in the box, in centavos; at which fair, and why it differs, if it does."""

    counted_cents: int
    fair_id: int | None = None
    reason: str = ""


@operation(keyed=True)
def count_box(
    division_id: int, told: BoxCount, *, key: str, by: Person, now: datetime
) -> NoteCount:
    """Keep what was counted beside what the books have there; they stay as they are.

    The same ``key`` again changes nothing.

    :raises FormSentBefore: if something else was counted with that key.
    :raises NotFound: unless ``by`` serves that Division, and the fair is of it.
    :raises BoxDiffers: without a reason where the sums differ.
    """
    if known := queries.by_key(key):
        counted = (known.division_id, known.counted_cents, known.fair_id)
        if counted != (division_id, told.counted_cents, told.fair_id):
            raise FormSentBefore
        return known
    if "house" not in by.roles and division_id not in by.divisions:
        raise NotFound
    if told.fair_id is not None:
        here = Fair.division_id == division_id
        find_one(sa.select(Fair).where(Fair.id == told.fair_id, here))
    kept, reason = kept_of(division_id), clean(told.reason)[:REASON_LENGTH]
    if told.counted_cents != kept and not reason:
        raise BoxDiffers(kept=format_cents(kept))
    count = NoteCount(
        key=key,
        division_id=division_id,
        fair_id=told.fair_id,
        counted_cents=told.counted_cents,
        expected_cents=kept,
        reason=reason,
        counted_at=now,
        by_id=by.id,
    )
    db.session.add(count)
    db.session.flush()
    audit.record("notes_counted", by=by, now=now, count_id=count.id)
    return count
