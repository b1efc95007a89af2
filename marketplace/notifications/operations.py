"""Telling people news, and noting that they read it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.core import mail
from marketplace.core.database import connection, db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.notifications import queries
from marketplace.notifications.messages import registry
from marketplace.notifications.models import Notice
from marketplace.notifications.queries import Reader


@operation(joins=True)
def tell(
    user_ids: Iterable[int],
    kind: str,
    facts: dict[str, Any],
    path: str,
    *,
    key: str,
    by: Person,
    now: datetime,
) -> int:
    """Tell people a piece of news, by e-mail too where they have one; return how many were told.

    ``facts`` are plain values for the texts of ``kind``; ``path``, without language, is where to
    act on it. The same ``key`` is told to a person once. Whoever did it (``by``) is not told.

    :raises KeyError: if nobody registered the kind.
    """
    if kind not in registry:
        raise KeyError(kind)
    fresh = queries.to_tell(set(user_ids) - {by.id}, key)
    letter = {"kind": kind, "facts": facts, "path": path}
    notice = letter | {"key": key, "made_at": now}
    if fresh:
        connection().execute(_KEEP, [notice | {"user_id": reader.id} for reader in fresh])
    for reader in fresh:
        _write_to(reader, letter, key=f"notice:{reader.id}:{key}", now=now)
    return len(fresh)


@operation
def mark_read(notice_id: int, *, by: Person, now: datetime) -> Notice:
    """Note that a person read a piece of news.

    :raises NotFound: if it is not there or was told to somebody else.
    """
    notice = lock_one(queries.notice_of(by.id, notice_id))
    notice.read_at = notice.read_at or now
    return notice


@operation
def mark_all_read(until_id: int, *, by: Person, now: datetime) -> None:
    """Note that a person read all they were told, up to this one and with it."""
    theirs = (Notice.user_id == by.id, Notice.read_at.is_(None), Notice.id <= until_id)
    db.session.execute(sa.update(Notice).where(*theirs).values({"read_at": now}))


def _write_to(reader: Reader, letter: dict[str, Any], *, key: str, now: datetime) -> None:
    if reader.email:
        mail.send_later(
            reader.email,
            template="notifications/notice",
            language=reader.language,
            facts=letter,
            key=key,
            now=now,
        )


_KEEP = sa.insert(Notice)
