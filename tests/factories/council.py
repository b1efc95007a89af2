"""Opinions and questions of the council to test with."""

from datetime import datetime, timedelta

from marketplace.accounts.models import Division, Role
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.oversight.models.council import CouncilQuestion, Opinion
from marketplace.oversight.operations.opinions import write_opinion
from marketplace.oversight.operations.questions import ask_question
from marketplace.reports.models.issued import IssuedReport
from tests.factories.accounts import make_staff
from tests.factories.enterprises import person_of
from tests.factories.issued import make_issued

VOTE_DAYS = 10


def member_of(division: Division) -> Person:
    """Return a person of a Division's council, each time another."""
    return person_of(make_staff(Role.COUNCIL, division))


def make_opinion(
    division: Division, report: IssuedReport | None = None, *, now: datetime | None = None
) -> Opinion:
    """Return an opinion on a report, voted on for ten days."""
    now, report = now or clock.now(), report or make_issued(division)
    until = clock.today(division.time_zone, now) + timedelta(days=VOTE_DAYS)
    by = member_of(division)
    made = write_opinion(report.id, "As contas fecham.", until, by=by, now=now)
    return db.session.get_one(Opinion, made)


def make_question(
    division: Division, *, now: datetime | None = None, words: str = "O que mudou?"
) -> CouncilQuestion:
    by, now = member_of(division), now or clock.now()
    made = ask_question(division.id, "As vendas de maio", words, by=by, now=now)
    return db.session.get_one(CouncilQuestion, made)
