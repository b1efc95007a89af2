"""Who holds a role now, to be told or counted."""

from collections.abc import Collection

import sqlalchemy as sa

from marketplace.accounts.models import Grant, Role, User
from marketplace.core.database import db


def holders(roles: Collection[Role], division_id: int | None = None) -> set[int]:
    """Return the ids of all who have one of these roles now, in a Division or wherever."""
    live = sa.select(Grant.user_id).where(Grant.role.in_(roles), Grant.ended_at.is_(None))
    if division_id is not None:
        live = live.where(Grant.division_id == division_id)
    found = sa.select(User.id).where(User.id.in_(live), User.deactivated_at.is_(None))
    return set(db.session.scalars(found))
