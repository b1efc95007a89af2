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
from marketplace.assessments.models.criteria import Criterion


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
}
