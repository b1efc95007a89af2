"""Jobs as rows, and the statements by which workers share them, made once.

It costs more to make such a statement than to run it, and each job runs four.
"""

import random
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.transactions import INSERT

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=6)
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


_TABLE = cast(sa.Table, Job.__table__)


@cache
def insert(dialect: str) -> Any:
    """Return the statement once for all: it costs more to make than to run."""
    return INSERT[dialect](_TABLE).on_conflict_do_nothing(index_elements=["kind", "key"])


_NOW = sa.bindparam("now", type_=_TABLE.c.run_at.type)
_LAPSED = (_TABLE.c.lease_until < _NOW) | (_TABLE.c.lease_until > sa.bindparam("too_late"))
"""Its worker is gone, or its lease was given by a clock that was put back since."""
DUE = (
    sa.select(_TABLE.c.id)
    .where(
        *(_TABLE.c.done_at.is_(None), _TABLE.c.parked_at.is_(None), _TABLE.c.run_at <= _NOW),
        _TABLE.c.lease_until.is_(None) | _LAPSED,
        *(_TABLE.c.kind.in_(sa.bindparam("kinds", expanding=True)), _TABLE.c.attempts < TRIES),
    )
    .order_by(_TABLE.c.run_at, _TABLE.c.id)
    .limit(1)
)
CLAIM = (
    sa.update(_TABLE)
    .where(_TABLE.c.id == DUE.with_for_update(skip_locked=True).scalar_subquery())
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


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many tries: 5 s to 6 h, with jitter."""
    longest: timedelta = min(FIRST_PAUSE * 4 ** (attempts - 1), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret
