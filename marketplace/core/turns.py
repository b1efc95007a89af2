"""How writers of SQLite come one after another: it has no queue of its own.

SQLite has who meets another writer sleep and look again, at last a tenth of a second later: of many
the unlucky wait for seconds, though the file is free half of the time. So those of one process wait
for its turn, a lock in memory, and who has it looks for the file every millisecond (ADR 22).
PostgreSQL lets writers queue, and needs none of it.

**Source:** SQLite, "sqlite3_busy_handler", "Result codes", "PRAGMA synchronous".
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

PATIENCE_SECONDS = 5.0  # as long as SQLite itself waits
PAUSE_SECONDS = 0.001
SYNCED, LOGGED = "synced", "logged"
locks: WeakKeyDictionary[sa.Engine, threading.Lock] = WeakKeyDictionary()


def take(engine: sa.Engine) -> None:
    """Let an engine's writers take turns, if it is SQLite's."""
    if engine.dialect.name == "sqlite":
        locks[engine] = threading.Lock()


@contextmanager
def turn(engine: sa.Engine) -> Iterator[None]:
    """Wait for the turn, no longer than SQLite would; then it is asked all the same."""
    lock = locks.get(engine)
    taken = lock is not None and lock.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield
    finally:
        if lock and taken:
            lock.release()


def begin(connection: sa.Connection, *, synced: bool) -> None:
    """Begin to write to SQLite's file, as soon as nobody else does.

    :raises sqlalchemy.exc.OperationalError: if somebody still does when patience is over.
    """
    _wait_for_the_disk(connection, synced=synced)
    own: Any = connection.connection.driver_connection
    (patience,) = own.execute("PRAGMA busy_timeout").fetchone()
    own.execute("PRAGMA busy_timeout=0")
    try:
        if not _begun(own, patience / 1000):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # it says why not
    finally:
        own.execute(f"PRAGMA busy_timeout={patience}")


def _begun(own: Any, patience_seconds: float) -> bool:
    until = time.monotonic() + patience_seconds
    while time.monotonic() < until:
        try:
            own.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                return False
            time.sleep(PAUSE_SECONDS)
        else:
            return True
    return False


def _wait_for_the_disk(connection: sa.Connection, *, synced: bool) -> None:
    """Have the next commit wait until the disk has it, or not (ADR 60).

    A file system that cannot have a log beside the file always waits: there the file would suffer.
    """
    if not synced and not _has_log(connection):
        synced = True
    if connection.info.get(SYNCED, True) is not synced:
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if synced else 'NORMAL'}")
        connection.info[SYNCED] = synced


def _has_log(connection: sa.Connection) -> bool:
    """Whether what is written goes into a log beside the file.

    Only the last connection that is open may end that, so one that met it need not ask again.

    **Source:** SQLite, "Write-Ahead Logging", on the persistence of WAL mode.
    """
    if not connection.info.get(LOGGED):
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        connection.info[LOGGED] = mode == "wal"
    return bool(connection.info[LOGGED])
