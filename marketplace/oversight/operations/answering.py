"""What the Division does about a complaint; each step is a row, and nobody judges their own."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises.conflicts import keep_out
from marketplace.enterprises.models import Enterprise
from marketplace.oversight import complaint_news
from marketplace.oversight.errors import CannotTakeOver, ComplaintClosed, WordsMissing
from marketplace.oversight.models.complaints import (
    Complaint,
    ComplaintFile,
    ComplaintMessage,
    Stage,
    Turn,
)
from marketplace.oversight.operations.complaints import LONGEST, is_last, note
from marketplace.oversight.queries import complaints

REMIND_DAYS = 3


@operation
def take_up(complaint_id: int, *, by: Person, now: datetime) -> None:
    """Begin to look into a complaint, so that colleagues see who has it.

    :raises NotFound: for what ``by`` may not handle, as in every step below; those who belong to
        the enterprise in question may not. :raises ComplaintClosed: once it is closed, as below.
    """
    complaint = _open(complaint_id, by)
    if complaint.assigned_to_id == by.id and complaint.stage is not Stage.RECEIVED:
        return
    if complaint.stage is Stage.RECEIVED:
        complaint.stage = Stage.IN_ANALYSIS
    complaint.assigned_to_id = by.id
    note(complaint, Turn.TAKEN_UP, by=by, now=now)


@operation
def hand_over(complaint_id: int, user_id: int, *, by: Person, now: datetime) -> None:
    """Give a complaint to a colleague, who is told.

    :raises CannotTakeOver: unless they handle complaints there, and stand apart from it.
    """
    complaint = _open(complaint_id, by)
    if user_id not in {one.id for one in complaints.handlers_of(complaint)}:
        raise CannotTakeOver
    if complaint.assigned_to_id == user_id:
        return
    complaint.assigned_to_id = user_id
    if complaint.stage is Stage.RECEIVED:
        complaint.stage = Stage.IN_ANALYSIS
    note(complaint, Turn.HANDED_OVER, to_id=user_id, by=by, now=now)
    complaint_news.tell_handed_over(complaint, by=by, now=now)


@operation
def name_enterprise(complaint_id: int, enterprise_id: int, *, by: Person, now: datetime) -> None:
    """Say which enterprise it is about: who belongs to that one sees it no more.

    :raises NotFound: unless it is one of the Division.
    :raises OwnEnterprise: if ``by`` belongs to it: a colleague says so.
    """
    complaint = _open(complaint_id, by)
    here = Enterprise.division_id == complaint.division_id
    named = lock_one(sa.select(Enterprise).where(Enterprise.id == enterprise_id, here))
    keep_out(by, named)
    if complaint.enterprise_id == named.id:
        return
    complaint.enterprise_id = named.id
    may = {one.id for one in complaints.handlers_of(complaint)}
    if complaint.assigned_to_id not in may:
        complaint.assigned_to_id = None
    note(complaint, Turn.NAMED, by=by, now=now)


@operation
def answer(complaint_id: int, words: str, *, by: Person, now: datetime) -> None:
    """Answer on the complaint's page; the first answer stops its clock.

    :raises WordsMissing: for no words.
    """
    complaint = _open(complaint_id, by)
    if not _write(complaint, words, by=by, now=now):
        return
    complaint.stage = Stage.ANSWERED
    note(complaint, Turn.ANSWERED, by=by, now=now)


@operation
def close(complaint_id: int, reason: str, *, by: Person, now: datetime) -> None:
    """End a complaint with a reason, which whoever told it reads; it counts as an answer.

    :raises WordsMissing: without a reason.
    """
    complaint = _open(complaint_id, by)
    _write(complaint, reason, by=by, now=now)
    complaint.stage, complaint.closed_at = Stage.CLOSED, now
    note(complaint, Turn.CLOSED, by=by, now=now)


@operation
def remind(division_id: int, day: date, *, now: datetime) -> int:
    """Tell who handles a Division's what is due in three days, or late; return how many.

    ``day`` is that of its municipality.
    """
    due = complaints.due_by(division_id, day + timedelta(days=REMIND_DAYS))
    found = db.session.scalars(due).all()
    for complaint in found:
        complaint_news.remind(complaint, late=complaint.due_on < day, now=now)
    return len(found)


def empty(ids: list[int], now: datetime) -> None:
    """Take the words, files and contacts of complaints away, within the running operation."""
    mine = Complaint.id.in_(ids)
    gone = {"story": "", "place": "", "contact": "", "emptied_at": now}
    db.session.execute(sa.update(Complaint).where(mine).values(gone))
    for kept in (ComplaintMessage, ComplaintFile):
        db.session.execute(sa.delete(kept).where(kept.complaint_id.in_(ids)))


def _open(complaint_id: int, by: Person) -> Complaint:
    complaint = lock_one(complaints.handled_by(by).where(Complaint.id == complaint_id))
    if complaint.stage is Stage.CLOSED:
        raise ComplaintClosed
    return complaint


def _write(complaint: Complaint, words: str, *, by: Person, now: datetime) -> bool:
    """Keep what the Division writes; whether it is something new is returned."""
    if not (written := clean(words, lines=True)[:LONGEST]):
        raise WordsMissing
    if is_last(complaint.id, written, by_id=by.id):
        return False
    facts = {"words": written, "written_at": now, "by_id": by.id}
    db.session.add(ComplaintMessage(complaint_id=complaint.id, **facts))
    complaint.answered_at = complaint.answered_at or now
    if complaint.assigned_to_id is None:
        complaint.assigned_to_id = by.id
    return True
