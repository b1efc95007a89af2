"""Work for later: rows written with the fact they follow, done by a worker at least once.

A job is claimed under a lease, so that what a killed worker left is done by another; it is tried
eight times, further and further apart, then parked for people to look at. Handlers open their own
operations and must be safe to run twice.
"""

import logging
import random
import signal
import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from marketplace.core import clock, failpoints, job_rows, logs
from marketplace.core.database import connection, db, operation
from marketplace.core.errors import Busy
from marketplace.core.job_rows import LEASE, TRIES, Claimed
from marketplace.core.job_rows import Job as Job
from marketplace.core.transactions import is_outage

KEPT = timedelta(days=30)
IDLE_SECONDS, TURNS_BETWEEN_PERIODS = 1.0, 10

Handler = TypeVar("Handler", bound=Callable[..., None])
handlers: dict[str, Callable[..., None]] = {}
periods: dict[str, timedelta] = {}
leaving: set[str] = set()
log = logging.getLogger(__name__)
_running: ContextVar[job_rows.Run | None] = ContextVar("running", default=None)


def job(
    kind: str, *, every: timedelta | None = None, leaves: bool = False
) -> Callable[[Handler], Handler]:
    """Make a function the handler of a kind of job; ``every`` so often it is enqueued by itself.

    Periodic jobs take no arguments and run once per period, however many workers there are.
    ``leaves`` says that it tells somebody outside, who would be told again if its end were lost.
    """

    def enter(handler: Handler) -> Handler:
        handlers[kind] = handler
        if leaves:
            leaving.add(kind)
        if every:
            periods[kind] = every
        return handler

    return enter


def enqueue(kind: str, args: dict[str, Any], *, key: str, run_at: datetime) -> None:
    """Have a job done at ``run_at`` or later, if the running operation commits.

    The same kind and key again is the same job: nothing happens.

    :raises RuntimeError: outside of an operation.
    """
    if "operation" not in db.session().info:
        raise RuntimeError("a job is enqueued by the operation that it follows")
    row = {"kind": kind, "key": key, "args": args, "run_at": run_at, "made_at": clock.now()}
    there = connection()
    there.execute(job_rows.insert(there.dialect.name), row | {"attempts": 0, "error": ""})


def drop(kind: str, key: str, *, now: datetime) -> None:
    """Have a job not done any more, if the running operation commits; one being done is left.

    :raises RuntimeError: outside of an operation.
    """
    if "operation" not in db.session().info:
        raise RuntimeError("a job is dropped by the operation that did its work")
    connection().execute(job_rows.DROP, {"of": kind, "named": key, "now": now})


def work_once(*, worker: str, now: datetime) -> bool:
    """Do the job that has been due longest; return whether there was one."""
    if claimed := _first(worker, now):
        _do(claimed, worker, now)
    return claimed is not None


def work_all(*, worker: str = "all", now: datetime) -> int:
    """Do every job that is due at ``now``, and what they make due by then; return how many."""
    done, claimed = 0, _first(worker, now)
    while claimed:
        claimed, done = _do(claimed, worker, now, then=lambda: now), done + 1
    return done


def _first(worker: str, now: datetime) -> Claimed | None:
    """Claim a job if there is one: a look that takes no write lock comes first."""
    return claim(worker, now=now) if job_rows.is_any_due(now, handlers) else None


def _do(
    claimed: Claimed,
    worker: str,
    now: datetime,
    *,
    then: Callable[[], datetime | None] = lambda: None,
) -> Claimed | None:
    """Do a job and, where ``then`` says an instant, return the next that is due at it, claimed.

    What ends one job claims the next: a transaction less for each.
    """
    job_id, kind, args, attempt = claimed
    facts = {"job": job_id, "kind": kind, "attempt": attempt}
    token = _running.set(run := job_rows.Run(job_id, worker, now, then))
    try:
        with logs.during(f"job:{job_id}"):
            handlers[kind](**args)
    except Exception as error:  # a job may fail in any way; none may stop the others
        db.session.rollback()
        log.exception("job failed", extra=facts)
        put_off(job_id, worker, " | ".join(logs.describe(error)[:3]), now=run.at())
        return claim(worker, now=at) if (at := then()) else None
    else:
        if not run.ended:
            failpoints.point("queue.finish")
            end = finish_sent if kind in leaving else finish
            run.following = end(job_id, worker, now=run.at(), next_at=then())
        log.info("job done", extra=facts)
        return run.following
    finally:
        _running.reset(token)


def end_with_this() -> None:
    """Have the running job be done if the running operation commits: the last of what it is for.

    Outside of a job nothing ends.
    """
    run = _running.get()
    failpoints.point("queue.finish")
    if run and job_rows.end(run.job_id, run.worker, run.at()):
        run.ended, run.following = True, _following(run.worker, run.then())


@operation(synced=False)
def claim(worker: str, *, now: datetime) -> Claimed | None:
    """Take the job that has been due longest, for as long as a lease lasts."""
    return job_rows.claimed(worker, now, handlers)


