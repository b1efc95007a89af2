"""Two operations at once: one stops half-way, the other runs until it ends or can only wait."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Event, get_ident
from typing import Any

import sqlalchemy as sa
from flask import Flask

from marketplace.core import failpoints
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from tests.campaigns.rehearsals import WRITES

Act = Callable[[], Any]
LOOK_SECONDS, LONGEST_SECONDS = 0.004, 30.0
SCARCE = {"stock", "orders"}  # it stops before each of its writes to these
WAITING = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@dataclass
class Halt:
    """Stops one thread at one of its points until the other has gone as far as it can."""

    at: int
    thread: int = 0
    passed: int = 0
    stopped: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def pass_point(self, name: str) -> None:
        if get_ident() != self.thread or name.endswith(".committed"):  # one after the other
            return
        self.passed += 1
        if self.passed - 1 == self.at:
            self.stopped.set()
            assert self.go_on.wait(LONGEST_SECONDS)

    def pass_statement(self, _connection: Any, _cursor: Any, sql: str, *_more: Any) -> None:
        if (found := WRITES.match(sql)) and found[2] in SCARCE:
            self.pass_point(sql)


class Stage:
    """A house with real commits, and two threads in it."""

    def __init__(self, house: Flask, *, locks: bool = True) -> None:
        self.house, self.locks = house, locks

    def run(self, act: Act) -> str:
        """Do it as a request would, and say how it ended."""
        with self.house.app_context():
            try:
                act()
            except DomainError as refusal:
                return refusal.code
            except Exception as error:
                return repr(error)
            finally:
                db.session.remove()
            return "done"

    def count_points(self, act: Act) -> tuple[str, int]:
        """Do it without a stop; say how it ended, and at how many points it could be stopped."""
        with watched(halt := Halt(at=-1)):
            return self._first(act, halt), halt.passed

    def interleave(self, first: Act, second: Act, at: int) -> list[str]:
        """Stop the first at a point and let the second run; say how both ended."""
        with ThreadPoolExecutor(2) as pool, watched(halt := Halt(at)):
            one = pool.submit(self._first, first, halt)
            assert halt.stopped.wait(LONGEST_SECONDS)
            other = pool.submit(self.run, second)
            self._until_it_can_only_wait(other)
            halt.go_on.set()
            return [one.result(), other.result()]

    def _first(self, act: Act, halt: Halt) -> str:
        halt.thread = get_ident()
        try:
            return self.run(act)
        finally:
            halt.thread = 0  # the other may get the same one
            halt.stopped.set()

    def _until_it_can_only_wait(self, other: Future[str]) -> None:
        while not wait([other], LOOK_SECONDS).done:
            if self.locks and is_locked(db.engine):
                return


@contextmanager
def watched(halt: Halt) -> Iterator[None]:
    sa.event.listen(db.engine, "before_cursor_execute", halt.pass_statement)
    try:
        with failpoints.watching(halt.pass_point):
            yield
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", halt.pass_statement)


def is_locked(engine: sa.Engine) -> bool:
    """Whether somebody waits for a lock; on SQLite, whether who stopped has the only one."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            return bool(connection.exec_driver_sql(WAITING).scalar())
    with closing(sqlite3.connect(str(engine.url.database), timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False
