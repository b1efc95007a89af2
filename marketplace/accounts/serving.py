"""Who serves a Division, in which role, and which of those that somebody serves is meant."""

from collections.abc import Collection

import sqlalchemy as sa

from marketplace.accounts.models import Division, Grant, Role, User
from marketplace.accounts.queries import LIVE, divisions_of
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.numbers import row_id
from marketplace.core.rights import Person


def division_asked(person: Person, asked: str | None) -> Division:
    """Return the Division whose id an address asks for, the first that a person serves otherwise.

    :raises NotFound: for one that they do not serve, and for who serves none.
    """
    served = divisions_of(person)
    wanted = [each for each in served if asked is None or each.id == row_id(asked)]
    if not wanted:
        raise NotFound
    return wanted[0]


def divisions_with(person: Person, roles: Collection[str]) -> sa.Select[Division]:
    """Select the Divisions that a person serves; none for who acts in none of these roles."""
    if person.roles.isdisjoint(roles):
        return sa.select(Division).where(sa.false())
    return sa.select(Division).where(Division.id.in_(person.divisions))


def holding(roles: Collection[Role], division_id: int | None = None) -> sa.Select[int]:
    """Select by id who has one of these roles now, in a Division or wherever; closed ones too."""
    live = sa.select(Grant.user_id).where(Grant.role.in_(roles), LIVE)
    return live if division_id is None else live.where(Grant.division_id == division_id)


def holders(roles: Collection[Role], division_id: int | None = None) -> set[int]:
    """Return the ids of all whose account is open and who has one of these roles, as `holding`."""
    there = User.id.in_(holding(roles, division_id))
    return set(db.session.scalars(sa.select(User.id).where(there, User.deactivated_at.is_(None))))
