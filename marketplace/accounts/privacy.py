"""What accounts keep about people."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.accounts.consents import Consent
from marketplace.accounts.models import (
    Division,
    FactorReset,
    Grant,
    LoginSession,
    Municipality,
    Neighbourhood,
    OneTimeCode,
    RecoveryCode,
    SecondFactor,
    User,
    Zone,
)
from marketplace.core import erasures
from marketplace.core.database import db
from marketplace.core.privacy import (
    CONTRACT,
    DUTY,
    ERASED,
    SAFE,
    Subject,
    harmless,
    personal,
    register,
)
from marketplace.core.types import UTCDateTime

THEIRS = {"person": "user_id"}
ACCOUNT, SAFETY = (
    lazy_gettext("Your account, to sign in"),
    lazy_gettext("So that nobody else signs in as you"),
)

harmless(Municipality, "name folded state time_zone")
harmless(Zone, "slug name")
harmless(Neighbourhood, "name folded")
harmless(Division, "slug name phone email address")  # of a public body
harmless(User, "language")
personal(
    User,
    whose={"person": "id"},
    erased={
        "name": ERASED,
        "mobile": None,
        "email": "erased:" + sa.cast(User.id, sa.String),  # no address: it reaches nobody
        "password_hash": None,
        "claimed_at": None,
        "made_by_id": None,
        "closing_reason": "",
    },
    hidden="password_hash",
    title=lazy_gettext("Account"),
    shows="name mobile email made_at closing_reason",
    why=ACCOUNT,
    ground=CONTRACT,
)
personal(
    Grant,
    whose=THEIRS,
    erased={"reason": "", "end_reason": ""},
    title=lazy_gettext("Role"),
    shows="given_at reason ended_at end_reason",
    why=lazy_gettext("Who may do what in the name of the Division, and since when"),
    ground=DUTY,
)
_SAFE: dict[str, Any] = {"whose": THEIRS, "why": SAFETY, "ground": SAFE}
personal(
    LoginSession,
    goes="token_hash device browser_hash acting",
    hidden="token_hash browser_hash",
    title=lazy_gettext("Device"),
    shows="device seen_at",
    **_SAFE,
)
personal(
    OneTimeCode,
    goes="salt code_hash",
    hidden="salt code_hash",
    title=lazy_gettext("Code to sign in"),
    shows="made_at",
    **_SAFE,
)
personal(
    SecondFactor,
    goes="sealed salt",
    hidden="sealed salt",
    title=lazy_gettext("Second step"),
    shows="made_at",
    **_SAFE,
)
personal(RecoveryCode, goes="code_hash", hidden="code_hash", **_SAFE)
personal(
    FactorReset,
    erased={"reason": ""},
    title=lazy_gettext("Second step taken away"),
    shows="made_at reason",
    **_SAFE,
)
harmless(Consent, "text_version text_hash")
personal(
    Consent,
    whose=THEIRS,
    erased={"language": ""},  # the answers stay, of a person who is only a number by then
    title=lazy_gettext("What you allowed"),
    shows="decided_at",
    why=lazy_gettext("To prove what you allowed, and when you took it back"),
    ground=lazy_gettext("the law asks for proof (LGPD art. 8, §2)"),
)

erasures.found_by["person"] = (User.id, User.made_at)


@register.reaches.append
def reach(theirs: Subject) -> None:
    """Note what names them."""
    for user in db.session.scalars(sa.select(User).where(User.id.in_(theirs.of("person")))):
        theirs.words |= {word for word in (user.name, user.mobile, user.email) if word}


@register.before.append
def close(theirs: Subject, now: datetime) -> None:
    """Let nobody log in any more, nor hold a role: an older copy may still have one."""
    held = sa.update(Grant).where(Grant.user_id.in_(theirs.of("person")), Grant.ended_at.is_(None))
    db.session.execute(held.values({"ended_at": now}))
    people = sa.update(User).where(User.id.in_(theirs.of("person")))
    db.session.execute(
        people.values(
            deactivated_at=sa.func.coalesce(User.deactivated_at, sa.literal(now, UTCDateTime))
        )
    )


@register.waits.append
def roles(theirs: Subject, _now: datetime) -> Iterator[str]:
    """Who works for a Division leaves it first: what they decide is on record."""
    live = sa.select(Grant.id).where(Grant.user_id.in_(theirs.of("person")))
    if db.session.scalar(live.where(Grant.ended_at.is_(None)).limit(1)):
        yield _("You have a role in the Division. Ask its administrator to end it first.")
