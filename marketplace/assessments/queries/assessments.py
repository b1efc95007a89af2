"""Which assessments there are, whose, and what stands in them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.assessments.models.assessments import Answer, Assessment, Evidence, State
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise

SEES = {"articulation", "qualification", "head"}
CHECKS = {"articulation", "head"}
OPEN = (State.DRAFT, State.SENT)


def by_id(assessment_id: int) -> sa.Select[Assessment]:
    return sa.select(Assessment).where(Assessment.id == assessment_id)


def of_enterprise(enterprise_id: int) -> Sequence[Assessment]:
    """Return a group's assessments with all that happened to them, the last first."""
    found = sa.select(Assessment).where(Assessment.enterprise_id == enterprise_id)
    whole = (selectinload(Assessment.moves), joinedload(Assessment.set))
    return db.session.scalars(found.options(*whole).order_by(Assessment.id.desc())).all()


def last_of(enterprise_id: int) -> sa.Select[Assessment]:
    found = sa.select(Assessment).where(Assessment.enterprise_id == enterprise_id)
    return found.order_by(Assessment.id.desc()).limit(1)


def theirs(person: Person) -> sa.Select[Assessment]:
    """Select the assessments of the groups that a person acts for."""
    return sa.select(Assessment).where(Assessment.enterprise_id.in_(enterprises.ids_of(person)))


def seen_by(person: Person) -> sa.Select[Assessment]:
    """Select what staff of a Division see of its groups: what was sent, once."""
    return _of_divisions(person, SEES)


def checked_by(person: Person) -> sa.Select[Assessment]:
    """Select what a person of the staff may check."""
    return _of_divisions(person, CHECKS)


def answers_of(assessment_id: int) -> dict[int, Answer]:
    """Return the answers by the id of their criterion."""
    found = sa.select(Answer).where(Answer.assessment_id == assessment_id)
    return {answer.criterion_id: answer for answer in db.session.scalars(found)}


def evidence_of(assessment_id: int) -> dict[int, list[Evidence]]:
    """Return what was added and not taken back, by the id of its criterion."""
    found = sa.select(Evidence).where(
        Evidence.assessment_id == assessment_id, Evidence.withdrawn_at.is_(None)
    )
    by_criterion: dict[int, list[Evidence]] = {}
    whole = joinedload(Evidence.checked_by)
    for each in db.session.scalars(found.options(whole).order_by(Evidence.id)):
        by_criterion.setdefault(each.criterion_id, []).append(each)
    return by_criterion


def accepted_papers(enterprise_id: int) -> list[Evidence]:
    """Return the papers of a group that staff looked at and found right, whenever that was."""
    found = sa.select(Evidence).join(Evidence.assessment)
    found = found.where(Assessment.enterprise_id == enterprise_id)
    live = (Evidence.accepted.is_(True), Evidence.withdrawn_at.is_(None))
    return list(db.session.scalars(found.where(*live).order_by(Evidence.id)))


def evidence_in(assessments: sa.Select[Assessment], evidence_id: int) -> sa.Select[Evidence]:
    """Select a paper that stands in one of these assessments."""
    ids = assessments.with_only_columns(Assessment.id).order_by(None)
    live = (Evidence.id == evidence_id, Evidence.withdrawn_at.is_(None))
    return sa.select(Evidence).where(*live, Evidence.assessment_id.in_(ids))


def _of_divisions(person: Person, roles: set[str]) -> sa.Select[Assessment]:
    found = sa.select(Assessment).join(Assessment.enterprise)
    if "house" in person.roles:
        return found
    here = Enterprise.division_id.in_(person.divisions)
    seen = here if person.roles & roles else sa.false()
    return found.where(seen, Assessment.state != State.DRAFT)