@operation(synced=False)
def park_killers(*, now: datetime) -> None:
    """Park what took its worker down with it at every try: such a job never tells of its end."""
    lapsed = (Job.done_at.is_(None), Job.parked_at.is_(None), Job.lease_until < now)
    spent = sa.update(Job).where(*lapsed, Job.attempts >= TRIES)
    db.session.execute(spent.values({"parked_at": now, "error": "the worker ended"}))


@operation(synced=False)
def finish(
    job_id: int, worker: str, *, now: datetime, next_at: datetime | None = None
) -> Claimed | None:
    """Note that the job is done, unless its lease ran out and another has it now.

    Return the next one that is due at an instant, if one is given.
    """
    return _finished(job_id, worker, now, next_at)


@operation
def finish_sent(
    job_id: int, worker: str, *, now: datetime, next_at: datetime | None = None
) -> Claimed | None:
    """Note that a job is done which told somebody outside: ``finish``, and the disk has it."""
    return _finished(job_id, worker, now, next_at)


@operation
def put_off(job_id: int, worker: str, error: str, *, now: datetime) -> None:
    """Note why a try failed, and try again later or, after the last one, park the job."""
    attempts = db.session.scalar(sa.select(Job.attempts).where(Job.id == job_id)) or 0
    later = {"error": error, "lease_until": None, "run_at": now + job_rows.pause(attempts)}
    parked = {"parked_at": now} if attempts >= TRIES else {}
    db.session.execute(job_rows.HELD.values(later | parked), {"job_id": job_id, "by": worker})


def renew(*, now: datetime) -> None:
    """Keep the running job for another lease; long handlers call it between their batches."""
    if run := _running.get():
        _renew(run.job_id, run.worker, now=now)


@operation(synced=False)
def _renew(job_id: int, worker: str, *, now: datetime) -> None:
    db.session.execute(
        job_rows.HELD.values({"lease_until": now + LEASE}), {"job_id": job_id, "by": worker}
    )


def enqueue_periodic(*, now: datetime) -> None:
    """Enqueue each periodic job once for the period that ``now`` lies in."""
    starts = {kind: _period_start(every, now) for kind, every in periods.items()}
    keys = {(kind, start.isoformat()) for kind, start in starts.items()}
    same = sa.tuple_(Job.kind, Job.key).in_(keys)
    there = db.session.execute(sa.select(Job.kind, Job.key).where(same))
    if keys <= {(kind, key) for kind, key in there}:
        return  # a look that takes no write lock
    _enqueue_all(starts)


@operation(synced=False)
def _enqueue_all(starts: dict[str, datetime]) -> None:
    for kind, start in starts.items():
        enqueue(kind, {}, key=start.isoformat(), run_at=start)


def _period_start(every: timedelta, now: datetime) -> datetime:
    length = every.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // length * length, UTC)


@operation
def retry(job_id: int, *, now: datetime) -> None:
    """Give a parked job all its tries again."""
    again = {"parked_at": None, "attempts": 0, "run_at": now, "lease_until": None}
    parked = sa.update(Job).where(Job.id == job_id, Job.parked_at.is_not(None))
    db.session.execute(parked.values(again))


@operation(synced=False)
def sweep(*, now: datetime) -> None:
    """Remove what was done long ago; periodic ones after a day."""
    old = Job.done_at < now - KEPT
    periodic = Job.kind.in_(periods) & (Job.done_at < now - timedelta(days=1))
    db.session.execute(sa.delete(Job).where(old | periodic))


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due, then stop.")
@with_appcontext
def command(*, once: bool) -> None:
    """Do the work that waits in the queue, until told to stop."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    if once:
        enqueue_periodic(now=clock.now())
        work_all(now=clock.now())
    else:
        work_until(stop)


def work_until(stop: threading.Event) -> None:
    """Do what is due, and what comes due by itself, until ``stop`` is set.

    A database that is away or busy is waited for. The job being done at the end is finished.
    """
    name, turns = f"worker-{random.getrandbits(32):08x}", count()
    while not stop.is_set():
        try:
            _take_turn(name, stop, periods_too=next(turns) % TURNS_BETWEEN_PERIODS == 0)
        except (Busy, sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            if isinstance(error, sa.exc.DBAPIError) and not is_outage(error):
                raise
            log.warning("the database does not answer", exc_info=error)
        db.session.remove()  # hold no read open while idle
        stop.wait(IDLE_SECONDS)


def _take_turn(name: str, stop: threading.Event, *, periods_too: bool) -> None:
    if periods_too:
        enqueue_periodic(now=clock.now())
        park_killers(now=clock.now())

    def at() -> datetime | None:
        return None if stop.is_set() else clock.now()

    claimed = _first(name, first) if (first := at()) else None
    while claimed:
        claimed = _do(claimed, name, clock.now(), then=at)
        db.session.remove()


def _finished(job_id: int, worker: str, now: datetime, next_at: datetime | None) -> Claimed | None:
    job_rows.end(job_id, worker, now)
    return _following(worker, next_at)


def _following(worker: str, next_at: datetime | None) -> Claimed | None:
    return job_rows.claimed(worker, next_at, handlers) if next_at else None
