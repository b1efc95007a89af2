"""What accounts keep about people."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

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
from marketplace.core.database import db
from marketplace.core.privacy import ERASED, Subject, harmless, personal, register
from marketplace.core.types import UTCDateTime

THEIRS = {"person": "user_id"}
ACCOUNT, SAFETY = "the account with which one logs in", "that nobody else logs in"
CONTRACT, SAFE, DUTY = "LGPD art. 7, V", "LGPD art. 7, IX, and art. 46", "LGPD art. 7, II and III"

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
    },
    hidden="password_hash",
    why=ACCOUNT,
    ground=CONTRACT,
)
personal(
    Grant,
    whose=THEIRS,
    erased={"reason": "", "end_reason": ""},
    why="who may do what in the name of a public body, and since when",
    ground=DUTY,
)
for model, columns in {
    LoginSession: "token_hash device",
    OneTimeCode: "salt code_hash",
    SecondFactor: "sealed salt",
    RecoveryCode: "code_hash",
}.items():
    hidden = columns.replace("device", "").strip()
    personal(model, whose=THEIRS, goes=columns, hidden=hidden, why=SAFETY, ground=SAFE)
personal(FactorReset, whose=THEIRS, erased={"reason": ""}, why=SAFETY, ground=SAFE)


@register.reaches.append
def reach(theirs: Subject) -> None:
    """Note what names them."""
    for user in db.session.scalars(sa.select(User).where(User.id.in_(theirs.of("person")))):
        theirs.words |= {word for word in (user.name, user.mobile, user.email) if word}


@register.before.append
def close(theirs: Subject, now: datetime) -> None:
    """Let nobody log in any more."""
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
