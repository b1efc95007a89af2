"""What people are called, for lists of what they did."""

from collections.abc import Iterable

import sqlalchemy as sa

from marketplace.accounts.models import User
from marketplace.core.database import db


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Return what these people are called, by their ids."""
    ids = {one for one in user_ids if one}
    found = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in found}
