"""The council's opinion on an issued report: written by a member, voted on once by each."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.accounts.serving import holders
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.oversight import council_news
from marketplace.oversight.errors import (
    BadDeadline,
    OpinionStands,
    OwnReport,
    VotedAlready,
    VoteOver,
    VoteSaysWhy,
    WordsMissing,
)
from marketplace.oversight.models.council import Choice, Opinion, OpinionVote
from marketplace.oversight.queries import council
from marketplace.reports import queries as reports
from marketplace.reports.models.issued import IssuedReport

LONGEST, REASON_LENGTH, MOST_DAYS = 8_000, 1_000, 60
TOLD_DAYS = 7  # how long after the end of a vote its result is still told


@operation
def write_opinion(report_id: int, words: str, closes_on: date, *, by: Person, now: datetime) -> int:
    """Write an opinion on a report and put it to the vote until a local day; return its id.

    :raises NotFound: unless ``by`` is of that Division's council. :raises OwnReport: to who issued
        the report. :raises OpinionStands: while another is voted on, or was approved.
    :raises BadDeadline: unless the day is one of the next sixty. :raises WordsMissing: for none.
    """
    report = lock_one(reports.issued(by).where(IssuedReport.id == report_id))
    _see_to_member(report, by)
    if not (written := clean(words, lines=True)[:LONGEST]):
        raise WordsMissing
    today = clock.today(report.division.time_zone, now)
    if not today < closes_on <= today + timedelta(days=MOST_DAYS):
        raise BadDeadline(most=MOST_DAYS)
    tallies = [council.tally(one, now) for one in council.opinions_on(report.id)]
    if any(not each.is_over or each.carries for each in tallies):
        raise OpinionStands
    facts = {"words": written, "closes_on": closes_on, "written_at": now, "by_id": by.id}
    opinion = Opinion(report=report, **facts)
    db.session.add(opinion)
    db.session.flush()
    audit.record("opinion_written", by=by, now=now, opinion_id=opinion.id, report_id=report.id)
    council_news.tell_opinion(opinion, by=by, now=now)
    return opinion.id


@operation
def cast_vote(opinion_id: int, choice: Choice, reason: str, *, by: Person, now: datetime) -> None:
    """Vote on an opinion, once, with a reason.

    :raises NotFound: unless ``by`` is of that Division's council. :raises OwnReport: to who issued
        the report. :raises VoteOver: after the last day. :raises VotedAlready: for a second vote.
    :raises VoteSaysWhy: without a reason.
    """
    opinion = lock_one(sa.select(Opinion).where(Opinion.id == opinion_id))
    _see_to_member(opinion.report, by)
    if clock.today(opinion.report.division.time_zone, now) > opinion.closes_on:
        raise VoteOver
    if not (why := clean(reason, lines=True)[:REASON_LENGTH]):
        raise VoteSaysWhy
    if any(vote.by_id == by.id for vote in opinion.votes):
        raise VotedAlready
    facts = {"choice": choice, "reason": why, "voted_at": now, "by_id": by.id}
    db.session.add(OpinionVote(opinion_id=opinion.id, **facts))
    audit.record("opinion_voted", by=by, now=now, opinion_id=opinion.id)


@operation
def tell_results(day: date, *, now: datetime) -> int:
    """Tell what came of the votes that ended in the week before a local day; return how many."""
    since = day - timedelta(days=TOLD_DAYS)
    found, told = db.session.scalars(council.closed_on(day, since)).all(), 0
    for opinion in found:
        counted = council.tally(opinion, now)
        if not counted.is_over:
            continue  # its own Division's day is not over yet
        told += 1
        counts = {"yes": counted.yes, "no": counted.no, "abstained": counted.abstained}
        council_news.tell_result(opinion, counts, now=now)
    return told


def _see_to_member(report: IssuedReport, by: Person) -> None:
    if by.id not in holders(council.COUNCIL, report.division_id):
        raise NotFound
    if report.issued_by_id == by.id:
        raise OwnReport
