"""Facilitators: an enterprise lets one act for it, and ends that when it likes."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.errors import NotOneself
from marketplace.accounts.models import Grant, Role
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import queries
from marketplace.enterprises.errors import AlreadyFacilitates, NotAFacilitator
from marketplace.enterprises.models import Facilitation


@operation
def accept_facilitator(
    enterprise_id: int, *, mobile: str, by: Person, now: datetime
) -> Facilitation:
    """Let the facilitator with this mobile number act for the enterprise.

    :raises NotFound: if ``by`` does not manage it.
    :raises NotAFacilitator: if nobody with that number is one.
    :raises NotOneself: for one's own number: two names stand on what a facilitator does.
    :raises AlreadyFacilitates: if they do already.
    """
    enterprise = lock_one(queries.managed(by, enterprise_id))
    user = db.session.scalar(accounts.by_login(mobile))
    if user is None or not _is_facilitator(user.id):
        raise NotAFacilitator
    if user.id == by.id:
        raise NotOneself
    if queries.facilitation_of(enterprise.id, user.id):
        raise AlreadyFacilitates(name=user.name)
    facilitation = Facilitation(
        enterprise_id=enterprise.id, user_id=user.id, accepted_by_id=by.id, accepted_at=now
    )
    db.session.add(facilitation)
    db.session.flush()
    audit.record("facilitator_accepted", by=by, now=now, facilitation_id=facilitation.id)
    return facilitation


@operation
def end_facilitation(facilitation_id: int, *, by: Person, now: datetime) -> Facilitation:
    """Stop a facilitator from acting for the enterprise: its managers may, and they themselves.

    :raises NotFound: for anybody else, or if it has ended.
    """
    facilitation = lock_one(
        sa.select(Facilitation).where(
            Facilitation.id == facilitation_id, Facilitation.ended_at.is_(None)
        )
    )
    if facilitation.user_id != by.id:
        lock_one(queries.managed(by, facilitation.enterprise_id))
    facilitation.ended_at = now
    audit.record("facilitator_ended", by=by, now=now, facilitation_id=facilitation_id)
    return facilitation


def _is_facilitator(user_id: int) -> bool:
    live = sa.select(Grant.id).where(
        Grant.user_id == user_id, Grant.role == Role.FACILITATOR, Grant.ended_at.is_(None)
    )
    return db.session.scalar(live.limit(1)) is not None
