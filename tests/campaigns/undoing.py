"""The same rows, time and chance again and again: what happens here is as if it had not."""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import current_app, g

from marketplace.core import clock, generations
from marketplace.core.database import db


@contextmanager
def undone(connection: sa.Connection) -> Iterator[None]:
    """Let things happen in a session of their own, and be as if they had not."""
    ours, kept, files = db.session(), dict(vars(g)), _letters()
    ours.rollback()
    there = db.session.registry
    with connection.begin_nested() as outer:
        there.set(db.session.session_factory())
        try:
            yield
        finally:
            there().close()
            there.set(ours)
            outer.rollback()
            vars(g).clear()
            vars(g).update(kept)
            generations.forget_all()
            _put_back(files)


def _folder() -> Path:
    return Path(str(current_app.config["SMTP_URL"]).removeprefix("file://"))


def _letters() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in _folder().glob("*.eml")}


def _put_back(files: dict[Path, bytes]) -> None:
    for path in set(_folder().glob("*.eml")) - set(files):
        path.unlink()
    for path, content in files.items():
        path.write_bytes(content)


@contextmanager
def same_chance(seed: int, moment: datetime) -> Iterator[None]:
    """Let what is drawn by lot, and the time, be the same in every run."""
    lot, names = random.Random(seed), random.Random(seed)  # noqa: S311 - of a test
    kept = random.getstate()
    random.seed(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random, "_urandom", lot.randbytes)
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=names.randbytes(16), version=4))
        patch.setattr(clock, "now", lambda: moment)
        yield
    random.setstate(kept)


def count_on(connection: sa.Connection) -> None:
    """Let ids go on where the rows end, as they do on SQLite, whatever was undone."""
    if connection.dialect.name != "postgresql":
        return
    tables = [t.name for t in db.metadata.tables.values() if "id" in t.c]
    named = [
        f'SELECT setval(s, (SELECT coalesce(max(id), 0) + 1 FROM "{table}"), false)'  # noqa: S608
        f" FROM pg_get_serial_sequence('\"{table}\"', 'id') s WHERE s IS NOT NULL"
        for table in tables
    ]
    connection.exec_driver_sql(" UNION ALL ".join(named))
