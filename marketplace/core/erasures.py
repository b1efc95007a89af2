"""Erasures: carried out in one operation, finished by a job, and done again after a restore.

What was erased is told by a mark (`core.erasure_marks`) of the row's id and of what no later row
with this id would have: the instant it was made, or its random key. So `flask restore` knows who is
in an older archive and must not be.

**Source:** LGPD (Lei 13.709/2018), art. 18, VI (erasure), art. 16 (what may stay), art. 5, III
(anonymised data).
"""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import audit, clock, erasure_marks, mail, pictures, privacy, search, vault
from marketplace.core.database import Model, db, operation
from marketplace.core.errors import DomainError
from marketplace.core.queue import Job, enqueue, job
from marketplace.core.rights import HOUSE, Person

FINISH, PURPOSE, PIECE = "core.finish_erasure", "erasure", 32
SOON = timedelta(seconds=60)  # for what was on its way meanwhile

found_by: dict[str, tuple[Any, Any]] = {}
"""By kind of whom can be erased: the id, and what no later row with this id would have."""


class MustWait(DomainError):
    """``reasons`` say in the reader's language what must end first."""

    message = _("Not everything can go yet.")

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(reasons=reasons)
        self.reasons = reasons


class Erasure(Model):
    """Somebody asked to be erased; done at once, or when a second person of the staff confirms."""

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # opens the page that confirms it
    kind: Mapped[str]
    subject_id: Mapped[int]
    mark: Mapped[str] = mapped_column(default="", index=True)
    paper: Mapped[str] = mapped_column(default="")  # number of the written request
    asked_by_id: Mapped[int | None]  # none: a buyer without an account, or a restore
    asked_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None]
    done_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]  # files are gone too


@operation
def ask(kind: str, subject_id: int, *, paper: str = "", by: Person, now: datetime) -> Erasure:
    """Note that somebody is to be erased; the same again is what waits already."""
    if found := db.session.scalar(waiting_for(kind, subject_id)):
        return found
    facts = {"code": secrets.token_urlsafe(16), "kind": kind, "subject_id": subject_id}
    erasure = Erasure(**facts, paper=paper, asked_by_id=by.id, asked_at=now)
    db.session.add(erasure)
    db.session.flush()
    audit.record("erasure_asked", by=by, now=now, erasure_id=erasure.id, subject_id=subject_id)
    return erasure


@operation
def carry_out(erasure_id: int, *, force: bool = False, by: Person, now: datetime) -> str:
    """Erase whom it is about; return the code of the page that confirms it.

    ``force`` is for what was erased once and came back with an older copy.

    :raises MustWait: with all that must end first.
    """
    erasure = db.session.get_one(Erasure, erasure_id)
    theirs = privacy.subject(erasure.kind, erasure.subject_id)
    if not force and (reasons := privacy.waiting(theirs, now)):
        raise MustWait(reasons)
    ((_id, token),) = _tokens(erasure.kind, only=erasure.subject_id)
    erasure.mark, erasure.done_at = erasure_marks.mark_of(erasure.kind, token), now
    _enqueue_finish(erasure_id, theirs, now)
    _clear(theirs, now)
    audit.record("erased", by=by, now=now, erasure_id=erasure_id, subject_id=erasure.subject_id)
    return erasure.code


def remove(erasure: Erasure) -> None:
    """Take back a request, within the running operation."""
    db.session.delete(erasure)


def done(code: str) -> sa.Select[Erasure]:
    """Select the erasure that was carried out and has this code."""
    return sa.select(Erasure).where(Erasure.code == code, Erasure.done_at.is_not(None))


def done_for(kind: str, subject_id: int) -> sa.Select[int]:
    """Select the erasures of somebody that were carried out."""
    theirs = (Erasure.kind == kind, Erasure.subject_id == subject_id)
    return sa.select(Erasure.id).where(*theirs, Erasure.done_at.is_not(None)).limit(1)


def waiting_for(kind: str, subject_id: int) -> sa.Select[Erasure]:
    """Select what was asked for and not carried out yet."""
    return sa.select(Erasure).where(
        Erasure.kind == kind, Erasure.subject_id == subject_id, Erasure.done_at.is_(None)
    )


