"""Saying yes or no to a purpose."""

from datetime import datetime

from marketplace.accounts import consents, queries
from marketplace.accounts.consents import Consent, Door, Purpose, Reading
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person


@operation
def decide(
    user_id: int,
    purpose: Purpose,
    reading: Reading,
    *,
    given: bool,
    door: Door,
    by: Person,
    now: datetime,
) -> None:
    """Keep a person's yes or no, unless it is what they said last.

    :raises NotAllowed: if somebody else says it, but to note a yes at the desk.
    """
    noted = door is Door.DESK and given
    if by.id != user_id and not noted:
        raise NotAllowed
    lock_one(queries.by_id(user_id))
    if consents.holds(user_id, purpose) is given:
        return
    db.session.add(
        Consent(
            user_id=user_id,
            purpose=purpose,
            given=given,
            text_version=reading.version,
            text_hash=reading.text_hash,
            language=reading.language,
            door=door,
            by_id=None if by.id == user_id else by.id,
            decided_at=now,
        )
    )
    what = "consent_given" if given else "consent_withdrawn"
    audit.record(what, by=by, now=now, user_id=user_id, purpose=purpose)
