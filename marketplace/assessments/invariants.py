"""What must always be true of the assessments: each query selects ids that break its rule."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.assessments.models.assessments import (
    LEADS_TO,
    Answer,
    Assessment,
    Evidence,
    Move,
    State,
)
from marketplace.assessments.models.commission import (
    HOLDS,
    QUORUM,
    Appeal,
    CommissionMember,
    Ruling,
    RulingPrinciple,
    RulingVote,
)
from marketplace.assessments.models.criteria import Criterion
from marketplace.assessments.models.visits import Finding, Tie, Visit, VisitKind, Visitor


def _disagreeing() -> sa.Select[int]:
    """Select the assessments that are not where their last move leads."""
    later = aliased(Move)
    is_last = ~(
        sa.select(later.id)
        .where(later.assessment_id == Move.assessment_id, later.id > Move.id)
        .exists()
    )
    leads = sa.case(*((Move.kind == kind, state.value) for kind, state in LEADS_TO.items()))
    found = sa.select(Assessment.id).join(Assessment.moves)
    return found.where(is_last, sa.cast(Assessment.state, sa.String) != leads)


def _of_another_set(model: type[Answer] | type[Evidence]) -> sa.Select[int]:
    """Select what is about a criterion of another version than its assessment's."""
    joined = sa.select(model.id).join(Assessment, Assessment.id == model.assessment_id)
    joined = joined.join(Criterion, Criterion.id == model.criterion_id)
    return joined.where(Criterion.set_id != Assessment.set_id)


def _of_another_sets_visit() -> sa.Select[int]:
    """Select what was seen of a criterion of another version than its assessment's."""
    joined = sa.select(Finding.id).join(Visit, Visit.id == Finding.visit_id)
    joined = joined.join(Assessment, Assessment.id == Visit.assessment_id)
    joined = joined.join(Criterion, Criterion.id == Finding.criterion_id)
    return joined.where(Criterion.set_id != Assessment.set_id)


def _not_of_peers() -> sa.Select[int]:
    """Select peer visitors of no other group."""
    joined = sa.select(Visitor.id).join(Visit, Visit.id == Visitor.visit_id)
    joined = joined.join(Assessment, Assessment.id == Visit.assessment_id)
    theirs = Visitor.enterprise_id.is_distinct_from(Assessment.enterprise_id)
    return joined.where(
        Visit.kind == VisitKind.PEER, sa.or_(Visitor.enterprise_id.is_(None), ~theirs)
    )


def _without_quorum() -> sa.Select[int]:
    """Select the rulings that fewer than three people decided."""
    decided = sa.select(sa.func.count(sa.distinct(CommissionMember.user_id)))
    decided = decided.join(RulingVote, RulingVote.member_id == CommissionMember.id)
    decided = decided.where(RulingVote.ruling_id == Ruling.id, RulingVote.tie == Tie.NONE)
    return sa.select(Ruling.id).where(decided.scalar_subquery() < QUORUM)


def _without_principles() -> sa.Select[int]:
    """Select what was granted for nothing."""
    kept = sa.select(RulingPrinciple.id).where(RulingPrinciple.ruling_id == Ruling.id)
    return sa.select(Ruling.id).where(Ruling.outcome.in_(HOLDS), ~kept.exists())


def _passed_over() -> sa.Select[int]:
    """Select the appeals without an answer after which a later case of the group was decided."""
    answer, later = aliased(Ruling), aliased(Ruling)
    answered = sa.select(answer.id).where(answer.answers_id == Appeal.ruling_id)
    newer = sa.select(later.id).where(
        later.enterprise_id == Ruling.enterprise_id,
        later.assessment_id != Ruling.assessment_id,
        later.id > Ruling.id,
    )
    found = sa.select(Appeal.id).join(Ruling, Ruling.id == Appeal.ruling_id)
    return found.where(newer.exists(), ~answered.exists())


named = {
    "assessments.state_follows_the_last_move": _disagreeing(),
    "assessments.unsent_was_never_moved_on": sa.select(Assessment.id).where(
        Assessment.state != State.DRAFT,
        ~sa.select(Move.id).where(Move.assessment_id == Assessment.id).exists(),
    ),
    "assessments.answers_are_of_its_version": _of_another_set(Answer),
    "assessments.papers_are_of_its_version": _of_another_set(Evidence),
    "assessments.one_at_a_time": sa.select(sa.func.max(Assessment.id))
    .where(Assessment.state.in_((State.DRAFT, State.SENT)))
    .group_by(Assessment.enterprise_id)
    .having(sa.func.count() > 1),
    "assessments.visits_are_of_its_version": _of_another_sets_visit(),
    "assessments.rulings_have_a_quorum": _without_quorum(),
    "assessments.rulings_name_principles": _without_principles(),
    "assessments.peers_are_of_other_groups": _not_of_peers(),
    "assessments.appeals_are_answered_first": _passed_over(),
}
