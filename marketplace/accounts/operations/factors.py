"""The second step of signing in: set up, taken, stood in for, and taken away when a phone is lost.

**Source:** RFC 6238, 5.2 (one use of a code, one step of drift); NIST SP 800-63B, 3.1.2.2
(look-up secrets) and 4.2 (recovery).
"""

import logging
import re
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.accounts import passwords, queries, totp
from marketplace.accounts.errors import (
    HasFactor,
    NotOneself,
    SecondPersonNeeded,
    WrongFactor,
)
from marketplace.accounts.models import (
    FactorReset,
    RecoveryCode,
    Role,
    SecondFactor,
    User,
)
from marketplace.accounts.signals import login_touched
from marketplace.core import audit, limits, vault
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import lock_one
from marketplace.core.rights import HOUSE, Person

PURPOSE = "second factor"
WINDOW_SECONDS, PER_WINDOW = 300, 5
CODES = 10
log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """What stays of a key: sealed, the half minute of the code shown, the recovery codes."""

    sealed: str
    step: int
    salt: str
    hashes: list[str]


def enrol(
    user_id: int, key: bytes, code: str, *, replace: bool = False, by: Person, now: datetime
) -> list[str]:
    """Keep the key of a person's app, of which it shows a code; return ten recovery codes.

    The codes are shown this once; those that were given before hold no more.

    :raises WrongFactor: if the code is not of this key.
    :raises TooMany: over 5 wrong codes in 5 minutes.
    :raises HasFactor: if there is one already, unless it is to be replaced.
    :raises NotAllowed: if it is not their own account.
    """
    if by.id != user_id and by != HOUSE:
        raise NotAllowed
    limits.take("totp", str(user_id), limit=PER_WINDOW, seconds=WINDOW_SECONDS, now=now)
    if (step := totp.step_of(_bare(code), key, now)) is None:
        raise WrongFactor
    given, salt, hashes = _recovery_codes()
    kept = Kept(vault.seal(key, PURPOSE), step, salt, hashes)
    keep_factor(user_id, kept, replace=replace, by=by, now=now)
    limits.forget("totp", str(user_id))
    return given


def check_code(user_id: int, code: str, *, now: datetime) -> None:
    """Take a code of the person's app, or one of their recovery codes; each holds once.

    :raises WrongFactor: if it is neither, or was taken before.
    :raises TooMany: over 5 wrong ones in 5 minutes: then the right one does not help either.
    """
    limits.take("totp", str(user_id), limit=PER_WINDOW, seconds=WINDOW_SECONDS, now=now)
    factor = db.session.scalar(queries.factor_of(user_id))
    if factor is None:
        raise WrongFactor
    bare, salt = _bare(code), factor.salt
    if len(bare) == totp.DIGITS:
        key = key_of(factor)
        step = totp.step_of(bare, key, now)
        use_step(user_id, step, vault.seal(key, PURPOSE))
    else:
        use_recovery_code(user_id, passwords.code_hash(bare, salt), now=now)
    limits.forget("totp", str(user_id))


def renew_recovery_codes(user_id: int, *, by: Person, now: datetime) -> list[str]:
    """Give ten new recovery codes; the others hold no more.

    :raises NotAllowed: if it is not their own account.
    :raises NotFound: if no second step is set up.
    """
    if by.id != user_id:
        raise NotAllowed
    given, salt, hashes = _recovery_codes()
    keep_recovery_codes(user_id, salt, hashes, by=by, now=now)
    return given


