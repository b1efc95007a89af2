"""Whether the house is well: asked by whoever watches it, answered with ok or not."""

import logging
import shutil
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from marketplace.core import media
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.queue_state import oldest_due

LEAST_FREE = 0.05  # of the disk
LONGEST_WAIT = timedelta(minutes=5)
LARGEST_SKEW = timedelta(seconds=60)
log = logging.getLogger(__name__)
ending = threading.Event()
"""Set once this process was told to end: visitors should be sent elsewhere."""


def faults(now: datetime) -> list[str]:
    """Return the names of what is not well; nothing else is said of it here."""
    found = []
    for check in CHECKS:
        try:
            well = check(now)
        except (sa.exc.SQLAlchemyError, OSError):
            log.exception("a check of health failed")
            db.session.rollback()
            well = False
        if not well:
            found.append(check.__name__)
    return found


def staying(_now: datetime) -> bool:
    return not ending.is_set()


def schema(_now: datetime) -> bool:
    """Whether the database answers and is at the newest migration."""
    return is_newest(db.session.connection())


def is_newest(connection: sa.Connection) -> bool:
    """Whether a database is at the newest migration of this code."""
    folder = Path(current_app.root_path).parent / "migrations"
    newest = set(ScriptDirectory(str(folder)).get_heads())
    return set(schema_heads(connection)) == newest


def schema_heads(connection: sa.Connection) -> list[str]:
    """Return the migrations that a database is at: one, unless something went wrong."""
    return sorted(MigrationContext.configure(connection).get_current_heads())


def disk(_now: datetime) -> bool:
    return all(free > LEAST_FREE for free in free_shares().values())


def free_shares() -> dict[str, float]:
    """Return how much of the disks that hold our files is free, of 1: by what lies there."""
    places = {"media": media.folder()}
    url = sa.make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite" and url.database:
        places["database"] = Path(url.database).resolve()
    return {name: _free_share(place) for name, place in places.items() if place}


def _free_share(place: Path) -> float:
    there = next(path for path in (place, *place.parents) if path.exists())
    usage = shutil.disk_usage(there)
    return usage.free / usage.total


def queue(now: datetime) -> bool:
    """Whether no job has been due for long: a worker is at work."""
    oldest = oldest_due(now)
    return oldest is None or now - oldest < LONGEST_WAIT


def clock(now: datetime) -> bool:
    """Whether our clock agrees with the database's and did not go back behind what was done."""
    newest = db.session.scalar(sa.select(sa.func.max(Entry.recorded_at))) or now
    theirs: datetime | None = None
    if db.engine.dialect.name == "postgresql":
        theirs = db.session.scalar(sa.select(sa.func.clock_timestamp()))
    return newest - now < LARGEST_SKEW and abs((theirs or now) - now) < LARGEST_SKEW


CHECKS: tuple[Callable[[datetime], bool], ...] = (staying, schema, disk, queue, clock)
