"""Jobs as rows, and the statements by which workers share them, made once.

It costs more to make such a statement than to run it, and each job runs four.
"""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model, connection, rows
from marketplace.core.transactions import INSERT

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=6)
LEASE = timedelta(seconds=60)
TRIES = 8


class Job(Model):
    __tablename__ = "jobs"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key"),
        sa.Index("ix_jobs_done_at_run_at", "done_at", "run_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    args: Mapped[dict[str, Any]]  # emptied when done
    made_at: Mapped[datetime]
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")  # of the last try: which and where, no values
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]


Claimed = tuple[int, str, dict[str, Any], int]
"""A job that is ours for a while: its id, its kind, its arguments, which try this is."""


@dataclass
class Run:
    """A job that is being done; once it ``ended``, the next that its worker claimed with that."""

    job_id: int
    worker: str
    began_at: datetime
    then: Callable[[], datetime | None]
    ended: bool = False
    following: Claimed | None = None
    _began: float = field(default_factory=time.monotonic)

    def at(self) -> datetime:
        return self.began_at + timedelta(seconds=time.monotonic() - self._began)


_TABLE = cast(sa.Table, Job.__table__)


@cache
def insert(dialect: str) -> Any:
    """Return the statement once for all: it costs more to make than to run."""
    return INSERT[dialect](_TABLE).on_conflict_do_nothing(index_elements=["kind", "key"])


_NOW = sa.bindparam("now", type_=_TABLE.c.run_at.type)
_LAPSED = (_TABLE.c.lease_until < _NOW) | (_TABLE.c.lease_until > sa.bindparam("too_late"))
"""Its worker is gone, or its lease was given by a clock that was put back since."""


@cache
def _due(kinds: tuple[str, ...]) -> sa.Select[int]:
    """Return what finds the job of these kinds that has been due longest; a process has them all.

    They stand in it as words: as values, dozens would be told with each.
    """
    return (
        sa.select(_TABLE.c.id)
        .where(
            *(_TABLE.c.done_at.is_(None), _TABLE.c.parked_at.is_(None), _TABLE.c.run_at <= _NOW),
            _TABLE.c.lease_until.is_(None) | _LAPSED,
            *(
                _TABLE.c.kind.in_([sa.literal_column(f"'{kind}'") for kind in kinds]),
                _TABLE.c.attempts < TRIES,
            ),
        )
        .order_by(_TABLE.c.run_at, _TABLE.c.id)
        .limit(1)
    )


@cache
def _claim(kinds: tuple[str, ...]) -> Any:
    return (
        sa.update(_TABLE)
        .where(_TABLE.c.id == _due(kinds).with_for_update(skip_locked=True).scalar_subquery())
        .values(
            lease_until=sa.bindparam("leased_until"),
            worker=sa.bindparam("by"),
            attempts=_TABLE.c.attempts + 1,
        )
        .returning(_TABLE.c.id, _TABLE.c.kind, _TABLE.c.args, _TABLE.c.attempts)
    )


HELD = sa.update(_TABLE).where(
    _TABLE.c.id == sa.bindparam("job_id"),
    _TABLE.c.worker == sa.bindparam("by"),
    _TABLE.c.done_at.is_(None),
)
FINISH = HELD.values(done_at=_NOW, lease_until=None, args={}, error="")
DROP = (
    sa.update(_TABLE)
    .where(
        *(_TABLE.c.kind == sa.bindparam("of"), _TABLE.c.key == sa.bindparam("named")),
        *(_TABLE.c.done_at.is_(None), _TABLE.c.lease_until.is_(None)),
    )
    .values(done_at=_NOW, parked_at=None, args={}, error="")
)


def is_any_due(now: datetime, kinds: Iterable[str]) -> bool:
    return bool(rows(_due(tuple(kinds)), _asked(now)))


def claimed(worker: str, now: datetime, kinds: Iterable[str]) -> Claimed | None:
    """Take the job of these kinds that has been due longest, in the running operation."""
    taken = {"by": worker, "leased_until": now + LEASE}
    for found in rows(_claim(tuple(kinds)), _asked(now) | taken):
        return found.id, found.kind, found.args, found.attempts
    return None


def end(job_id: int, worker: str, now: datetime) -> bool:
    """Note that a job is done, in the running operation, if its worker has it still."""
    ended = connection().execute(FINISH, {"job_id": job_id, "by": worker, "now": now})
    return ended.rowcount == 1


def _asked(now: datetime) -> dict[str, Any]:
    """Return what jobs that are due are asked for with."""
    return {"now": now, "too_late": now + 2 * LEASE}


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many tries: 5 s to 6 h, with jitter."""
    longest: timedelta = min(FIRST_PAUSE * 4 ** (attempts - 1), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret
