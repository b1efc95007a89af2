"""Nobody decides about an enterprise they belong to, whatever role they act in.

**Source:** Lei 12.813/2013 (conflict of interest in public office); `docs/rights.md`.
"""

from datetime import date

import sqlalchemy as sa

from marketplace.core.clock import day_bounds
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.enterprises.models import Enterprise, Facilitation, Member


def keep_out(by: Person, enterprise: Enterprise) -> None:
    """Let who belongs to an enterprise take no part in a decision about it.

    :raises OwnEnterprise: for its members, with access or without, and its facilitators.
    """
    if queries.belongs_to(by, enterprise.id):
        raise OwnEnterprise(name=enterprise.name)


def was_tied(user_id: int, enterprise: Enterprise, day: date) -> bool:
    """Whether somebody belonged to an enterprise on a local day, be it the last one."""
    begins, ends = day_bounds(day, enterprise.division.time_zone)
    member = sa.select(Member.id).where(
        Member.user_id == user_id,
        Member.enterprise_id == enterprise.id,
        Member.joined_on <= day,
        sa.or_(Member.left_on.is_(None), Member.left_on >= day),
    )
    helper = sa.select(Facilitation.id).where(
        Facilitation.user_id == user_id,
        Facilitation.enterprise_id == enterprise.id,
        Facilitation.accepted_at < ends,
        sa.or_(Facilitation.ended_at.is_(None), Facilitation.ended_at >= begins),
    )
    return db.session.scalar(sa.select(sa.or_(member.exists(), helper.exists()))) is True
