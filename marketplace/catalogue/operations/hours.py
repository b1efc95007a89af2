"""Noting what a group's assembly decided that an hour of its work is to leave."""

from dataclasses import dataclass
from datetime import date, datetime

from marketplace.catalogue.errors import BadHour, NotYetDecided, VoteMissing
from marketplace.catalogue.models.hours import HourDecision
from marketplace.catalogue.queries import hours
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import queries as enterprises

MOST_HOUR, LONGEST_MINUTE = 1_000_000, 300


@dataclass(frozen=True)
class Vote:
    """What an hour is to leave, in centavos, voted on a local day; with its minute or a paper."""

    hour_cents: int
    decided_on: date
    minute: str = ""
    file: str = ""


@operation
def note_hour(enterprise_id: int, vote: Vote, *, by: Person, now: datetime) -> int:
    """Note a vote of a group's assembly, and return its id; prices already made keep theirs.

    The same vote noted again stays the one it is.

    :raises NotFound: unless ``by`` manages the group.
    :raises BadHour: unless it is from one centavo to R$ 10,000.
    :raises NotYetDecided: for a day to come. :raises VoteMissing: without minute and paper.
    """
    enterprise = lock_one(enterprises.managed(by, enterprise_id))
    minute = clean(vote.minute)[:LONGEST_MINUTE]
    if not 0 < vote.hour_cents <= MOST_HOUR:
        raise BadHour
    if vote.decided_on > clock.today(enterprise.municipality.time_zone, now):
        raise NotYetDecided
    if not (minute or vote.file):
        raise VoteMissing
    told = (vote.hour_cents, vote.decided_on, minute, vote.file)
    last = hours.holding(enterprise.id, vote.decided_on)
    if last and (last.hour_cents, last.decided_on, last.minute, last.file) == told:
        return last.id
    decision = HourDecision(
        enterprise_id=enterprise.id,
        hour_cents=vote.hour_cents,
        decided_on=vote.decided_on,
        minute=minute,
        file=vote.file,
        noted_at=now,
        by_id=by.id,
    )
    db.session.add(decision)
    db.session.flush()
    facts = {"enterprise_id": enterprise.id, "hour_cents": vote.hour_cents}
    audit.record("hour_decided", by=by, now=now, **facts, decision_id=decision.id)
    return decision.id
