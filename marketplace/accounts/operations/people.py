"""Registering people, and what a person changes about their own account."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.accounts import passwords, queries
from marketplace.accounts.errors import AlreadyRegistered, WrongPassword
from marketplace.accounts.models import User
from marketplace.core import audit, limits
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import VISITOR, Person

WINDOW_SECONDS, PER_ACCOUNT = 300, 10


class Reach(NamedTuple):
    """How somebody is called and reached: E.164, lower case; one of the two is there."""

    name: str
    mobile: str | None
    email: str | None


def register_person(
    *,
    name: str,
    mobile: str | None,
    email: str | None,
    password: str | None,
    language: str = "pt_BR",
    by: Person,
    now: datetime,
    is_demo: bool = False,
) -> User:
    """Register a person; without a password their account waits to be claimed with a code.

    ``mobile`` is in E.164, ``email`` in lower case; one of them is there.

    :raises AlreadyRegistered: if somebody has this mobile number or e-mail.
    :raises NotAllowed: if a visitor registers somebody else, that is, gives no password.
    """
    password_hash = passwords.hashed(password) if password else None
    facts = {"language": language, "password_hash": password_hash, "is_demo": is_demo}
    return add_person(Reach(name, mobile, email), facts, by=by, now=now)


@operation
def add_person(
    reach: Reach, facts: Mapping[str, str | bool | None], *, by: Person, now: datetime
) -> User:
    """Keep a person whose password, if any, is hashed already: no lock is held meanwhile.

    :raises AlreadyRegistered: as ``register_person``.
    :raises NotAllowed: as ``register_person``.
    """
    themselves = facts["password_hash"] is not None
    if by == VISITOR and not themselves:
        raise NotAllowed
    user = User(name=reach.name, mobile=reach.mobile or None, email=reach.email or None, **facts)
    user.made_at, user.made_by_id = now, by.id
    user.claimed_at = now if themselves else None
    db.session.add(user)
    _flush()
    audit.record("person_registered", by=by, now=now, user_id=user.id)
    return user


def change_own_data(
    user_id: int, reach: Reach, *, password: str, by: Person, now: datetime
) -> User:
    """Change the name and the ways to reach and to log in, knowing the password.

    :raises WrongPassword: if it is not the password used now; TooMany: see ``give_password``.
    :raises AlreadyRegistered: if somebody else has this mobile number or e-mail.
    :raises NotAllowed: if it is not their own account.
    """
    give_password(user_id, password, by=by, now=now)
    return set_reach(user_id, reach, by=by, now=now)


@operation
def set_reach(user_id: int, reach: Reach, *, by: Person, now: datetime) -> User:
    user = lock_one(queries.by_id(user_id))
    user.name, user.mobile, user.email = reach.name, reach.mobile or None, reach.email or None
    _flush()
    audit.record("person_changed", by=by, now=now, user_id=user_id)
    return user


@operation
def change_language(user_id: int, language: str, *, by: Person, now: datetime) -> User:
    """Set the language in which news and mail are written to the person."""
    if by.id != user_id:
        raise NotAllowed
    user = lock_one(queries.by_id(user_id))
    user.language = language
    audit.record("language_changed", by=by, now=now, user_id=user_id)
    return user


def change_password(user_id: int, current: str, new: str, *, by: Person, now: datetime) -> None:
    """Set a new password, knowing the one used now.

    :raises WrongPassword: if ``current`` is not the password.
    :raises NotAllowed: if it is not their own account.
    """
    give_password(user_id, current, by=by, now=now)
    set_password_hash(user_id, passwords.hashed(new), by=by, now=now)


def give_password(user_id: int, password: str, *, by: Person, now: datetime) -> None:
    """Take the password again of somebody who is in, before something that matters.

    :raises WrongPassword: if it is not theirs.
    :raises NotAllowed: if it is not their own account.
    :raises TooMany: over 10 wrong ones in 5 minutes; the right one does not help then either.
    """
    if by.id != user_id:
        raise NotAllowed
    limits.take("password", str(user_id), limit=PER_ACCOUNT, seconds=WINDOW_SECONDS, now=now)
    if not passwords.fits(password, find_one(queries.by_id(user_id)).password_hash):
        raise WrongPassword
    limits.forget("password", str(user_id))


@operation
def set_password_hash(user_id: int, password_hash: str, *, by: Person, now: datetime) -> None:
    lock_one(queries.by_id(user_id)).password_hash = password_hash
    audit.record("password_changed", by=by, now=now, user_id=user_id)


def _flush() -> None:
    """Write, and read a broken unique rule as what it means to people."""
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        raise AlreadyRegistered from error
