"""Noting what visitors say of a fair, and taking it back."""

from datetime import datetime

from marketplace.core import audit
from marketplace.core.clock import today
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.fairs.errors import RemarkMissing, RemarksTooEarly
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.remarks import Remark
from marketplace.fairs.queries import remarks

LONGEST = 300


@operation
def note_remark(fair_id: int, words: str, *, by: Person, now: datetime) -> Remark:
    """Note what a visitor said, from the fair's first day on; who said it is not asked.

    :raises NotFound: unless ``by`` works for that fair. :raises RemarkMissing: for no words.
    :raises RemarksTooEarly: before its first day, there.
    """
    fair = find_one(remarks.heard_by(by).where(Fair.id == fair_id))
    if not fair.days or today(fair.time_zone, now) < fair.days[0].day:
        raise RemarksTooEarly
    if not (kept := clean(words)[:LONGEST]):
        raise RemarkMissing
    remark = Remark(fair_id=fair.id, words=kept, by_id=by.id, noted_at=now)
    db.session.add(remark)
    db.session.flush()
    audit.record("remark_noted", by=by, now=now, fair_id=fair.id, remark_id=remark.id)
    return remark


@operation
def withdraw_remark(remark_id: int, *, by: Person, now: datetime) -> Remark:
    """Take a remark back: its words are gone, as where one of them was somebody's name.

    :raises NotFound: unless ``by`` works for its fair.
    """
    remark = lock_one(remarks.noted_before(by).where(Remark.id == remark_id))
    if remark.withdrawn_at is None:
        remark.words, remark.withdrawn_at, remark.withdrawn_by_id = "", now, by.id
        audit.record("remark_withdrawn", by=by, now=now, remark_id=remark.id)
    return remark
