"""What the sandbox remembers: one SQLite file, one writer at a time."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    sequence INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL,
    account TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ix_objects_kind ON objects (account, kind, sequence);
CREATE TABLE IF NOT EXISTS answers (
    account TEXT, key TEXT, fingerprint TEXT NOT NULL, status INTEGER, body TEXT, at INTEGER,
    PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS due (
    sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, act TEXT NOT NULL, subject TEXT NOT NULL,
    account TEXT NOT NULL, UNIQUE (act, subject));
CREATE TABLE IF NOT EXISTS deliveries (
    sequence INTEGER PRIMARY KEY, event TEXT NOT NULL, endpoint TEXT NOT NULL,
    at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting',
    twist TEXT NOT NULL DEFAULT '', said TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS ix_deliveries_due ON deliveries (state, at);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
TABLES = ("objects", "answers", "due", "deliveries", "settings")


class Store:
    """Objects as they are told to callers, and what is to happen to them; times in seconds UTC."""

    def __init__(self, file: Path | str) -> None:
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        self._depth = 0
        self._connection.executescript(f"PRAGMA journal_mode=WAL; {SCHEMA}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let one request at a time read and write; nothing of a refused one stays."""
        with self._lock:
            if self._depth:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def run(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def close(self) -> None:
        self._connection.close()

    def find(self, kind: str, object_id: str, account: str = "") -> dict[str, Any] | None:
        rows = self.run(
            "SELECT body FROM objects WHERE id = ? AND kind = ? AND account = ?",
            *(object_id, kind, account),
        )
        return json.loads(rows[0]["body"]) if rows else None

    def every(self, kind: str, account: str = "") -> list[dict[str, Any]]:
        """Return all of a kind, newest first."""
        sql = "SELECT body FROM objects WHERE kind = ? AND account = ? ORDER BY sequence DESC"
        return [json.loads(row["body"]) for row in self.run(sql, kind, account)]

    def put(self, kind: str, body: dict[str, Any], account: str = "") -> None:
        """Keep an object, new or changed."""
        self.run(
            "INSERT INTO objects (id, kind, account, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            *(body["id"], kind, account, json.dumps(body)),
        )

    def remove(self, object_id: str) -> None:
        self.run("DELETE FROM objects WHERE id = ?", object_id)

    def now(self) -> int:
        """Return the sandbox's own time: the machine's, moved by what `/_sandbox/clock` said."""
        return int(time.time()) + int(self.setting("clock_offset", 0))

    def setting(self, name: str, usual: Any) -> Any:
        rows = self.run("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(rows[0]["value"]) if rows else usual

    def set(self, name: str, value: Any) -> None:
        self.run(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, json.dumps(value)
        )

    def plan(self, act: str, subject: str, *, at: int, account: str = "") -> None:
        """Let something happen to an object when the sandbox's clock comes there."""
        self.run(
            "INSERT OR REPLACE INTO due (at, act, subject, account) VALUES (?, ?, ?, ?)",
            *(at, act, subject, account),
        )

    def drop(self, act: str, subject: str) -> None:
        self.run("DELETE FROM due WHERE act = ? AND subject = ?", act, subject)

    def next_due(self) -> sqlite3.Row | None:
        """Take the earliest thing whose time has come."""
        rows = self.run("SELECT * FROM due WHERE at <= ? ORDER BY at, sequence LIMIT 1", self.now())
        if rows:
            self.run("DELETE FROM due WHERE sequence = ?", rows[0]["sequence"])
        return rows[0] if rows else None

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Return everything, to be looked at or put back with ``restore``."""
        return {
            name: [dict(row) for row in self.run(f"SELECT * FROM {name}")]  # noqa: S608 - ours
            for name in TABLES
        }

    def restore(self, dumped: dict[str, list[dict[str, Any]]]) -> None:
        """Become again what ``dump`` returned."""
        with self.transaction():
            for name in TABLES:
                self.run(f"DELETE FROM {name}")  # noqa: S608 - ours
                for row in dumped[name]:
                    marks = ", ".join("?" * len(row))
                    self.run(
                        f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608
                        *row.values(),
                    )
