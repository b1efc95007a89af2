"""Logging in and out; a device holds a random reference, kept here only as a hash."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.accounts import passwords, queries
from marketplace.accounts.errors import WrongLogin
from marketplace.accounts.models import LoginSession
from marketplace.accounts.networks import network_of
from marketplace.accounts.signals import login_touched
from marketplace.core import audit, limits
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import HOUSE, Person

WINDOW_SECONDS, PER_ACCOUNT, PER_NETWORK = 300, 10, 30
LONGEST_DEVICE = 120


def authenticate(identifier: str, password: str, *, address: str, now: datetime) -> int:
    """Return the id of whoever has this mobile number or e-mail and this password.

    It takes as long, and says the same, for an account that does not exist.

    :raises WrongLogin: if it is not the password, or nobody can log in so.
    :raises TooMany: over 10 failures in 5 minutes for an account, or 30 from a network.
    """
    name, network = queries.login_name(identifier), network_of(address)
    limits.guard("login_network", network, limit=PER_NETWORK, seconds=WINDOW_SECONDS, now=now)
    limits.take("login", name, limit=PER_ACCOUNT, seconds=WINDOW_SECONDS, now=now)
    user = db.session.scalar(queries.by_login(identifier))
    known = user is not None and user.deactivated_at is None
    kept = user.password_hash if user and known else None
    if not passwords.fits(password, kept) or user is None:
        limits.count("login_network", network, now)
        raise WrongLogin
    user_id: int = user.id
    limits.forget("login", name)
    if kept and passwords.is_outdated(kept):
        _renew_hash(user_id, passwords.hashed(password))
    return user_id


@operation
def start_session(
    user_id: int, *, device: str, browser: str = "", code_at: datetime | None = None, now: datetime
) -> str:
    """Log a person in on a device; return the reference that its cookie carries.

    They have just given their password. Municipal staff are let in only when they took the second
    step too, at ``code_at``. ``browser`` is what the device is known by beyond its sessions; they
    are told of one that is new to them.
    """
    token = passwords.new_token()
    session = LoginSession(user_id=find_one(queries.by_id(user_id)).id, device=device)
    session.token_hash, session.device = passwords.token_hash(token), device[:LONGEST_DEVICE]
    session.browser_hash = passwords.token_hash(f"{user_id} {browser}") if browser else None
    if session.browser_hash and _is_new(user_id, session.browser_hash):
        facts = {"device": session.device or "?"}
        login_touched.send(user_id=user_id, kind="new_device", facts=facts, now=now)
    session.made_at = session.seen_at = session.password_at = now
    session.code_at = code_at
    db.session.add(session)
    audit.record("logged_in", by=Person(id=user_id), now=now)
    return token


def _is_new(user_id: int, browser_hash: str) -> bool:
    """Tell whether a person was only ever seen on other devices; the first of all is no news."""
    kept = sa.select(LoginSession.browser_hash).where(
        LoginSession.user_id == user_id, LoginSession.browser_hash.is_not(None)
    )
    known = set(db.session.scalars(kept.distinct()))
    return bool(known) and browser_hash not in known


@operation
def take_second_step(token: str, *, now: datetime) -> str:
    """Let the device in whose person gave a code; return its new reference, the old one is void.

    :raises NotFound: if the session was ended meanwhile.
    """
    before = lock_one(queries.session_by(token))
    before.ended_at = now
    renewed = LoginSession(user_id=before.user_id, device=before.device, made_at=before.made_at)
    renewed.seen_at = renewed.code_at = now
    renewed.browser_hash = before.browser_hash
    renewed.password_at, renewed.acting = before.password_at, before.acting
    token = passwords.new_token()
    renewed.token_hash = passwords.token_hash(token)
    db.session.add(renewed)
    audit.record("second_step_taken", by=Person(id=before.user_id), now=now)
    return token


@operation
def note_password(token: str, *, now: datetime) -> None:
    """Note that the password was given again on this device: for ten minutes it need not be."""
    lock_one(queries.session_by(token)).password_at = now


@operation
def choose_role(
    token: str, role: str | None, *, held: frozenset[str], by: Person, now: datetime
) -> str:
    """Act in one of several roles on this device from now on, or again in whichever opens a page.

    Returns the device's new reference, as rights changed; the old one is void.

    :raises NotAllowed: for a role that they do not hold.
    """
    if role is not None and role not in held:
        raise NotAllowed
    session = lock_one(queries.session_by(token))
    session.acting, renewed = role, passwords.new_token()
    session.token_hash = passwords.token_hash(renewed)
    audit.record("role_chosen", by=by, now=now, chosen=role or "any")
    return renewed


@operation
def end_device(session_id: int, *, by: Person, now: datetime) -> None:
    """Log oneself out on one of one's devices.

    :raises NotFound: if it is somebody else's, or out already.
    """
    theirs = queries.session_with(session_id).where(LoginSession.user_id == by.id)
    lock_one(theirs.where(LoginSession.ended_at.is_(None))).ended_at = now
    audit.record("device_logged_out", by=by, now=now, session_id=session_id)


@operation
def end_session(token: str, *, by: Person, now: datetime) -> None:
    """Log out on the device that carries this reference; nothing happens if it is old."""
    for session in db.session.scalars(queries.session_by(token)):
        session.ended_at = now
        audit.record("logged_out", by=by, now=now)


@operation
def end_other_sessions(user_id: int, keep_token: str, *, by: Person, now: datetime) -> int:
    """Log a person out everywhere but on the device that carries this reference; return how many.

    :raises NotAllowed: if it is not their own account.
    """
    if by.id != user_id and by != HOUSE:
        raise NotAllowed
    kept = passwords.token_hash(keep_token)
    others = [s for s in queries.open_sessions(user_id) if s.token_hash != kept]
    for session in others:
        session.ended_at = now
    audit.record("logged_out_elsewhere", by=by, now=now, devices=len(others))
    return len(others)


@operation(synced=False)
def note_seen(session_id: int, *, now: datetime) -> None:
    """Note that the person was here now, so that the session does not end for idleness."""
    session = lock_one(queries.session_with(session_id))
    session.seen_at = max(session.seen_at, now)


@operation
def _renew_hash(user_id: int, password_hash: str) -> None:
    lock_one(queries.by_id(user_id)).password_hash = password_hash
