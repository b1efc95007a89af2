"""Which visits a group had, and who may have gone."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.assessments.models.assessments import Assessment
from marketplace.assessments.models.visits import Visit, Visitor, VisitPhoto
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise, Standing


def of_assessment(assessment_id: int) -> Sequence[Visit]:
    """Return the visits that count, with all that was noted; corrected ones are left out."""
    corrected = sa.select(Visit.corrects_id).where(Visit.corrects_id.is_not(None))
    found = sa.select(Visit).where(Visit.assessment_id == assessment_id, Visit.id.not_in(corrected))
    whole = (
        joinedload(Visit.by),
        selectinload(Visit.visitors).joinedload(Visitor.enterprise),
        selectinload(Visit.findings),
        selectinload(Visit.photos),
    )
    return db.session.scalars(found.options(*whole).order_by(Visit.visited_on, Visit.id)).all()


def visit_in(assessments: sa.Select[Assessment], visit_id: int) -> sa.Select[Visit]:
    """Select a visit that was made for one of these assessments."""
    ids = assessments.with_only_columns(Assessment.id).order_by(None)
    return sa.select(Visit).where(Visit.id == visit_id, Visit.assessment_id.in_(ids))


def noted_as(assessment_id: int, key: str) -> Visit | None:
    """Return the visit for an assessment that a form's key stands for, if there is one."""
    found = sa.select(Visit).where(Visit.assessment_id == assessment_id, Visit.key == key)
    return db.session.scalar(found) if key else None


def photo_in(assessments: sa.Select[Assessment], photo_id: int) -> sa.Select[VisitPhoto]:
    ids = assessments.with_only_columns(Assessment.id).order_by(None)
    found = sa.select(VisitPhoto).join(VisitPhoto.visit)
    return found.where(VisitPhoto.id == photo_id, Visit.assessment_id.in_(ids))


def peers_of(enterprise: Enterprise) -> Sequence[tuple[int, str]]:
    """Return the groups whose people may visit this one: approved, of its Division, by name."""
    found = sa.select(Enterprise.id, Enterprise.name).where(
        Enterprise.division_id == enterprise.division_id,
        Enterprise.standing == Standing.APPROVED,
        Enterprise.id != enterprise.id,
    )
    rows = db.session.execute(found.order_by(Enterprise.folded, Enterprise.id))
    return [(row.id, row.name) for row in rows]


def count_of_peers(enterprise: Enterprise, ids: Iterable[int]) -> int:
    """Return how many of these groups are among its peers."""
    wanted = set(ids)
    return sum(peer_id in wanted for peer_id, _name in peers_of(enterprise))
