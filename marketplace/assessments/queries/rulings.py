"""What the commission decided, who sits in it, and what holds on a day."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from marketplace.accounts import serving
from marketplace.accounts.models import Role, User
from marketplace.assessments.models.assessments import Assessment, MoveKind
from marketplace.assessments.models.commission import (
    HOLDS,
    Appeal,
    CommissionMember,
    Ruling,
    RulingReminder,
    RulingTerm,
    RulingVote,
)
from marketplace.assessments.models.visits import Tie
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts
from marketplace.enterprises.models import Enterprise

USUAL_MONTHS = 24
STEPS = (90, 60, 30)  # days ahead at which a group is told
SITS = (Role.ARTICULATION, Role.QUALIFICATION, Role.FINANCE, Role.HEAD, Role.COUNCIL)
"""Whom the rights let decide: no facilitator, no till, no administrator (`docs/rights.md`)."""
WHOLE = (
    selectinload(Ruling.votes).joinedload(RulingVote.member).joinedload(CommissionMember.user),
    selectinload(Ruling.principles),
)


def of_assessment(assessment_id: int) -> Sequence[Ruling]:
    """Return what was ruled about an assessment, the last first."""
    found = sa.select(Ruling).where(Ruling.assessment_id == assessment_id)
    return db.session.scalars(found.options(*WHOLE).order_by(Ruling.id.desc())).all()


def last_of(enterprise_id: int) -> Ruling | None:
    found = sa.select(Ruling).where(Ruling.enterprise_id == enterprise_id)
    return db.session.scalar(found.options(*WHOLE).order_by(Ruling.id.desc()).limit(1))


def holding(day: date | sa.BindParameter[date]) -> sa.Select[Ruling]:
    """Select what holds on a day: the last ruling about each group, where it was granted.

    It ends with the day itself, whether or not any job ran.
    """
    later = aliased(Ruling)
    newer = sa.select(later.id).where(
        later.enterprise_id == Ruling.enterprise_id, later.id > Ruling.id
    )
    return sa.select(Ruling).where(
        Ruling.outcome.in_(HOLDS), Ruling.valid_until >= day, ~newer.exists()
    )


def to_remind(division_id: int, day: date, step: int) -> Sequence[int]:
    """Return a Division's rulings that end within ``step`` days, of which no group was told yet.

    ``day`` is that of its municipality.
    """
    told = sa.select(RulingReminder.id).where(
        RulingReminder.ruling_id == Ruling.id, RulingReminder.days <= step
    )
    until = date.fromordinal(day.toordinal() + step)
    found = holding(day).where(Ruling.valid_until <= until, ~told.exists())
    found = found.join(Ruling.enterprise).where(Enterprise.division_id == division_id)
    return db.session.scalars(found.with_only_columns(Ruling.id).order_by(Ruling.id)).all()


def term_months(division_id: int) -> int:
    """Return for how many months what is granted holds: two years until the Division says else."""
    found = sa.select(RulingTerm.months).where(RulingTerm.division_id == division_id)
    return db.session.scalar(found.order_by(RulingTerm.id.desc()).limit(1)) or USUAL_MONTHS


def in_office(division_id: int, day: date, until: date | None = None) -> Sequence[CommissionMember]:
    """Return who sits in a Division's commission on a day, or on any up to another."""
    ended = sa.or_(CommissionMember.until_on.is_(None), CommissionMember.until_on >= day)
    here = members(division_id).where(CommissionMember.from_on <= (until or day), ended)
    return db.session.scalars(here).all()


def seats(division_id: int, days: Iterable[date]) -> dict[date, int]:
    """Return how many people sat in a Division's commission on each of these days."""
    sat = db.session.execute(
        sa.select(
            CommissionMember.user_id, CommissionMember.from_on, CommissionMember.until_on
        ).where(CommissionMember.division_id == division_id)
    ).all()
    return {
        day: len({who for who, since, until in sat if since <= day <= (until or day)})
        for day in days
    }


