"""Which criteria hold on a day."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from marketplace.assessments.models.criteria import CriteriaSet, Criterion
from marketplace.core.database import db


def set_on(day: date) -> CriteriaSet | None:
    """Return the version in force on a day, none before the first."""
    newest = sa.select(CriteriaSet).where(CriteriaSet.in_force_on <= day)
    newest = newest.order_by(CriteriaSet.in_force_on.desc(), CriteriaSet.id.desc()).limit(1)
    return db.session.scalar(newest.options(selectinload(CriteriaSet.criteria)))


def of_set(set_id: int) -> Sequence[Criterion]:
    found = sa.select(Criterion).where(Criterion.set_id == set_id)
    return db.session.scalars(found.order_by(Criterion.position)).all()


def in_set(set_id: int, code: str) -> sa.Select[Criterion]:
    return sa.select(Criterion).where(Criterion.set_id == set_id, Criterion.code == code)
