"""What a group says against a ruling, and reminders that one ends."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.assessments import news
from marketplace.assessments.errors import AppealOver, WordsMissing
from marketplace.assessments.models.commission import Appeal, Outcome, Ruling, RulingReminder
from marketplace.assessments.queries import rulings
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import queries as enterprises

APPEAL_DAYS, LONGEST = 15, 4000
AGAINST = (Outcome.NOT_GRANTED, Outcome.WITH_CONDITIONS, Outcome.SUSPENDED)


@operation
def appeal(enterprise_id: int, *, words: str, file: str, by: Person, now: datetime) -> Appeal:
    """Ask the commission to look again at its last ruling; sent twice is sent once.

    :raises NotFound: unless ``by`` runs the group, or without a ruling.
    :raises AppealOver: after 15 days, and where there is nothing to appeal against.
    :raises WordsMissing: without a reason.

    **Source:** Lei 9.784/1999, arts. 56 and 59 (appeal to the same body, its term).
    """
    group = lock_one(enterprises.run_by(by, enterprise_id))
    if (last := rulings.last_of(enterprise_id)) is None:
        raise NotFound
    if there := rulings.appeal_against(last.id):
        return there
    if not may_appeal(last, now):
        raise AppealOver(days=APPEAL_DAYS)
    if not (kept := clean(words, lines=True)[:LONGEST]):
        raise WordsMissing
    made = Appeal(ruling_id=last.id, assessment_id=last.assessment_id, words=kept, file=file)
    made.sent_at, made.by_id = now, by.id
    db.session.add(made)
    db.session.flush()
    audit.record("ruling_appealed", by=by, now=now, appeal_id=made.id, ruling_id=last.id)
    news.tell_appeal(made, group, by=by, now=now)
    return made


def may_appeal(ruling: Ruling, now: datetime) -> bool:
    """Whether the group may still appeal: against what it did not get, once, within 15 days."""
    zone = ruling.enterprise.division.time_zone
    last_day = clock.today(zone, ruling.noted_at) + timedelta(days=APPEAL_DAYS)
    fresh = ruling.answers_id is None and ruling.outcome in AGAINST
    return fresh and clock.today(zone, now) <= last_day


@operation
def remind(ruling_id: int, days: int, *, by: Person, now: datetime) -> None:
    """Tell a group once that what was granted ends within so many days."""
    ruling = find_one(sa.select(Ruling).where(Ruling.id == ruling_id))
    lock_one(enterprises.by_id(ruling.enterprise_id))
    division = ruling.enterprise.division
    day = clock.today(division.time_zone, now)
    if ruling_id not in rulings.to_remind(division.id, day, days):
        return
    db.session.add(RulingReminder(ruling_id=ruling_id, days=days, sent_at=now))
    news.tell_renewal(ruling, days, by=by, now=now)
    audit.record("ruling_reminded", by=by, now=now, ruling_id=ruling_id, days=days)
