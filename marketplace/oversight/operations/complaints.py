"""Telling the Division what is wrong, and writing more about it; who tells it is never noted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.papers import Paper
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises.models import Enterprise
from marketplace.oversight import complaint_news
from marketplace.oversight.errors import ComplaintClosed, TooManyComplaints, WordsMissing
from marketplace.oversight.models.complaints import (
    Complaint,
    ComplaintFile,
    ComplaintMessage,
    ComplaintTurn,
    Matter,
    Stage,
    Turn,
)
from marketplace.oversight.queries import complaints

ANSWER_DAYS = 10
MOST_A_DAY = 300  # in the whole house: nobody's address is kept, so nobody's are counted
LONGEST, SHORT = 4_000, 300


@dataclass(frozen=True)
class Told:
    """What somebody tells: ``contact`` only if they wish to be reached."""

    matter: Matter
    story: str
    place: str = ""
    contact: str = ""
    enterprise_id: int | None = None
    files: tuple[Paper, ...] = ()


@operation(keyed=True)
def file_complaint(
    division_id: int, told: Told, *, code_hash: str, by: Person, now: datetime
) -> int:
    """Keep a complaint, due in ten days, and tell who handles them; return its id.

    ``by`` is a visitor, whoever is logged in. Of one code there is one complaint. What names an
    enterprise goes to that enterprise's Division.

    :raises WordsMissing: without a story. :raises TooManyComplaints: beyond 300 in a day.
    :raises NotFound: for a Division or an enterprise that is not there.
    """
    known = sa.select(Complaint.id).where(Complaint.code_hash == code_hash)
    if (there := db.session.scalar(known)) is not None:
        return there
    if complaints.told_since(now - timedelta(days=1)) >= MOST_A_DAY:
        raise TooManyComplaints
    if not (story := clean(told.story, lines=True)[:LONGEST]):
        raise WordsMissing
    division = _division(division_id, told.enterprise_id)
    complaint = Complaint(
        division_id=division.id,
        enterprise_id=told.enterprise_id,
        code_hash=code_hash,
        matter=told.matter,
        story=story,
        place=clean(told.place)[:SHORT],
        contact=clean(told.contact)[:SHORT],
        filed_at=now,
        due_on=clock.today(division.time_zone, now) + timedelta(days=ANSWER_DAYS),
    )
    db.session.add(complaint)
    db.session.flush()
    _keep_files(complaint.id, told.files, now)
    note(complaint, Turn.RECEIVED, by=by, now=now)
    complaint_news.tell_received(complaint, now=now)
    return complaint.id


@operation
def write_more(
    code: str, words: str, *, files: tuple[Paper, ...] = (), by: Person, now: datetime
) -> None:
    """Add to a complaint that a code opens; after an answer it is in analysis again.

    The same words twice are written once.

    :raises NotFound: for a code that opens none. :raises ComplaintClosed: once it is closed.
    :raises WordsMissing: for neither words nor files.
    """
    complaint = lock_one(complaints.with_code(code))
    if complaint.stage is Stage.CLOSED:
        raise ComplaintClosed
    written = clean(words, lines=True)[:LONGEST]
    if not written and not files:
        raise WordsMissing
    if written and not is_last(complaint.id, written, by_id=None):
        message = ComplaintMessage(complaint_id=complaint.id, words=written, written_at=now)
        db.session.add(message)
    elif not files:
        return
    _keep_files(complaint.id, files, now)
    if complaint.stage is Stage.ANSWERED:
        complaint.stage = Stage.IN_ANALYSIS
    note(complaint, Turn.WRITTEN_TO, by=by, now=now)
    complaint_news.tell_more(complaint, now=now)


@operation
def take_contact_away(code: str, *, by: Person, now: datetime) -> None:
    """Forget how to reach who told it, as they wish; the rest stays.

    :raises NotFound: for a code that opens none.
    """
    complaint = lock_one(complaints.with_code(code))
    if complaint.contact:
        complaint.contact = ""
        audit.record("complaint_contact_removed", by=by, now=now, complaint_id=complaint.id)


def note(
    complaint: Complaint, kind: Turn, *, to_id: int | None = None, by: Person, now: datetime
) -> None:
    """Keep a turn of a complaint, within the running operation."""
    turn = ComplaintTurn(complaint_id=complaint.id, kind=kind, at=now, by_id=by.id, to_id=to_id)
    db.session.add(turn)
    facts = {"complaint_id": complaint.id} | ({"to_id": to_id} if to_id else {})
    audit.record(f"complaint_{kind.value}", by=by, now=now, **facts)


def is_last(complaint_id: int, words: str, *, by_id: int | None) -> bool:
    """Whether these words were the last that this side wrote."""
    side = ComplaintMessage.by_id.is_(None) if by_id is None else ComplaintMessage.by_id == by_id
    theirs = sa.select(ComplaintMessage.words).where(
        ComplaintMessage.complaint_id == complaint_id, side
    )
    return db.session.scalar(theirs.order_by(ComplaintMessage.id.desc()).limit(1)) == words


def _division(division_id: int, enterprise_id: int | None) -> Division:
    if enterprise_id is not None:
        known = sa.select(Enterprise).where(Enterprise.id == enterprise_id)
        return find_one(known).division
    return find_one(sa.select(Division).where(Division.id == division_id))


def _keep_files(complaint_id: int, files: tuple[Paper, ...], now: datetime) -> None:
    for file in files:
        facts = {"ending": file.kind, "content": file.content, "size": len(file.content)}
        db.session.add(ComplaintFile(complaint_id=complaint_id, sent_at=now, **facts))
