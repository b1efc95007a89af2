"""How the queue stands, for those who watch over it; nothing here writes."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.core.job_rows import Job


def numbers(now: datetime) -> dict[str, int]:
    """Return how many jobs are due, wait for their time, and are parked."""
    open_jobs = Job.done_at.is_(None) & Job.parked_at.is_(None)
    states = {
        "due": open_jobs & (Job.run_at <= now),
        "later": open_jobs & (Job.run_at > now),
        "parked": Job.parked_at.is_not(None),
    }
    counts = [sa.func.count().filter(rule) for rule in states.values()]
    found = sa.select(*counts).select_from(Job).where(Job.done_at.is_(None))
    return dict(zip(states, db.session.execute(found).one(), strict=True))


def oldest_due(now: datetime) -> datetime | None:
    """Return since when the job that has been due longest waits."""
    waiting = (Job.done_at.is_(None), Job.parked_at.is_(None), Job.run_at <= now)
    return db.session.scalar(sa.select(sa.func.min(Job.run_at)).where(*waiting))


def parked() -> sa.Select[Job]:
    """Jobs that failed too often, for staff to look at."""
    return sa.select(Job).where(Job.parked_at.is_not(None)).order_by(Job.parked_at.desc())
