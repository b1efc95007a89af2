"""One operation or job, ended at each of its points on the rows that are there.

It is rehearsed once to its end, then with a crash at its first point, its second, … until none is
left, and all of it is undone. Points are those of `core.failpoints` and each statement that writes.
What a crash leaves must be what was there before, or all of it; doing it again must end where it
would have ended without. The handler of a job may stop between its operations, and must end in the
same state when it is run again.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.core import clock, failpoints
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from tests import books
from tests.campaigns.undoing import count_on, same_chance, undone

OURS, JOB = "marketplace.", "job:"
ENOUGH, MOST = 8, 3  # rehearsals without a new way; ways through one operation
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)(?: INTO| FROM)?\s+\"?(\w+)", re.IGNORECASE)
ID = re.compile(r"'id': \d+, ")
SEED = 20_261_126
TRIES = {  # how often, not what came of it
    "jobs": {"attempts", "worker", "lease_until", "done_at"},
    "provider_calls": {"tries", "request_id"},
}
COUNTS = {"cache_generations"}  # how often pages were made anew
NOTES = COUNTS | {"audit_entries"}


Rows = dict[str, list[str]]


class Crash(BaseException):
    """The process is gone."""


class Run(NamedTuple):
    outcome: str
    trail: list[str]


class Ways:
    """What was passed so far; written down at the end for the campaign that asks."""

    def __init__(self) -> None:
        self.tried: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        self.in_vain: Counter[str] = Counter()
        self.crashes: Counter[str] = Counter()
        self.passed: set[str] = set()
        self.again: defaultdict[str, set[str]] = defaultdict(set)
        self.faults: list[str] = []

    def wants(self, name: str) -> bool:
        """Whether an operation of ours, or a job, may still go a way that was not tried."""
        ours = name.startswith((OURS, JOB))
        return ours and self.in_vain[name] < ENOUGH and len(self.tried[name]) < MOST

    def write(self, path: Path) -> None:
        told = {
            "passed": sorted(self.passed),
            "crashes": self.crashes,
            "ways": {name: len(trails) for name, trails in self.tried.items()},
            "again": {name: sorted(ends) for name, ends in self.again.items()},
            "faults": self.faults,
        }
        path.write_text(json.dumps(told))


@dataclass
class Watch:
    """Follows one run, and ends it at the point it is told to."""

    crash_at: int | None = None
    trail: list[str] = field(default_factory=list)
    gone: bool = False

    def pass_point(self, name: str) -> None:
        if self.gone:
            raise Crash
        self.trail.append(name)
        if self.crash_at == len(self.trail) - 1:
            self.gone = True
            raise Crash

    def pass_statement(self, _connection: Any, _cursor: Any, sql: str, *_more: Any) -> None:
        if found := WRITES.match(sql):
            self.pass_point(" ".join(found.groups()))


class Rehearsal:
    """One operation or handler on the rows that are there now."""

    def __init__(
        self,
        ways: Ways,
        name: str,
        act: Callable[[], Any],
        again: Callable[[], Any] | None = None,
    ) -> None:
        self.ways, self.name, self.act, self.again = ways, name, act, again or act
        self.connection: Any = db.engines[None]
        self.moment = clock.now()

    def hold(self, *, whole: bool) -> None:
        """Try it; ``whole`` says that it is one transaction, of which nothing may stay."""
        with undone(self.connection):
            first = self.run(self.act)
            if first.outcome != "done" or not self.is_new(first):
                return
            tables = {point.split()[1] for point in first.trail if " " in point}
            end, broken = self.rows(tables), books.broken(self.connection)
        before = self.rows(tables)
        self.allowed = broken | books.broken(self.connection)  # a test may break rules on purpose
        db.session.rollback()
        for number, point in enumerate(first.trail):
            with undone(self.connection):
                self.crash(number, point, first, before if whole else None, end)
        count_on(self.connection)

    def is_new(self, run: Run) -> bool:
        new = tuple(run.trail) not in self.ways.tried[self.name]
        self.ways.tried[self.name].add(tuple(run.trail))
        self.ways.passed.update(run.trail)
        self.ways.in_vain[self.name] = 0 if new else self.ways.in_vain[self.name] + 1
        return new

    def crash(self, number: int, point: str, first: Run, before: Any, end: Any) -> None:
        run = self.run(self.act, crash_at=number)
        self.ways.crashes[self.name] += 1
        if run != Run("crashed", first.trail[: number + 1]):
            self.fault(point, f"went another way: {run}")
        if before is None:
            self.go_again(point, end)
        else:
            self.compare(number, point, first, before, end)

    def compare(self, number: int, point: str, first: Run, before: Any, end: Any) -> None:
        if committed := point.endswith(".committed"):
            before = end
        if (left := self.rows(set(end))) != before:
            self.fault(point, "left something half done", left, before)
        if committed:
            self.note_again(point, end)
        elif number == len(first.trail) - 2:  # the longest of those that left nothing
            self.go_again(point, end)

    def go_again(self, point: str, end: Any) -> None:
        self.check(point)
        again = self.run(self.again)
        left = self.rows(set(end))
        if again.outcome != "done" or differing(left, end, COUNTS):
            self.fault(point, f"another end, {again.outcome}", left, end)
        self.check(point)

    def note_again(self, point: str, end: Any) -> None:
        """Keep what comes of doing a second time what was done, but nobody was told."""
        again = self.run(self.again, seed=SEED + 1)
        if again.outcome.startswith("failed"):
            self.fault("the second time", again.outcome)
        rows = self.rows(set(end))
        more = differing(without_ids(rows), without_ids(end), NOTES)
        told = "refused" if again.outcome != "done" else f"more: {more}" if more else "same"
        self.ways.again[self.name].add(told)
        self.check(point)

    def check(self, point: str) -> None:
        if broken := books.broken(self.connection) - self.allowed:
            self.fault(point, f"broke {broken}")
        db.session.rollback()

    def fault(self, point: str, what: str, left: Any = None, wanted: Any = None) -> None:
        told = f"{self.name} at {point}: {what}"
        for table in left or ():
            if left[table] != wanted[table]:
                told += f"\n{table}: {left[table]}\n not {wanted[table]}"
        self.ways.faults.append(told)
        raise AssertionError(told)

    def run(self, act: Callable[[], Any], crash_at: int | None = None, seed: int = SEED) -> Run:
        watch = Watch(crash_at)
        count_on(self.connection)
        with ExitStack() as stack:
            stack.enter_context(failpoints.watching(watch.pass_point))
            stack.enter_context(listening(self.connection, watch.pass_statement))
            stack.enter_context(same_chance(seed, self.moment))
            try:
                act()
                outcome = "done"
            except DomainError as refusal:
                outcome = refusal.code
            except sa.exc.IntegrityError:
                outcome = "refused by the table"
            except Crash:
                outcome = "crashed"
            except Exception as error:
                outcome = f"failed: {error!r}"
        db.session.rollback()
        return Run(outcome, watch.trail)

    def rows(self, tables: set[str]) -> Rows:
        """Return what these tables hold, without what tells only how often it was tried."""
        return {name: sorted(map(repr, self._rows(name))) for name in sorted(tables)}

    def _rows(self, name: str) -> list[dict[str, Any]]:
        found = self.connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings().all()  # noqa: S608
        tries = TRIES.get(name, set())
        came = [{k: v for k, v in row.items() if k not in tries} for row in found]
        done = [{"done": bool(row["done_at"])} if "done_at" in row else {} for row in found]
        return [row | end for row, end in zip(came, done, strict=True)]


def differing(rows: Rows, others: Rows, besides: set[str]) -> list[str]:
    """Return the names of the tables, in order, that hold something else."""
    return sorted(name for name in set(rows) - besides if rows[name] != others[name])


def without_ids(rows: Rows) -> Rows:
    """Return rows as they are but for their ids: what was made anew may be what was there."""
    return {name: sorted(ID.sub("", row) for row in found) for name, found in rows.items()}


@contextmanager
def listening(connection: Any, watcher: Callable[..., None]) -> Iterator[None]:
    sa.event.listen(connection, "before_cursor_execute", watcher)
    sa.event.listen(connection.engine, "handle_error", keep_connection)
    try:
        yield
    finally:
        sa.event.remove(connection.engine, "handle_error", keep_connection)
        sa.event.remove(connection, "before_cursor_execute", watcher)


def keep_connection(context: sa.engine.ExceptionContext) -> None:
    """Let no crash cut the connection, on which what is undone depends."""
    if isinstance(context.original_exception, Crash):
        context.is_disconnect = False