def deciders() -> sa.ScalarSelect[int]:
    """Select how many people decided a ruling."""
    found = sa.select(sa.func.count(sa.distinct(CommissionMember.user_id)))
    found = found.join(RulingVote, RulingVote.member_id == CommissionMember.id)
    mine = (RulingVote.ruling_id == Ruling.id, RulingVote.tie == Tie.NONE)
    return found.where(*mine).correlate(Ruling).scalar_subquery()


def earliest_meeting(assessment: Assessment) -> date:
    """Return the first day on which something could be decided about what was sent.

    That is when the answers came, when it was decided about last, and when the group appealed.
    """
    zone, before = assessment.enterprise.division.time_zone, of_assessment(assessment.id)
    came = [move.moved_at for move in assessment.moves if move.kind is MoveKind.SENT]
    appeal = appeal_against(before[0].id) if before else None
    came += [appeal.sent_at] if appeal else []
    return max([clock.today(zone, each) for each in came] + [each.met_on for each in before])


def noted_as(assessment_id: int, key: str) -> Ruling | None:
    """Return the ruling about an assessment that a form's key stands for, if there is one."""
    found = sa.select(Ruling).where(Ruling.assessment_id == assessment_id, Ruling.key == key)
    return db.session.scalar(found) if key else None


def members(division_id: int) -> sa.Select[CommissionMember]:
    found = sa.select(CommissionMember).where(CommissionMember.division_id == division_id)
    return found.options(joinedload(CommissionMember.user)).order_by(CommissionMember.id)


def named_by(person: Person, member_id: int) -> sa.Select[CommissionMember]:
    """Select a member of a commission in a Division that a person serves."""
    found = sa.select(CommissionMember).where(CommissionMember.id == member_id)
    if "house" in person.roles:
        return found
    return found.where(CommissionMember.division_id.in_(person.divisions))


def nameable(division_id: int) -> Sequence[tuple[int, str]]:
    """Return who may be named: those with a role in the Division that decides, by name."""
    theirs = User.id.in_(serving.holding(SITS, division_id))
    found = sa.select(User.id, User.name).where(theirs).order_by(User.name, User.id)
    return [(row.id, row.name) for row in db.session.execute(found)]


def tied(member: CommissionMember, group: Enterprise, day: date) -> bool:
    """Whether a member belonged to a group that day, so that they could not decide about it."""
    return conflicts.was_tied(member.user_id, group, day)


def appeal_against(ruling_id: int) -> Appeal | None:
    return db.session.scalar(sa.select(Appeal).where(Appeal.ruling_id == ruling_id))


def appeal_waits(enterprise_id: int, besides: int) -> bool:
    """Whether a group appealed in another assessment than one, and was not answered."""
    answer = aliased(Ruling)
    answered = sa.select(answer.id).where(answer.answers_id == Appeal.ruling_id).exists()
    waiting = (
        sa.select(Appeal.id)
        .join(Ruling, Ruling.id == Appeal.ruling_id)
        .where(Ruling.enterprise_id == enterprise_id, Appeal.assessment_id != besides, ~answered)
    )
    return db.session.scalar(waiting.limit(1)) is not None


def appeals_of(assessment_id: int) -> dict[int, Appeal]:
    """Return the appeals by the id of the ruling that they are against."""
    found = sa.select(Appeal).where(Appeal.assessment_id == assessment_id)
    return {appeal.ruling_id: appeal for appeal in db.session.scalars(found)}


def appeal_in(assessments: sa.Select[Assessment], appeal_id: int) -> sa.Select[Appeal]:
    """Select an appeal about one of these assessments."""
    ids = assessments.with_only_columns(Assessment.id).order_by(None)
    return sa.select(Appeal).where(Appeal.id == appeal_id, Appeal.assessment_id.in_(ids))
