"""The hour that a group's assembly decided: what holds on a day, and what was decided before."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.catalogue.models.hours import HourDecision
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises


def of_enterprise(enterprise_id: int) -> sa.Select[HourDecision]:
    """Select what a group decided, the one that holds first."""
    query = sa.select(HourDecision).where(HourDecision.enterprise_id == enterprise_id)
    latest = (HourDecision.decided_on.desc(), HourDecision.id.desc())
    return query.options(joinedload(HourDecision.by)).order_by(*latest)


def holding(enterprise_id: int, day: date) -> HourDecision | None:
    """Return the decision that holds on a day of the municipality."""
    query = of_enterprise(enterprise_id).where(HourDecision.decided_on <= day)
    return db.session.scalar(query.limit(1))


def seen_by(person: Person, decision_id: int) -> sa.Select[HourDecision]:
    """Select a decision of a group that this person acts for."""
    theirs = HourDecision.enterprise_id.in_(enterprises.ids_of(person))
    return sa.select(HourDecision).where(HourDecision.id == decision_id, theirs)
