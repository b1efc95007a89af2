"""Closing an account, and opening it again."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.accounts import queries
from marketplace.accounts.errors import AlreadyEnded, LastAdministrator, NotOneself
from marketplace.accounts.models import Grant, Role, User
from marketplace.core import audit, erasures
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import lock_one
from marketplace.core.rights import HOUSE, Person


@operation(isolation="SERIALIZABLE")
def deactivate_person(user_id: int, *, reason: str, by: Person, now: datetime) -> User:
    """Close an account: nobody logs in with it any more, and it is logged out everywhere.

    :raises NotFound: if it is not there, or has a role in a Division that is not theirs.
    :raises NotOneself: if it is one's own account.
    :raises NotAllowed: if ``by`` is no administrator.
    :raises LastAdministrator: if a Division would be left without one.
    :raises AlreadyEnded: if it is closed already.
    """
    user = _decided_upon(user_id, by)
    if user.deactivated_at:
        raise AlreadyEnded
    if any(_is_last(grant) for grant in queries.live_grants(user_id)):
        raise LastAdministrator
    user.deactivated_at, user.closing_reason = now, reason
    for session in queries.open_sessions(user_id):
        session.ended_at = now
    audit.record("person_deactivated", by=by, now=now, user_id=user_id)
    return user


@operation
def reactivate_person(user_id: int, *, reason: str, by: Person, now: datetime) -> User:
    """Open a closed account again, with the roles and the password it had.

    :raises NotFound: as ``deactivate_person``.
    :raises NotOneself: as ``deactivate_person``.
    :raises AlreadyEnded: if it is open already, or erased: nobody is there to open it for.
    """
    user = _decided_upon(user_id, by)
    erased = db.session.scalar(erasures.done_for("person", user_id))
    if erased or not user.deactivated_at:
        raise AlreadyEnded
    user.deactivated_at, user.closing_reason = None, reason
    audit.record("person_reactivated", by=by, now=now, user_id=user_id)
    return user


def _decided_upon(user_id: int, by: Person) -> User:
    if by.id == user_id:
        raise NotOneself
    if by != HOUSE and Role.ADMINISTRATOR not in by.roles:
        raise NotAllowed
    return lock_one(queries.in_reach_of(by).where(User.id == user_id))


def _is_last(grant: Grant) -> bool:
    others = queries.administrators(grant.division_id).where(Grant.user_id != grant.user_id)
    return grant.role == Role.ADMINISTRATOR and not db.session.scalar(sa.select(others.exists()))
