"""Publishing minutes, correcting them, and taking down what nobody should read."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean, fold
from marketplace.oversight.errors import (
    MeetingToCome,
    MinutesCorrected,
    MinutesIncomplete,
    MinutesSayWhy,
    MinutesThere,
    WithheldSaysWhy,
)
from marketplace.oversight.models.minutes import Body, Minutes, MinutesVersion, MinutesWithheld
from marketplace.oversight.queries import minutes as known

SHORT, LONGEST, REASON_LENGTH, NUMBER_LENGTH = 200, 4_000, 300, 20


@dataclass(frozen=True)
class Written:
    """What minutes say of a meeting, and the paper itself (`core.papers`)."""

    subject: str
    summary: str
    file: str

    def cleaned(self) -> "Written":
        """Return it as it is kept.

        :raises MinutesIncomplete: without a subject, a summary or a file.
        """
        subject = clean(self.subject)[:SHORT]
        summary = clean(self.summary, lines=True)[:LONGEST]
        if not (subject and summary and self.file):
            raise MinutesIncomplete
        return Written(subject, summary, self.file)


@operation
def publish(
    division_id: int,
    meeting: tuple[Body, date, str],
    written: Written,
    *,
    by: Person,
    now: datetime,
) -> int:
    """Publish the minutes of a meeting: of which body, on which day, under which number.

    :raises NotFound: unless ``by`` publishes for that Division. :raises MeetingToCome: for a day
        that is still to come. :raises MinutesThere: if they are published already.
    :raises MinutesIncomplete: without number, subject, summary or file.
    """
    division = lock_one(known.divisions_of(by).where(Division.id == division_id))
    body, held_on, number = meeting[0], meeting[1], clean(meeting[2])[:NUMBER_LENGTH]
    kept = written.cleaned()
    if not number:
        raise MinutesIncomplete
    if held_on > clock.today(division.time_zone, now):
        raise MeetingToCome
    facts = {"division_id": division.id, "body": body, "held_on": held_on, "number": number}
    if db.session.scalar(sa.select(Minutes.id).filter_by(**facts)) is not None:
        raise MinutesThere
    minutes = Minutes(**facts, **_told(number, kept), by_id=by.id)
    db.session.add(minutes)
    db.session.flush()
    _keep(minutes, kept, 1, reason="", by=by, now=now)
    return minutes.id


@operation
def correct(
    minutes_id: int,
    written: Written,
    *,
    reason: str,
    seen: int | None = None,
    by: Person,
    now: datetime,
) -> None:
    """Put another version in the place of what minutes say; without a file theirs stays.

    The same again changes nothing. What was taken down is not shown again without a file.
    ``seen`` is the number of the version that was read before, where a page tells it.

    :raises NotFound: unless ``by`` publishes for their Division.
    :raises MinutesSayWhy: without a reason. :raises MinutesIncomplete: without subject or summary.
    :raises MinutesCorrected: if there is a newer version than was ``seen``.
    """
    minutes = lock_one(known.published_by(by).where(Minutes.id == minutes_id))
    newest = minutes.versions[0]
    file = written.file or ("" if newest.withheld else newest.file)
    kept = Written(written.subject, written.summary, file).cleaned()
    if not newest.withheld and kept == Written(newest.subject, newest.summary, newest.file):
        return
    if seen not in (None, newest.number):
        raise MinutesCorrected
    if not (why := clean(reason)[:REASON_LENGTH]):
        raise MinutesSayWhy
    for name, value in _told(minutes.number, kept).items():
        setattr(minutes, name, value)
    _keep(minutes, kept, newest.number + 1, reason=why, by=by, now=now)


@operation
def withhold(minutes_id: int, number: int, reason: str, *, by: Person, now: datetime) -> None:
    """Take down a version, and each other with the same PDF; anybody reads the reason instead.

    It stays kept, as it was. Again changes nothing.

    :raises NotFound: unless ``by`` publishes for their Division, or for no such version.
    :raises WithheldSaysWhy: without a reason.
    """
    minutes = lock_one(known.published_by(by).where(Minutes.id == minutes_id))
    chosen = next((one for one in minutes.versions if one.number == number), None)
    if chosen is None:
        raise NotFound
    if chosen.withheld:
        return
    if not (why := clean(reason)[:REASON_LENGTH]):
        raise WithheldSaysWhy
    for one in minutes.versions:
        if one.file == chosen.file and not one.withheld:
            one.withheld = MinutesWithheld(reason=why, withheld_at=now, by_id=by.id)
            facts = {"minutes_id": minutes.id, "version": one.number}
            audit.record("minutes_withheld", by=by, now=now, **facts)
    if minutes.versions[0].withheld:
        minutes.subject, minutes.summary = "", minutes.versions[0].withheld.reason
        minutes.folded = fold(f"{minutes.number} {minutes.summary}")


def _told(number: str, kept: Written) -> dict[str, str]:
    folded = fold(f"{number} {kept.subject} {kept.summary}")
    return {"subject": kept.subject, "summary": kept.summary, "folded": folded}


def _keep(
    minutes: Minutes, kept: Written, number: int, *, reason: str, by: Person, now: datetime
) -> None:
    facts = {"subject": kept.subject, "summary": kept.summary, "file": kept.file}
    version = MinutesVersion(
        minutes_id=minutes.id, number=number, reason=reason, published_at=now, by_id=by.id, **facts
    )
    db.session.add(version)
    kind = "minutes_corrected" if reason else "minutes_published"
    audit.record(kind, by=by, now=now, minutes_id=minutes.id, version=number)
