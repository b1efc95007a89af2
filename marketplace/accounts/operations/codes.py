"""One-time codes that a person hands to another: to take over an account, or for a new password.

**Source:** NIST SP 800-63B, 3.1.3.2 (out-of-band codes: short-lived, few tries, used once).
"""

from datetime import datetime, timedelta

from marketplace.accounts import passwords, queries
from marketplace.accounts.errors import (
    AlreadyClaimed,
    NotOneself,
    SecondPersonNeeded,
    WrongCode,
)
from marketplace.accounts.models import (
    DIVISION_ROLES,
    CodePurpose,
    OneTimeCode,
    Role,
    User,
)
from marketplace.accounts.networks import network_of
from marketplace.core import audit, limits, mail
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import find_one, lock_one
from marketplace.core.queue import enqueue
from marketplace.core.rights import HOUSE, Person

LASTS = {CodePurpose.CLAIM: timedelta(days=7), CodePurpose.RESET: timedelta(hours=1)}
DAY_SECONDS, PER_DAY = 24 * 3600, 5
WINDOW_SECONDS, PER_WINDOW, PER_NETWORK = 300, 10, 30
GIVERS = frozenset({Role.FACILITATOR, Role.ARTICULATION, Role.HEAD, Role.ADMINISTRATOR})


@operation
def issue_code(user_id: int, purpose: CodePurpose, *, by: Person, now: datetime) -> str:
    """Make a code to hand over: to claim 8 signs, 7 days; for a new password 6 digits, 1 hour.

    Codes given before for the same purpose no longer hold. Both names are on the record.

    :raises NotFound: if the person is not there, closed, or of another Division.
    :raises NotOneself: if it is one's own account.
    :raises NotAllowed: if ``by`` may give none, or none to somebody with a role of the Division.
    :raises AlreadyClaimed: for a claim, if the person has a password.
    :raises SecondPersonNeeded: if ``by`` took their second step away in the last 3 days.
    :raises TooMany: over 5 codes a day for one person.
    """
    user = lock_one(queries.in_reach_of(by).where(User.id == user_id, ~User.is_closed))
    _check_giver(user, purpose, by)
    if purpose is CodePurpose.CLAIM and user.is_claimed:
        raise AlreadyClaimed(name=user.name)
    if by != HOUSE and db.session.scalar(queries.factors_reset(user_id, by, now)):
        raise SecondPersonNeeded(name=user.name)
    given = "letter" if by == HOUSE else purpose.value  # who asks for letters shuts no counter
    limits.take(f"code_{given}", str(user_id), limit=PER_DAY, seconds=DAY_SECONDS, now=now)
    for older in db.session.scalars(queries.open_codes(user_id, purpose)):
        older.expires_at = min(older.expires_at, now)
    is_claim = purpose is CodePurpose.CLAIM
    code = passwords.new_claim_code() if is_claim else passwords.new_reset_code()
    _keep(code, user_id, purpose, by, now)
    audit.record("code_issued", by=by, now=now, user_id=user_id, purpose=purpose.value)
    return code


def redeem_code(
    identifier: str, code: str, new_password: str, *, address: str = "", now: datetime
) -> User:
    """Set a password with a code that was handed over; the person is logged out everywhere.

    It takes as long, and says the same, for an account that does not exist.

    :raises WrongCode: if it is not a code of theirs, or it was used, is too old, or was tried
        wrongly five times.
    :raises TooMany: over 10 tries in 5 minutes for an account, or 30 from a network.
    """
    name = queries.login_name(identifier)
    if address:
        _count_network(address, now)
    limits.take("redeem", name, limit=PER_WINDOW, seconds=WINDOW_SECONDS, now=now)
    user_id = use_code(name, code, passwords.hashed(new_password), now=now)
    if user_id is None:
        raise WrongCode
    limits.forget("login", name)
    return find_one(queries.by_id(user_id))


@operation
def ask_for_letter(identifier: str, *, address: str, now: datetime) -> None:
    """Have a code sent by e-mail to whoever this is, if anybody; a job finds that out.

    :raises TooMany: over 5 a day for an account, known or not, or 30 in 5 minutes from a network.
    """
    name = queries.login_name(identifier)
    _count_network(address, now)
    limits.take("reset_letter", name, limit=PER_DAY, seconds=DAY_SECONDS, now=now)
    asked, kind = now.isoformat(), "accounts.reset_letter"
    enqueue(kind, {"identifier": name, "asked": asked}, key=f"{name}:{asked}", run_at=now)


@operation
def write_letter(identifier: str, *, asked: str, now: datetime) -> None:
    """Send a code for a new password to the person's e-mail; nothing if there is nobody, or none.

    For one ``asked`` one code is made, and over 5 a day for one person none.
    """
    user = db.session.scalar(queries.by_login(identifier).where(~User.is_closed))
    if user is None or not user.email or mail.is_known(key := f"reset:{user.id}:{asked}"):
        return
    try:
        code = issue_code(user.id, CodePurpose.RESET, by=HOUSE, now=now)
    except limits.TooMany:
        return
    filling = {"code": code, "name": user.name}
    where = {"template": "accounts/reset", "language": user.language}
    mail.send_later(user.email, **where, facts=filling, key=key, now=now)


@operation
def use_code(identifier: str, code: str, password_hash: str, *, now: datetime) -> int | None:
    """Set the password if the code fits, and return whose it was; a wrong try is counted."""
    user = db.session.scalar(queries.by_login(identifier).where(~User.is_closed).with_for_update())
    if user is None:
        passwords.code_hash(code, passwords.new_salt())  # as slow as for an account that is there
        return None
    kept = _fitting(user.id, code, now)
    if kept is None:
        return None
    by = Person(id=user.id)
    kept.used_at = now
    user.password_hash, user.claimed_at = password_hash, user.claimed_at or now
    for session in queries.open_sessions(user.id):
        session.ended_at = now
    facts = {"code_id": kept.id, "made_by_id": kept.made_by_id, "purpose": kept.purpose.value}
    audit.record("code_used", by=by, now=now, **facts)
    return by.id


def _count_network(address: str, now: datetime) -> None:
    key = network_of(address)
    limits.take("code_network", key, limit=PER_NETWORK, seconds=WINDOW_SECONDS, now=now)


def _check_giver(user: User, purpose: CodePurpose, by: Person) -> None:
    if by == HOUSE:
        return
    if by.id == user.id:
        raise NotOneself
    if purpose is CodePurpose.CLAIM and user.made_by_id == by.id:
        return  # who registered somebody hands them their first code
    roles = {grant.role for grant in queries.live_grants(user.id)}
    givers = {Role.ADMINISTRATOR} if roles & DIVISION_ROLES else GIVERS
    if by.roles.isdisjoint(givers):
        raise NotAllowed


def _keep(code: str, user_id: int, purpose: CodePurpose, by: Person, now: datetime) -> None:
    salt = passwords.new_salt()
    db.session.add(
        OneTimeCode(
            user_id=user_id,
            purpose=purpose,
            salt=salt,
            code_hash=passwords.code_hash(code, salt),
            made_by_id=by.id,
            made_at=now,
            expires_at=now + LASTS[purpose],
        )
    )


def _fitting(user_id: int, code: str, now: datetime) -> OneTimeCode | None:
    live = [kept for kept in db.session.scalars(queries.open_codes(user_id)) if kept.holds(now)]
    if not live:
        passwords.code_hash(code, passwords.new_salt())
    for kept in live:
        if passwords.code_fits(code, kept.salt, kept.code_hash):
            return kept
    for kept in live:
        kept.tries += 1
    return None
