"""Giving and ending roles; each is a row that says who, when and why."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.accounts import queries
from marketplace.accounts.errors import (
    AlreadyEnded,
    AlreadyGiven,
    LastAdministrator,
    NotOneself,
    OtherDivision,
)
from marketplace.accounts.models import DIVISION_ROLES, Grant, Role, User
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import HOUSE, Person


@operation
def give_role(
    user_id: int, role: Role, division_id: int, *, reason: str, by: Person, now: datetime
) -> Grant:
    """Give a person a role in a Division; they log in anew to use it.

    :raises NotFound: if the person or the Division is not there.
    :raises NotOneself: if ``by`` is that person.
    :raises NotAllowed: if ``by`` is no administrator of the Division.
    :raises AlreadyGiven: if the person holds it there.
    :raises OtherDivision: if the person holds roles of another Division: they would open both.
    """
    if by.id == user_id:
        raise NotOneself
    _check_administrator(by, division_id)
    user = lock_one(queries.by_id(user_id).where(~User.is_closed))
    division = find_one(queries.division(division_id))
    held = queries.live_grants(user_id)
    if any(grant.role == role and grant.division_id == division.id for grant in held):
        raise AlreadyGiven(name=user.name)
    if role in DIVISION_ROLES and any(_elsewhere(grant, division.id) for grant in held):
        raise OtherDivision
    grant = Grant(user_id=user_id, role=role, division_id=division.id, reason=reason)
    grant.given_by_id, grant.given_at = by.id, now
    db.session.add(grant)
    _log_out(user_id, now)
    db.session.flush()
    facts = {"user_id": user_id, "role": role.value, "division_id": division_id}
    audit.record("role_given", by=by, now=now, grant_id=grant.id, **facts)
    return grant


@operation(isolation="SERIALIZABLE")
def end_role(grant_id: int, *, reason: str, by: Person, now: datetime) -> Grant:
    """End a role that a person holds; they are logged out everywhere.

    :raises NotFound: if there is no such grant in a Division of ``by``.
    :raises NotAllowed: if ``by`` is no administrator.
    :raises AlreadyEnded: if it has ended.
    :raises LastAdministrator: if the Division would be left without one.
    """
    grant = lock_one(queries.grants_within(by).where(Grant.id == grant_id))
    _check_administrator(by, grant.division_id)
    if grant.ended_at:
        raise AlreadyEnded
    others = queries.administrators(grant.division_id).where(Grant.user_id != grant.user_id)
    if grant.role is Role.ADMINISTRATOR and not db.session.scalar(sa.select(others.exists())):
        raise LastAdministrator
    grant.end(now, by_id=by.id, reason=reason)
    _log_out(grant.user_id, now)
    facts = {"user_id": grant.user_id, "role": grant.role.value, "division_id": grant.division_id}
    audit.record("role_ended", by=by, now=now, grant_id=grant_id, **facts)
    return grant


def _check_administrator(by: Person, division_id: int) -> None:
    if by != HOUSE and (Role.ADMINISTRATOR not in by.roles or division_id not in by.divisions):
        raise NotAllowed


def _elsewhere(grant: Grant, division_id: int) -> bool:
    return grant.role in DIVISION_ROLES and grant.division_id != division_id


def _log_out(user_id: int, now: datetime) -> None:
    """End the sessions that were begun with other rights."""
    for session in queries.open_sessions(user_id):
        session.ended_at = now
