"""What must always be true of what oversight keeps."""

from typing import Any

import sqlalchemy as sa

from marketplace.oversight.models.council import CouncilQuestion, QuestionTurn, Step


def _differs(at: Any, kind: Step) -> sa.Select[int]:
    """Select the questions where an instant is there and its step is not, or the other way."""
    told = sa.exists().where(
        QuestionTurn.question_id == CouncilQuestion.id, QuestionTurn.kind == kind
    )
    either = sa.or_(sa.and_(at.is_(None), told), sa.and_(at.is_not(None), ~told))
    return sa.select(CouncilQuestion.id).where(either)


named = {
    "oversight.a_question_is_answered_by_words": _differs(
        CouncilQuestion.answered_at, Step.ANSWERED
    ),
    "oversight.a_question_takes_longer_with_a_reason": _differs(
        CouncilQuestion.put_off_at, Step.PUT_OFF
    ),
}
