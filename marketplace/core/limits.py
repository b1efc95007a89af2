"""How often something may be done: sliding windows, kept in the database or in this process.

Login counts failures: ``guard`` before the password is looked at, ``count`` when it is wrong. What
counts each use (checkout, uploads, exports) asks ``take``, which does both in one statement.
"""

import hashlib
import hmac
import threading
import time
from collections import deque
from datetime import datetime, timedelta
from http import HTTPStatus

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model, connection, db, operation, rows, wait_for
from marketplace.core.errors import DomainError

MOST_KEYS = 10_000
KEPT = timedelta(days=2)


class TooMany(DomainError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    message = _("Too many tries. Wait a little and try again.")

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.headers = {"Retry-After": str(seconds)}


class Use(Model):
    """One counted act; whose it was is kept only as a keyed hash."""

    __tablename__ = "limited_uses"
    __table_args__ = (sa.Index("ix_limited_uses_kind_key_at", "kind", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


_COUNT = sa.insert(Use)
_RECENT = (
    sa.select(Use.at)
    .where(
        Use.kind == sa.bindparam("kind"),
        Use.key == sa.bindparam("key"),
        Use.at > sa.bindparam("since"),
        Use.at < sa.bindparam("until"),  # not what a clock that was put back left further ahead
    )
    .order_by(Use.at)
)


def guard(kind: str, key: str, *, limit: int, seconds: int, now: datetime) -> None:
    """Look whether there were too many of these in the last ``seconds``; counts nothing.

    :raises TooMany: with the seconds until the oldest of them is forgotten.
    """
    window = timedelta(seconds=seconds)
    of_it = {"since": now - window, "until": now + window}
    recent = rows(_RECENT, {"kind": kind, "key": _hashed(key), **of_it})
    times = [use.at for use in recent]
    if len(times) >= limit:
        raise TooMany(_until(times[len(times) - limit], seconds, now))


@operation(synced=False)
def count(kind: str, key: str, now: datetime) -> None:
    """Count one; call it outside of the operation that failed, whose rollback would undo it."""
    connection().execute(_COUNT, {"kind": kind, "key": _hashed(key), "at": now})


@operation(synced=False)
def take(kind: str, key: str, *, limit: int, seconds: int, now: datetime) -> None:
    """Count one unless there were too many: ``guard`` and ``count`` that no rival slips between.

    :raises TooMany: as ``guard``.
    """
    wait_for(_hashed(kind + key))
    guard(kind, key, limit=limit, seconds=seconds, now=now)
    connection().execute(_COUNT, {"kind": kind, "key": _hashed(key), "at": now})


@operation
def forget(kind: str, key: str) -> None:
    """Begin anew, e.g. after a password was given rightly."""
    db.session.execute(sa.delete(Use).where(Use.kind == kind, Use.key == _hashed(key)))


@operation(synced=False)
def sweep(*, now: datetime) -> None:
    """Remove what no window reaches back to."""
    db.session.execute(sa.delete(Use).where(Use.at < now - KEPT))


def _until(oldest: datetime, seconds: int, now: datetime) -> int:
    return max(1, int((oldest + timedelta(seconds=seconds) - now).total_seconds()) + 1)


def _hashed(key: str) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(secret, f"limit:{key}".encode(), hashlib.sha256).hex()


_paces: dict[tuple[str, str], deque[float]] = {}
_paces_lock = threading.Lock()


def pace(kind: str, key: str, *, limit: int, seconds: float) -> None:
    """Limit what only costs work (search, reports of browsers), in this process's memory.

    :raises TooMany: when there were ``limit`` of these in the last ``seconds``.
    """
    now = time.monotonic()
    with _paces_lock:
        if len(_paces) > MOST_KEYS:
            _paces.clear()
        times = _paces.setdefault((kind, key), deque(maxlen=limit))
        if len(times) == limit and times[0] > now - seconds:
            raise TooMany(int(times[0] + seconds - now) + 1)
        times.append(now)
