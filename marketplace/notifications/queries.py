"""Questions asked about news; nothing here writes."""

from collections.abc import Collection

import sqlalchemy as sa

from marketplace.accounts.models import User
from marketplace.core.database import db
from marketplace.notifications.models import Notice


def notices_of(user_id: int) -> sa.Select[Notice]:
    """Select what a person was told, the newest first."""
    return sa.select(Notice).where(Notice.user_id == user_id).order_by(Notice.id.desc())


def notice_of(user_id: int | None, notice_id: int) -> sa.Select[Notice]:
    return sa.select(Notice).where(Notice.id == notice_id, Notice.user_id == user_id)


def unread_count(user_id: int) -> int:
    unread = sa.select(sa.func.count()).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    return db.session.scalar(unread) or 0


def told_already(user_ids: Collection[int], key: str) -> set[int]:
    told = sa.select(Notice.user_id).where(Notice.user_id.in_(user_ids), Notice.key == key)
    return set(db.session.scalars(told))


def reachable(user_ids: Collection[int]) -> list[User]:
    """Return those of these people whose account is open."""
    people = sa.select(User).where(User.id.in_(user_ids), User.deactivated_at.is_(None))
    return list(db.session.scalars(people.order_by(User.id)))
