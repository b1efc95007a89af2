"""What a group says of itself: begun, answered step by step, shown by papers, sent."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.assessments import news
from marketplace.assessments.errors import (
    AlreadySent,
    NotApprovedYet,
    ProofMissing,
    TooManyProofs,
    Unanswered,
    WordsMissing,
)
from marketplace.assessments.models.assessments import (
    Answer,
    Assessment,
    Evidence,
    MoveKind,
    Proof,
    Said,
    State,
)
from marketplace.assessments.models.criteria import Criterion
from marketplace.assessments.plans import Paper
from marketplace.assessments.queries import assessments as queries
from marketplace.assessments.queries import criteria
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Standing

MOST_PAPERS, LONGEST = 10, 500
TELLING = (Said.YES, Said.PARTLY)


@operation
def begin(enterprise_id: int, *, by: Person, now: datetime) -> Assessment:
    """Begin an assessment by today's criteria, or return the one that was begun.

    What the group said last time stands there already, to be looked at again.

    :raises NotFound: unless ``by`` acts for it. :raises NotApprovedYet: unless it is approved.
    :raises AlreadySent: while one waits.
    """
    enterprise = lock_one(enterprises.theirs(by, enterprise_id))
    if enterprise.standing is not Standing.APPROVED:
        raise NotApprovedYet
    last = db.session.scalar(queries.last_of(enterprise_id))
    if last and last.state is State.DRAFT:
        return last
    if last and last.state in queries.OPEN:
        raise AlreadySent
    held = criteria.set_on(clock.today(enterprise.division.time_zone, now))
    if held is None:
        raise NotApprovedYet
    made = Assessment(
        enterprise_id=enterprise_id,
        set_id=held.id,
        state=State.DRAFT,
        state_since=now,
        begun_at=now,
        begun_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    _carry_over(last, made, by, now)
    audit.record("assessment_begun", by=by, now=now, assessment_id=made.id, set_id=held.id)
    return made


@operation
def answer(
    assessment_id: int, code: str, *, said: Said, words: str, by: Person, now: datetime
) -> Answer:
    """Keep what the group says by one criterion; said again, the last word holds.

    :raises NotFound: for another's, or for no criterion of its version.
    :raises AlreadySent: once it was sent.
    :raises WordsMissing: for what is done, in whole or in part, without a sentence.
    """
    assessment = _open(assessment_id, by)
    criterion = _criterion(assessment, code)
    kept = clean(words, lines=True)[:LONGEST]
    if said in TELLING and not kept:
        raise WordsMissing
    there = sa.select(Answer).where(
        Answer.assessment_id == assessment_id, Answer.criterion_id == criterion.id
    )
    found = db.session.scalar(there)
    if found is None:
        found = Answer(assessment_id=assessment_id, criterion_id=criterion.id)
        db.session.add(found)
    found.said, found.words, found.answered_at, found.by_id = said, kept, now, by.id
    db.session.flush()
    audit.record("assessment_answered", by=by, now=now, assessment_id=assessment_id, code=code)
    return found


@operation
def add_paper(
    assessment_id: int, code: str, paper: Paper, *, by: Person, now: datetime
) -> Evidence:
    """Add what shows an answer: a file taken in before, or the number of a paper.

    The same paper again, as by a second press, is the one that is there.

    :raises NotFound: as `answer`. :raises AlreadySent: once it was sent.
    :raises ProofMissing: for neither file nor number. :raises TooManyProofs: beyond ten.
    """
    assessment = _open(assessment_id, by)
    criterion = _criterion(assessment, code)
    if not (paper.file or paper.number):
        raise ProofMissing
    here = queries.evidence_of(assessment_id).get(criterion.id, [])
    told = vars(paper)
    if same := next((one for one in here if _tells(one) == told), None):
        return same
    if len(here) >= MOST_PAPERS:
        raise TooManyProofs
    kind = Proof.DOCUMENT if paper.file else Proof.REFERENCE
    added = {"kind": kind, "added_at": now, "added_by_id": by.id}
    made = Evidence(assessment_id=assessment_id, criterion_id=criterion.id, **added, **told)
    db.session.add(made)
    db.session.flush()
    audit.record("evidence_added", by=by, now=now, evidence_id=made.id, evidence_kind=kind)
    return made


@operation
def take_paper_back(evidence_id: int, *, by: Person, now: datetime) -> None:
    """Take a paper back before the answers are sent; that it was there stays noted.

    :raises NotFound: for another's, or one taken back. :raises AlreadySent: once they were sent.
    """
    paper = lock_one(queries.evidence_in(queries.theirs(by), evidence_id))
    _open(paper.assessment_id, by)
    paper.withdrawn_at = now
    audit.record("evidence_withdrawn", by=by, now=now, evidence_id=evidence_id)


@operation
def send(assessment_id: int, *, by: Person, now: datetime) -> Assessment:
    """Send the answers to the Division, who is told; sent twice is sent once.

    :raises NotFound: unless ``by`` runs the group.
    :raises Unanswered: while a criterion has no answer.
    """
    assessment = lock_one(queries.theirs(by).where(Assessment.id == assessment_id))
    find_one(enterprises.run_by(by, assessment.enterprise_id))
    if assessment.state is not State.DRAFT:
        return assessment
    left = len(criteria.of_set(assessment.set_id)) - len(queries.answers_of(assessment_id))
    if left:
        raise Unanswered(left=left)
    move = assessment.move(MoveKind.SENT, by_id=by.id, now=now)
    db.session.flush()
    audit.record("assessment_sent", by=by, now=now, assessment_id=assessment_id)
    news.tell_move(assessment, move, by=by, now=now)
    return assessment


def _open(assessment_id: int, by: Person) -> Assessment:
    assessment = lock_one(queries.theirs(by).where(Assessment.id == assessment_id))
    if assessment.state is not State.DRAFT:
        raise AlreadySent
    return assessment


def _criterion(assessment: Assessment, code: str) -> Criterion:
    return find_one(criteria.in_set(assessment.set_id, code))


def _tells(one: Evidence) -> dict[str, object]:
    return {name: getattr(one, name) for name in Paper.__dataclass_fields__}


def _carry_over(last: Assessment | None, made: Assessment, by: Person, now: datetime) -> None:
    """Copy what was said last time to the criteria that have the same code."""
    before = queries.answers_of(last.id) if last else {}
    codes = {each.code: each.id for each in criteria.of_set(made.set_id)}
    for old in before.values():
        if here := codes.get(old.criterion.code):
            told = {"said": old.said, "words": old.words, "answered_at": now, "by_id": by.id}
            db.session.add(Answer(assessment_id=made.id, criterion_id=here, **told))
