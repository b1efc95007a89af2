"""Opinions of the council with their votes, and its questions: who sees which, what is due."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Grant, Role
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.oversight.models.council import (
    Choice,
    CouncilQuestion,
    Opinion,
    OpinionVote,
    QuestionTurn,
)
from marketplace.reports import queries as reports
from marketplace.reports.models.issued import IssuedReport

COUNCIL = (Role.COUNCIL,)
ANSWERS = (Role.HEAD, Role.ARTICULATION, Role.QUALIFICATION, Role.FINANCE)
OPEN, LATE, ANSWERED = "abertas", "atrasadas", "respondidas"


class Tally(NamedTuple):
    """How many voted in which way."""

    yes: int
    no: int
    abstained: int
    is_over: bool

    @property
    def voted(self) -> int:
        return self.yes + self.no + self.abstained

    @property
    def carries(self) -> bool:
        """Whether more are for it than against; a tie does not carry."""
        return self.yes > self.no


def opinions(person: Person) -> sa.Select[Opinion]:
    """Select the opinions on reports that somebody may read, the last first."""
    theirs = reports.issued(person).order_by(None).with_only_columns(IssuedReport.id)
    found = sa.select(Opinion).where(Opinion.report_id.in_(theirs))
    whole = joinedload(Opinion.report).joinedload(IssuedReport.division)
    return found.options(whole, selectinload(Opinion.votes)).order_by(Opinion.id.desc())


def opinions_on(report_id: int) -> list[Opinion]:
    """Return what the council said of a report, the last first, with who voted how."""
    found = sa.select(Opinion).where(Opinion.report_id == report_id)
    named = selectinload(Opinion.votes).joinedload(OpinionVote.by)
    found = found.options(joinedload(Opinion.by), named).order_by(Opinion.id.desc())
    return list(db.session.scalars(found))


def closed_on(day: date, since: date) -> sa.Select[Opinion]:
    """Select the opinions whose vote ended before a day, and not before another."""
    over = sa.select(Opinion).where(Opinion.closes_on < day, Opinion.closes_on >= since)
    return over.order_by(Opinion.id)


def tally(opinion: Opinion, now: datetime) -> Tally:
    """Count the votes of an opinion, and say whether its last day is over."""
    chosen = [one.choice for one in opinion.votes]
    yes, no, none = map(chosen.count, (Choice.FOR, Choice.AGAINST, Choice.ABSTAINED))
    return Tally(yes, no, none, is_over=_end_of(opinion) <= now)


def members_of(opinion: Opinion, now: datetime) -> int:
    """Return how many were of the council when the vote ended, or are now while it goes on."""
    division_id, at = opinion.report.division_id, min(_end_of(opinion), now)
    there = (Grant.division_id == division_id, Grant.role == Role.COUNCIL, Grant.given_at <= at)
    still = sa.or_(Grant.ended_at.is_(None), Grant.ended_at > at)
    counted = sa.select(sa.func.count(sa.distinct(Grant.user_id))).where(*there, still)
    return db.session.scalar(counted) or 0


def _end_of(opinion: Opinion) -> datetime:
    return clock.day_bounds(opinion.closes_on, opinion.report.division.time_zone)[1]


def questions(person: Person) -> sa.Select[CouncilQuestion]:
    """Select the questions to a person's Divisions: what waits first, by its last day."""
    here = CouncilQuestion.division_id.in_(person.divisions)
    waits = sa.case((CouncilQuestion.answered_at.is_(None), 0), else_=1)
    found = sa.select(CouncilQuestion).where(here)
    return found.order_by(waits, CouncilQuestion.due_on, CouncilQuestion.id)


def listed(person: Person, asked: Mapping[str, str], today: date) -> sa.Select[CouncilQuestion]:
    """Select what a list of questions is asked for; what the address does not know is left out."""
    state, found = asked.get("situacao", ""), questions(person)
    waits = CouncilQuestion.answered_at.is_(None)
    if state == ANSWERED:
        return found.where(~waits)
    if state == LATE:
        return found.where(waits, CouncilQuestion.due_on < today)
    return found.where(waits) if state == OPEN else found


def with_turns(question: sa.Select[CouncilQuestion]) -> sa.Select[CouncilQuestion]:
    """Have the steps of a question, and who took them, read with it."""
    named = selectinload(CouncilQuestion.turns).joinedload(QuestionTurn.by)
    return question.options(named, joinedload(CouncilQuestion.report))


def due_by(division_id: int, day: date) -> sa.Select[CouncilQuestion]:
    """Select the questions that wait for an answer of a Division and are due by a day."""
    waits = (CouncilQuestion.answered_at.is_(None), CouncilQuestion.due_on <= day)
    here = CouncilQuestion.division_id == division_id
    return sa.select(CouncilQuestion).where(here, *waits).order_by(CouncilQuestion.id)
