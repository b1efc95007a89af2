"""Questions asked about news; nothing here writes."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import User
from marketplace.core.database import db, rows
from marketplace.notifications.models import Notice


class Reader(NamedTuple):
    """Whom news is told to, and where letters reach them."""

    id: int
    email: str | None
    language: str


def notices_of(user_id: int) -> sa.Select[Notice]:
    """Select what a person was told, the newest first."""
    return sa.select(Notice).where(Notice.user_id == user_id).order_by(Notice.id.desc())


def notice_of(user_id: int | None, notice_id: int) -> sa.Select[Notice]:
    return sa.select(Notice).where(Notice.id == notice_id, Notice.user_id == user_id)


def unread_count(user_id: int) -> int:
    unread = sa.select(sa.func.count()).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    return db.session.scalar(unread) or 0


def to_tell(user_ids: Collection[int], key: str) -> list[Reader]:
    """Return those of these people whose account is open and who were not told this already."""
    return [Reader(*row) for row in rows(_TO_TELL, {"ids": list(user_ids), "key": key})]


_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_TOLD = sa.exists().where(Notice.user_id == User.id, Notice.key == sa.bindparam("key"))
_TO_TELL = (
    sa.select(User.id, User.email, User.language)
    .where(User.id.in_(_IDS), User.deactivated_at.is_(None), ~_TOLD)
    .order_by(User.id)
)