@job(FINISH)
def finish(*, erasure_id: int, photos: list[str], sealed: list[str]) -> None:
    """Remove what lies in files, and what came while it was being erased; keep the mark."""
    now, words = clock.now(), _unsealed(sealed)
    again(erasure_id, words, now=now)
    for picture in photos:
        if not privacy.is_shown(picture):
            pictures.remove(picture)
    mail.remove_kept(words)
    search.tidy()
    erasure = db.session.get_one(Erasure, erasure_id)
    erasure_marks.keep(erasure.mark, erasure.asked_at)
    note_finished(erasure_id, now=now)


@operation
def again(erasure_id: int, words: set[str], *, now: datetime) -> None:
    """Clear what was written between the erasure and now, as by a press just before it."""
    erasure = db.session.get_one(Erasure, erasure_id)
    theirs = privacy.subject(erasure.kind, erasure.subject_id)
    theirs.words |= words
    _clear(theirs, now)


@operation
def note_finished(erasure_id: int, *, now: datetime) -> None:
    erasure = db.session.get_one(Erasure, erasure_id)
    erasure.finished_at = erasure.finished_at or now


def apply_again(*, now: datetime) -> int:
    """Erase anew whoever is in the file and is here again; return how many.

    :raises UnknownKey: if the file was written with a key that is not among ours.
    """
    marks, found = erasure_marks.kept(), 0
    if not marks:
        return 0
    for kind in found_by:
        for subject_id, token in _tokens(kind):
            if _is_marked(kind, token, marks):
                redo(kind, subject_id, now=now)
                found += 1
    return found


def redo(kind: str, subject_id: int, *, now: datetime) -> None:
    """Erase, at once and whatever waits, somebody who was erased before."""
    erasure_id = ask(kind, subject_id, by=HOUSE, now=now).id
    carry_out(erasure_id, force=True, by=HOUSE, now=now)
    last = sa.select(Job).where(Job.kind == FINISH, Job.key == str(erasure_id))
    finish(**(db.session.scalars(last).one().args))


@click.command("apply-erasures")
@with_appcontext
def command() -> None:
    """Erase anew whoever was erased and came back with an older copy of the database."""
    click.echo(f"{apply_again(now=clock.now())} erased again")


def _clear(theirs: privacy.Subject, now: datetime) -> None:
    privacy.clear(theirs, now=now)
    for word in theirs.words:
        telling = privacy.telling(Job.args, word)
        db.session.execute(sa.delete(Job).where(telling))


def _enqueue_finish(erasure_id: int, theirs: privacy.Subject, now: datetime) -> None:
    """Have the rest done; the words to look for are of no use to who reads the queue."""
    args = {
        "erasure_id": erasure_id,
        "photos": sorted(privacy.pictures_of(theirs)),
        "sealed": _sealed(theirs.words),
    }
    enqueue(FINISH, args, key=str(erasure_id), run_at=now)


def _sealed(words: set[str]) -> list[str]:
    text = json.dumps(sorted(words)).encode()
    pieces = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
    return [vault.seal(piece, PURPOSE) for piece in pieces]


def _unsealed(sealed: list[str]) -> set[str]:
    return set(json.loads(b"".join(vault.unseal(piece, PURPOSE) for piece in sealed) or b"[]"))


def _is_marked(kind: str, token: str, marks: set[str]) -> bool:
    """Whether somebody was erased, and this database does not know it."""
    if not (found := erasure_marks.marks_of(kind, token) & marks):
        return False
    known = sa.select(Erasure.id).where(Erasure.mark.in_(found), Erasure.done_at.is_not(None))
    return db.session.scalar(known.limit(1)) is None


def _tokens(kind: str, *, only: int | None = None) -> list[tuple[int, str]]:
    """Return those of a kind with what tells each of them from a later one."""
    row_id, column = found_by[kind]
    query = sa.select(row_id, column)
    if only is not None:
        query = query.where(row_id == only)
    return [
        (found, f"{found}:{value.isoformat() if isinstance(value, datetime) else value}")
        for found, value in db.session.execute(query)
    ]
