"""What anybody may know of a group's fair trade: what was checked, by whom, until when."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.assessments.models.assessments import Answer, Assessment, Said, State
from marketplace.assessments.models.commission import Ruling, RulingPrinciple
from marketplace.assessments.models.criteria import Criterion
from marketplace.assessments.models.visits import Visit, VisitKind, Visitor
from marketplace.assessments.queries import rulings
from marketplace.core.database import db
from marketplace.core.generations import kept
from marketplace.enterprises.models import Enterprise


class Badge(enum.StrEnum):
    CHECKED = "checked"  # the commission granted it, and it holds
    DECLARED = "declared"  # the group says so of itself
    NONE = "none"


@dataclass(frozen=True)
class FairTrade:
    """What stands behind a group's badge; without personal data."""

    badge: Badge
    ruling: Ruling | None = None
    groups: Sequence[str] = ()  # whose people visited
    staff_went: bool = False
    deciders: int = 0  # how many people of the commission


def badge_of(enterprise_id: int, day: date) -> Badge:
    """Return which badge a group has on a day; it is kept while no page of a maker changes."""
    return kept(("badge", enterprise_id, day), ("makers",), lambda: _badge_of(enterprise_id, day))


def _badge_of(enterprise_id: int, day: date) -> Badge:
    held = rulings.holding(day).where(Ruling.enterprise_id == enterprise_id).exists()
    checked, declared = db.session.execute(sa.select(held, _sent(enterprise_id))).one()
    if checked:
        return Badge.CHECKED
    return Badge.DECLARED if declared else Badge.NONE


def fair_trade_of(enterprise_id: int, day: date) -> FairTrade:
    """Return what a group's public page tells of its fair trade on a day."""
    badge = badge_of(enterprise_id, day)
    if badge is not Badge.CHECKED:
        return FairTrade(badge)
    whole = selectinload(Ruling.principles).joinedload(RulingPrinciple.criterion)
    held = rulings.holding(day).where(Ruling.enterprise_id == enterprise_id)
    found = held.options(whole, joinedload(Ruling.assessment)).add_columns(rulings.deciders())
    ruling, deciders = db.session.execute(found).one()
    went = db.session.execute(_visits(ruling.assessment_id)).all()
    groups = sorted({row.name for row in went if row.kind == VisitKind.PEER and row.name})
    staff_went = any(row.kind == VisitKind.STAFF for row in went)
    return FairTrade(badge, ruling, groups, staff_went, deciders)


def kept_by(day: date | sa.BindParameter[date]) -> sa.Select[int, int, str]:
    """Select group, criterion and its code of each principle that was checked and holds."""
    found = rulings.holding(day).join(RulingPrinciple, RulingPrinciple.ruling_id == Ruling.id)
    found = found.join(Criterion, Criterion.id == RulingPrinciple.criterion_id)
    return found.with_only_columns(Ruling.enterprise_id, Criterion.id, Criterion.code)


def keeping(day: date | sa.BindParameter[date], code: sa.BindParameter[str]) -> sa.Select[int]:
    """Select the groups of whom a principle was checked, and holds on a day."""
    found = kept_by(day).where(Criterion.code == code)
    return found.with_only_columns(Ruling.enterprise_id)


def in_order(ids: Collection[int]) -> Sequence[Criterion]:
    """Return these criteria in the order in which people are asked them."""
    found = sa.select(Criterion).where(Criterion.id.in_(ids))
    return db.session.scalars(found.order_by(Criterion.position, Criterion.id)).all()


def _sent(enterprise_id: int) -> sa.Exists:
    """Ask whether a group has sent that it keeps a principle, or a part of it."""
    said = (Assessment.enterprise_id == enterprise_id, Assessment.state != State.DRAFT)
    found = sa.and_(Answer.assessment_id == Assessment.id, Answer.said.in_((Said.YES, Said.PARTLY)))
    return sa.select(Assessment.id).join(Answer, found).where(*said).exists()


def _visits(assessment_id: int) -> sa.Select[VisitKind, str]:
    corrected = sa.select(Visit.corrects_id).where(Visit.corrects_id.is_not(None))
    return (
        sa.select(Visit.kind, Enterprise.name)
        .join(Visitor, Visitor.visit_id == Visit.id)
        .join(Enterprise, Enterprise.id == Visitor.enterprise_id, isouter=True)
        .where(Visit.assessment_id == assessment_id, Visit.id.not_in(corrected))
    )
