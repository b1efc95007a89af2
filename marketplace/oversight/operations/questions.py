"""Questions of the council to the Division: asked, put off once with a reason, answered in time.

**Source:** Lei 12.527/2011 (LAI), art. 11, §§ 1 and 2.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.serving import holders
from marketplace.core import audit, clock
from marketplace.core.database import db, operation, wait_for
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import HOUSE, Person
from marketplace.core.text import clean
from marketplace.oversight import council_news
from marketplace.oversight.errors import (
    AnotherAnswers,
    QuestionAnswered,
    TooLateToPutOff,
    WordsMissing,
)
from marketplace.oversight.models.council import CouncilQuestion, QuestionTurn, Step
from marketplace.oversight.queries import council
from marketplace.reports import queries as reports
from marketplace.reports.models.issued import IssuedReport

ANSWER_DAYS, MORE_DAYS, REMIND_DAYS = 20, 10, 3
LONGEST, SHORT = 4_000, 200


@operation
def ask_question(
    division_id: int,
    subject: str,
    words: str,
    *,
    report_id: int | None = None,
    by: Person,
    now: datetime,
) -> int:
    """Ask the Division something, perhaps about a report, due in twenty days; return its id.

    The same words again of the same report, while they wait, are the same question.

    :raises NotFound: unless ``by`` is of that Division's council, and for a report not of it.
    :raises WordsMissing: without a subject or a question.
    """
    division = find_one(accounts.division(division_id))
    if by.id not in holders(council.COUNCIL, division.id):
        raise NotFound
    if report_id is not None:
        mine = reports.issued(by).where(IssuedReport.division_id == division.id)
        find_one(mine.where(IssuedReport.id == report_id))
    short, written = clean(subject)[:SHORT], clean(words, lines=True)[:LONGEST]
    if not (short and written):
        raise WordsMissing
    wait_for(f"question:{by.id}")
    same = _same(division.id, by, short, written).where(CouncilQuestion.report_id == report_id)
    if (there := db.session.scalar(same.limit(1))) is not None:
        return there
    due_on = clock.today(division.time_zone, now) + timedelta(days=ANSWER_DAYS)
    facts = {"division_id": division.id, "report_id": report_id, "asked_by_id": by.id}
    question = CouncilQuestion(subject=short, asked_at=now, due_on=due_on, **facts)
    db.session.add(question)
    db.session.flush()
    _note(question, Step.ASKED, written, by=by, now=now)
    council_news.tell_question(question, "council_question_asked", by=by, now=now)
    return question.id


@operation
def put_off(question_id: int, reason: str, *, by: Person, now: datetime) -> None:
    """Take ten days more for an answer, once, and say why.

    :raises NotFound: for a question to a Division where ``by`` does not answer, as below.
    :raises QuestionAnswered: once it is. :raises AnotherAnswers: to who asked.
    :raises TooLateToPutOff: a second time, or after its last day. :raises WordsMissing: for none.
    """
    question = _open(question_id, by)
    today = clock.today(question.division.time_zone, now)
    if question.put_off_at or question.due_on < today:
        raise TooLateToPutOff
    _note(question, Step.PUT_OFF, _words(reason), by=by, now=now)
    question.put_off_at = now
    question.due_on += timedelta(days=MORE_DAYS)
    council_news.tell_question(question, "council_question_put_off", by=by, now=now)


@operation
def answer(question_id: int, words: str, *, by: Person, now: datetime) -> None:
    """Answer a question of the council, which ends it.

    :raises QuestionAnswered: once it is. :raises AnotherAnswers: to who asked.
    :raises WordsMissing: for no words.
    """
    question = _open(question_id, by)
    _note(question, Step.ANSWERED, _words(words), by=by, now=now)
    question.answered_at = now
    council_news.tell_question(question, "council_question_answered", by=by, now=now)


@operation
def remind(division_id: int, day: date, *, now: datetime) -> int:
    """Tell heads of a Division what is due in three days, or late; return how many.

    ``day`` is that of its municipality.
    """
    found = db.session.scalars(council.due_by(division_id, day + timedelta(days=REMIND_DAYS))).all()
    for question in found:
        kind = "council_question_late" if question.is_late_on(day) else "council_question_due"
        council_news.tell_question(question, kind, by=HOUSE, now=now)
    return len(found)


def _open(question_id: int, by: Person) -> CouncilQuestion:
    question = lock_one(council.questions(by).where(CouncilQuestion.id == question_id))
    if by.id not in holders(council.ANSWERS, question.division_id):
        raise NotFound
    if question.answered_at:
        raise QuestionAnswered
    if question.asked_by_id == by.id:
        raise AnotherAnswers
    return question


def _words(typed: str) -> str:
    if not (written := clean(typed, lines=True)[:LONGEST]):
        raise WordsMissing
    return written


def _same(division_id: int, by: Person, subject: str, words: str) -> sa.Select[int]:
    """Select the question of theirs that waits with these words."""
    waits = (CouncilQuestion.division_id == division_id, CouncilQuestion.answered_at.is_(None))
    mine = (CouncilQuestion.asked_by_id == by.id, CouncilQuestion.subject == subject)
    asked = (QuestionTurn.kind == Step.ASKED, QuestionTurn.words == words)
    return sa.select(CouncilQuestion.id).join(QuestionTurn).where(*waits, *mine, *asked)


def _note(question: CouncilQuestion, kind: Step, words: str, *, by: Person, now: datetime) -> None:
    facts = {"kind": kind, "words": words, "at": now, "by_id": by.id}
    db.session.add(QuestionTurn(question_id=question.id, **facts))
    audit.record(f"question_{kind.value}", by=by, now=now, question_id=question.id)
