"""The sealed record of what was done: how long it is, its daily heads, when it was verified."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.core import seals
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.queue import Job
from marketplace.core.seals import Head, Seal
from marketplace.oversight.errors import NotPublished
from marketplace.oversight.models.audit_checks import AuditCheck

VERIFY = "oversight.verify_stretch"
SHOWN, NIGHTS_MISSED = 10, timedelta(days=2)


def begun_at() -> datetime | None:
    """Return when the first sealed entry was noted; nothing where there is none."""
    first = sa.select(Entry.recorded_at).join(Seal, Seal.entry_id == Entry.id)
    return db.session.scalar(first.order_by(Seal.position).limit(1))


def heads() -> Any:
    """Select the published heads, the last first, each with how many entries that day brought."""
    before = sa.func.lag(Head.position, 1, 0).over(order_by=Head.day)
    told = (Head.day, Head.position, Head.hash, Head.published_at)
    return sa.select(*told, (Head.position - before).label("fresh")).order_by(Head.day.desc())


def stretch(first: date, last: date) -> tuple[int, int]:
    """Return the positions that the entries of some days (UTC) lie between, as far as sealed.

    They may take in a little of the days around: a head holds what was sealed when it was made.
    """
    before = db.session.scalar(sa.select(sa.func.max(Head.position)).where(Head.day < first))
    upto = db.session.scalar(sa.select(sa.func.min(Head.position)).where(Head.day >= last))
    return (before or 0) + 1, upto or seals.newest()[0]


def last_published() -> date | None:
    return db.session.scalar(sa.select(sa.func.max(Head.day)))


def of_day(day: date) -> tuple[int, int]:
    """Return the positions that a day (UTC) brought, those its published head ends.

    :raises NotPublished: without one.
    """
    if (head := db.session.get(Head, day)) is None:
        raise NotPublished
    before = sa.select(sa.func.max(Head.position)).where(Head.day < day)
    return (db.session.scalar(before) or 0) + 1, head.position


def asked() -> Sequence[Job]:
    """Return what people asked to have verified and is not done, the last first."""
    waits = (Job.kind == VERIFY, Job.done_at.is_(None))
    return db.session.scalars(sa.select(Job).where(*waits).order_by(Job.id.desc())).all()


def last_night() -> AuditCheck | None:
    """Return how the house last verified all of it."""
    by_night = sa.select(AuditCheck).where(AuditCheck.by_id.is_(None))
    return db.session.scalar(by_night.order_by(AuditCheck.id.desc()).limit(1))


def is_overdue(now: datetime) -> bool:
    """Say whether the house last verified all of it more than two days ago, or never so long."""
    night = last_night()
    since = night.ended_at if night else begun_at()
    return since is not None and since < now - NIGHTS_MISSED


def checks() -> Sequence[AuditCheck]:
    """Return how it was verified lately, the last first."""
    found = sa.select(AuditCheck).order_by(AuditCheck.id.desc()).limit(SHOWN)
    return db.session.scalars(found).all()