@operation
def reset_factor(user_id: int, *, reason: str, by: Person, now: datetime) -> None:
    """Take a person's second step away; they are logged out, and set it up when they log in.

    Together with a new password this opens an account: so nobody gives both within 3 days.

    :raises NotFound: if there is none, or the person is of another Division.
    :raises NotOneself: if it is one's own.
    :raises NotAllowed: if ``by`` is no administrator.
    :raises SecondPersonNeeded: if ``by`` gave them a code to get in a moment ago.
    """
    if by.id == user_id:
        raise NotOneself
    if by != HOUSE and Role.ADMINISTRATOR not in by.roles:
        raise NotAllowed
    user = lock_one(queries.in_reach_of(by).where(User.id == user_id))
    factor = lock_one(queries.factor_of(user_id))
    if db.session.scalar(queries.codes_given(user_id, by, now)):
        raise SecondPersonNeeded(name=user.name)
    db.session.delete(factor)
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.add(FactorReset(user_id=user_id, by_id=by.id, reason=reason, made_at=now))
    for session in queries.open_sessions(user_id):
        session.ended_at = now
    audit.record("factor_reset", by=by, now=now, user_id=user_id)
    login_touched.send(user_id=user_id, kind="factor_reset", facts={"reason": reason}, now=now)


@operation
def keep_factor(user_id: int, kept: Kept, *, replace: bool, by: Person, now: datetime) -> None:
    lock_one(queries.by_id(user_id))
    factor = db.session.scalar(queries.factor_of(user_id))
    if factor and not replace:
        raise HasFactor
    factor = factor or SecondFactor(user_id=user_id)
    factor.sealed, factor.last_step, factor.made_at = kept.sealed, kept.step, now
    _keep_codes(factor, kept.salt, kept.hashes)
    audit.record("factor_kept", by=by, now=now, user_id=user_id)
    login_touched.send(user_id=user_id, kind="factor_kept", facts={}, now=now)


@operation
def keep_recovery_codes(
    user_id: int, salt: str, hashes: list[str], *, by: Person, now: datetime
) -> None:
    _keep_codes(lock_one(queries.factor_of(user_id)), salt, hashes)
    audit.record("recovery_codes_renewed", by=by, now=now, user_id=user_id)


@operation
def use_step(user_id: int, step: int | None, sealed: str) -> None:
    """Take the code of a half minute, once: none of it or before it holds afterwards.

    The key is sealed anew, so that a former ``SECRET_KEY`` goes out of use.
    """
    if step is None:  # the code of none
        raise WrongFactor
    last, put_back = SecondFactor.last_step, step + 2 * totp.DRIFT  # by a clock that ran ahead
    unused = (last < step) | (last > put_back)
    later = sa.update(SecondFactor).where(SecondFactor.user_id == user_id, unused)
    values = later.values(last_step=step, sealed=sealed).returning(SecondFactor.id)
    if db.session.scalar(values) is None:
        raise WrongFactor


@operation
def use_recovery_code(user_id: int, code_hash: str, *, now: datetime) -> None:
    unused = sa.update(RecoveryCode).where(
        RecoveryCode.user_id == user_id,
        RecoveryCode.code_hash == code_hash,
        RecoveryCode.used_at.is_(None),
    )
    if db.session.scalar(unused.values(used_at=now).returning(RecoveryCode.id)) is None:
        raise WrongFactor
    audit.record("recovery_code_used", by=Person(id=user_id), now=now)
    login_touched.send(user_id=user_id, kind="recovery_code_used", facts={}, now=now)


def _keep_codes(factor: SecondFactor, salt: str, hashes: list[str]) -> None:
    owner = factor.user_id
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == owner))
    factor.salt = salt
    db.session.add(factor)
    db.session.add_all(RecoveryCode(user_id=owner, code_hash=each) for each in hashes)


def key_of(factor: SecondFactor) -> bytes:
    try:
        return vault.unseal(factor.sealed, PURPOSE)
    except vault.NotOurs as error:
        log.exception("a second step was sealed with a SECRET_KEY that is not there any more")
        raise WrongFactor from error


def _recovery_codes() -> tuple[list[str], str, list[str]]:
    given, salt = [passwords.new_recovery_code() for _ in range(CODES)], passwords.new_salt()
    return given, salt, [passwords.code_hash(each, salt) for each in given]


def _bare(code: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", code.upper())
