"""What the staff do with what a group sent: look at its papers, give it back."""

from datetime import datetime

from marketplace.assessments import news
from marketplace.assessments.errors import WhyNeeded, WrongState
from marketplace.assessments.models.assessments import Assessment, Evidence, MoveKind, State
from marketplace.assessments.queries import assessments as queries
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import conflicts

LONGEST = 500


@operation
def check_paper(
    evidence_id: int, *, accepted: bool, note: str, by: Person, now: datetime
) -> Evidence:
    """Note whether a paper shows what it should; looked at again, the last word holds.

    :raises NotFound: outside ``by``'s Divisions.
    :raises OwnEnterprise: if ``by`` belongs to the group.
    :raises WhyNeeded: for one that is not accepted, without a reason.
    """
    paper = lock_one(queries.evidence_in(queries.checked_by(by), evidence_id))
    conflicts.keep_out(by, paper.assessment.enterprise)
    kept = clean(note)[:LONGEST]
    if not accepted and not kept:
        raise WhyNeeded
    paper.accepted, paper.check_note = accepted, kept
    paper.checked_at, paper.checked_by_id = now, by.id
    facts = {"evidence_id": evidence_id, "accepted": accepted}
    audit.record("evidence_checked", by=by, now=now, **facts)
    return paper


@operation
def give_back(assessment_id: int, *, reason: str, by: Person, now: datetime) -> Assessment:
    """Give the answers back to be completed; the group is told why.

    :raises NotFound: outside ``by``'s Divisions.
    :raises OwnEnterprise: if ``by`` belongs to the group.
    :raises WrongState: unless they were sent. :raises WhyNeeded: without a reason.
    """
    assessment = lock_one(queries.checked_by(by).where(Assessment.id == assessment_id))
    conflicts.keep_out(by, assessment.enterprise)
    if assessment.state is not State.SENT:
        raise WrongState
    if not (kept := clean(reason, lines=True)):
        raise WhyNeeded
    move = assessment.move(MoveKind.RETURNED, reason=kept, by_id=by.id, now=now)
    db.session.flush()
    audit.record("assessment_returned", by=by, now=now, assessment_id=assessment_id)
    news.tell_move(assessment, move, by=by, now=now)
    return assessment
