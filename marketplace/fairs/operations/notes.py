"""Giving out notes of a social currency for reais, and taking them back for reais."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import FormSentBefore, NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import conflicts
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.errors import NotesNotOut, ReasonNeeded
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.notes import NoteKind, NoteMove
from marketplace.fairs.queries import notes as queries
from marketplace.payments.errors import WrongSide
from marketplace.payments.operations import notes as books

NOTE_LENGTH = 200


@dataclass(frozen=True)
class NotesPlan:
    """So many notes, in centavos; at which fair, and which group brought them, if any."""

    kind: NoteKind
    amount_cents: int
    fair_id: int | None = None
    enterprise_id: int | None = None
    note: str = ""

    @property
    def brought_by(self) -> int | None:
        """Return which group brought them: nobody brings what is given out."""
        return self.enterprise_id if self.kind is NoteKind.REDEEMED else None


@operation(keyed=True)
def move_notes(
    division_id: int, plan: NotesPlan, *, key: str, by: Person, now: datetime
) -> NoteMove:
    """Issue or redeem notes, and enter it in the books: what circulates is backed by reais.

    The same ``key`` again changes nothing.

    :raises FormSentBefore: if something else was noted with that key.
    :raises NotFound: unless ``by`` serves that Division, and fair and group are of it.
    :raises OwnEnterprise: if ``by`` belongs to that group.
    :raises NotesNotOut: if more would come back than is in circulation.
    """
    if known := queries.by_key(key):
        _check_same(known, division_id, plan)
        return known
    if "house" not in by.roles and division_id not in by.divisions:
        raise NotFound
    _check_belongs(division_id, plan, by)
    move = NoteMove(
        key=key,
        division_id=division_id,
        fair_id=plan.fair_id,
        enterprise_id=plan.brought_by,
        kind=plan.kind,
        amount_cents=plan.amount_cents,
        note=clean(plan.note)[:NOTE_LENGTH],
        moved_at=now,
        by_id=by.id,
    )
    db.session.add(move)
    db.session.flush()
    enter = books.enter_issued if plan.kind is NoteKind.ISSUED else books.enter_redeemed
    try:
        enter(move.id, division_id, plan.amount_cents, by=by, now=now)
    except WrongSide as error:
        raise NotesNotOut from error
    audit.record(f"notes_{plan.kind.value}", by=by, now=now, move_id=move.id)
    return move


@operation
def undo_move(move_id: int, reason: str, *, by: Person, now: datetime) -> NoteMove:
    """Take back what was noted wrongly, also in the books; a second press changes nothing.

    :raises NotFound: unless ``by`` sees it. :raises ReasonNeeded: without a reason.
    :raises OwnEnterprise: if ``by`` belongs to the group that brought the notes.
    :raises NotesNotOut: if the notes that it issued came back already.
    """
    move = lock_one(queries.seen_by(by).where(NoteMove.id == move_id))
    if move.enterprise is not None:
        conflicts.keep_out(by, move.enterprise)
    if not (kept := clean(reason)[:NOTE_LENGTH]):
        raise ReasonNeeded
    if move.undone_at is None:
        try:
            books.take_back(move.id, by=by, now=now)
        except WrongSide as error:
            raise NotesNotOut from error
        move.undone_at, move.undone_by_id, move.undone_reason = now, by.id, kept
        audit.record("notes_undone", by=by, now=now, move_id=move.id)
    return move


def _check_same(known: NoteMove, division_id: int, plan: NotesPlan) -> None:
    noted = (known.division_id, known.kind, known.amount_cents, known.fair_id, known.enterprise_id)
    if noted != (division_id, plan.kind, plan.amount_cents, plan.fair_id, plan.brought_by):
        raise FormSentBefore


def _check_belongs(division_id: int, plan: NotesPlan, by: Person) -> None:
    if plan.fair_id is not None:
        here = Fair.division_id == division_id
        find_one(sa.select(Fair).where(Fair.id == plan.fair_id, here))
    if plan.enterprise_id is not None:
        named = Enterprise.id == plan.enterprise_id
        theirs = sa.select(Enterprise).where(named, Enterprise.division_id == division_id)
        conflicts.keep_out(by, find_one(theirs))
