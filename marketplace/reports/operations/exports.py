"""Asking for every line of sale of a period, and what the worker notes while it writes them."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Division, User
from marketplace.core import audit, clock, queue
from marketplace.core.database import db, operation, wait_for
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import HOUSE, Person
from marketplace.reports import export_news, exports
from marketplace.reports.errors import MoreThanASheet, NotBegun, TooManyExports
from marketplace.reports.models.exports import ExportState, SalesExport, file_of
from marketplace.reports.periods import Period

MAKE, DROP = "reports.make_export", "reports.drop_export"
MOST_OPEN = 3
OPEN = (ExportState.WAITING, ExportState.RUNNING)


class Begun(NamedTuple):
    """What a worker is to write: the facts of a Division up to an id."""

    division_id: int
    period: Period
    last_id: int
    turn: int


@operation
def ask_export(division_id: int, period: Period, *, by: Person, now: datetime) -> int:
    """Have every line of sale of a period written; return the id of what shows how far it is.

    What is asked for and not made yet is not begun a second time.

    :raises NotFound: for a Division of whose sales ``by`` may not see the lines.
    :raises NotBegun: for a period of the future. :raises MoreThanASheet: for too many lines.
    :raises TooManyExports: while three of theirs are not made yet.
    """
    division = find_one(exports.divisions_of(by).where(Division.id == division_id))
    if period.first > clock.today(division.time_zone, now):
        raise NotBegun
    if (lines := exports.counted(division_id, period)) > exports.MOST_LINES:
        raise MoreThanASheet
    asked = {"division_id": division_id, "first_on": period.first, "last_on": period.last}
    wait_for(f"export:{by.id}")
    open_ones = exports.owned_by(by).where(SalesExport.state.in_(OPEN))
    if there := db.session.scalar(open_ones.filter_by(**asked)):
        return there.id
    if len(db.session.scalars(open_ones.limit(MOST_OPEN)).all()) == MOST_OPEN:
        raise TooManyExports
    token, instants = secrets.token_hex(16), {"asked_at": now, "moved_at": now}
    export = SalesExport(owner_id=by.id, lines=lines, token=token, **asked, **instants)
    db.session.add(export)
    db.session.flush()
    _enqueue(export, now)
    audit.record("sales_export_asked", by=by, now=now, export_id=export.id, **asked)
    return export.id


@operation
def ask_export_again(export_id: int, *, by: Person, now: datetime) -> None:
    """Have what failed or stands still made anew; what is on its way or made is left as it is.

    :raises NotFound: for another's.
    """
    export = lock_one(exports.owned_by(by).where(SalesExport.id == export_id))
    if not exports.may_be_retried(export, now):
        return
    export.state, export.done, export.moved_at = ExportState.WAITING, 0, now
    export.turn += 1
    _enqueue(export, now)
    audit.record("sales_export_asked_again", by=by, now=now, export_id=export.id)


@operation
def begin_export(export_id: int, turn: int, *, now: datetime) -> Begun | None:
    """Return what is to be written; none where a later turn does it, or it is done.

    :raises NotFound: if it is not there, or its owner may not see such lines any more.
    """
    export = lock_one(sa.select(SalesExport).where(SalesExport.id == export_id))
    if export.turn != turn or export.state not in OPEN:
        return None
    if not _may_have(export):
        raise NotFound
    period = Period(export.first_on, export.last_on)
    export.state, export.done, export.moved_at = ExportState.RUNNING, 0, now
    export.lines = exports.counted(export.division_id, period)
    return Begun(export.division_id, period, exports.last_fact(), turn)


@operation(synced=False)
def note_progress(export_id: int, turn: int, done: int, *, now: datetime) -> bool:
    """Note how many lines are written; return whether this turn is still wanted."""
    running = SalesExport.state == ExportState.RUNNING
    wanted = (SalesExport.id == export_id, SalesExport.turn == turn, running)
    noted = sa.update(SalesExport).where(*wanted).values(done=done, moved_at=now)
    return bool(db.session.execute(noted).rowcount)  # type: ignore[attr-defined]


@operation
def keep_export(export_id: int, turn: int, *, done: int, size: int, now: datetime) -> None:
    """Note that its file of so many bytes and lines is kept, and tell its owner.

    Unless a later turn was asked for: then nothing happens.
    """
    export = lock_one(sa.select(SalesExport).where(SalesExport.id == export_id))
    if export.turn != turn or export.state is not ExportState.RUNNING:
        return
    export.state, export.size, export.moved_at = ExportState.READY, size, now
    export.lines = export.done = done
    audit.record("sales_export_made", by=HOUSE, now=now, export_id=export.id, lines=done)
    export_news.tell_owner(export, export_news.MADE, now=now)


@operation
def fail_export(export_id: int, turn: int, *, now: datetime) -> None:
    """Note that this turn made nothing: its owner is told, and may ask again."""
    export = lock_one(sa.select(SalesExport).where(SalesExport.id == export_id))
    if export.turn != turn or export.state not in OPEN:
        return
    export.state, export.moved_at = ExportState.FAILED, now
    kind = export_news.FAILED if _may_have(export) else export_news.REFUSED
    export_news.tell_owner(export, kind, now=now)


def forget(ids: list[int], now: datetime) -> None:
    """Remove exports and have their files removed, within the running operation."""
    for export in db.session.scalars(sa.select(SalesExport).where(SalesExport.id.in_(ids))):
        for turn in range(1, export.turn + 1):
            name = file_of(export.token, turn)
            queue.enqueue(DROP, {"name": name}, key=name, run_at=now + timedelta(minutes=1))
    db.session.execute(sa.delete(SalesExport).where(SalesExport.id.in_(ids)))


def _may_have(export: SalesExport) -> bool:
    """Whether the account of who asked for it is open, and has the right to it now."""
    active = sa.select(User.id).where(User.id == export.owner_id, User.deactivated_at.is_(None))
    if db.session.scalar(active) is None:
        return False
    theirs = exports.divisions_of(accounts.person_of(export.owner_id))
    return db.session.scalar(theirs.where(Division.id == export.division_id)) is not None


def _enqueue(export: SalesExport, now: datetime) -> None:
    args = {"export_id": export.id, "turn": export.turn}
    queue.enqueue(MAKE, args, key=f"{export.token}:{export.turn}", run_at=now)
