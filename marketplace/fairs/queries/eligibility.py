"""Whether an enterprise may apply: the rules of a call, each a name with a number, as data.

- ``approved``: its registration is approved. Always asked.
- ``missed_in_a_row``: it did not come to its last so many fairs, and told nobody: it is out of one
  draw, then it may come again.
- ``attended_percent``: of its fairs of a year, it came to so many in a hundred; those of which it
  told before are not counted.
- ``came_to_editions``: it came to so many editions of the fair's series in a year.
- ``valid_papers``: so many papers of its assessments, which the Division looked at and found right,
  hold until the fair's last day; one without a last day of its own holds.

**Source:** rules of municipal solidarity fairs, which put off who misses two in a row, and ask for
60 or 70 % of attendance.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.assessments.queries import assessments
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.fairs.models.calls import Attendance, Call, Draw, Mark
from marketplace.fairs.models.fairs import PUBLIC, Fair, FairDay

A_YEAR = timedelta(days=365)


class Seen(NamedTuple):
    """A fair at which an enterprise had a stall, and whether it came."""

    fair: str
    day: Any
    mark: Mark
    marked_at: datetime
    series_id: int | None


class Known(NamedTuple):
    """What is known of an enterprise when a rule is asked; its fairs are the latest first."""

    enterprise_id: int
    seen: Sequence[Seen]


class Bar(NamedTuple):
    """Why an enterprise is kept out: the rule's name, and what it counted."""

    rule: str
    facts: dict[str, Any]


def bar_of(enterprise: Enterprise, call: Call, now: datetime) -> Bar | None:
    """Return what keeps an enterprise out of a call as things stand, none if nothing does."""
    if enterprise.standing is not Standing.APPROVED:
        return Bar("approved", {})
    known = Known(enterprise.id, attendance(enterprise.id, call.fair))
    for name, number in call.rules.items():
        if number and (facts := RULES[name](call, known, number, now)) is not None:
            return Bar(name, facts)
    return None


def attendance(enterprise_id: int, fair: Fair) -> list[Seen]:
    """Return the fairs of a Division whose attendance was taken, an enterprise's latest first."""
    last = sa.func.max(FairDay.day)
    query = (
        sa.select(Fair.name, last, Attendance.mark, Attendance.marked_at, Fair.series_id)
        .join(Attendance, Attendance.fair_id == Fair.id)
        .join(FairDay, FairDay.fair_id == Fair.id)
        .where(Attendance.enterprise_id == enterprise_id, Fair.division_id == fair.division_id)
        .where(Fair.state.in_(PUBLIC), Fair.id != fair.id)
        .group_by(Fair.id, Fair.name, Attendance.mark, Attendance.marked_at, Fair.series_id)
        .order_by(last.desc(), Fair.id.desc())
    )
    return [Seen(*row) for row in db.session.execute(query)]


def _missed_in_a_row(
    call: Call, known: Known, number: int, _now: datetime
) -> dict[str, Any] | None:
    missed = known.seen[:number]
    if len(missed) < number or any(each.mark is not Mark.ABSENT for each in missed):
        return None
    known_at = max(each.marked_at for each in missed)
    if _drawn_since(call, known_at):
        return None
    return {"fairs": ", ".join(each.fair for each in reversed(missed))}


def _attended_percent(
    call: Call, known: Known, number: int, now: datetime
) -> dict[str, Any] | None:
    since = clock.today(call.fair.time_zone, now) - A_YEAR
    told = [each.mark for each in known.seen if each.mark is not Mark.EXCUSED and each.day >= since]
    came = told.count(Mark.PRESENT)
    if came * 100 >= number * len(told):
        return None
    return {"came": came, "fairs": len(told), "percent": number}


def _came_to_editions(
    call: Call, known: Known, number: int, now: datetime
) -> dict[str, Any] | None:
    since = clock.today(call.fair.time_zone, now) - A_YEAR
    series = call.fair.series
    ours = [
        each for each in known.seen if series and each.series_id == series.id and each.day >= since
    ]
    came = [each.mark for each in ours].count(Mark.PRESENT)
    if series is None or came >= number:
        return None
    return {"came": came, "n": number, "series": series.name}


def _valid_papers(call: Call, known: Known, number: int, _now: datetime) -> dict[str, Any] | None:
    last, papers = call.fair.days[-1].day, assessments.accepted_papers(known.enterprise_id)
    holds = {(each.title, each.number) for each in papers if not each.has_expired(last)}
    if len(holds) >= number:
        return None
    ended = dict.fromkeys(each.title for each in papers if (each.title, each.number) not in holds)
    return {"valid": len(holds), "n": number, "day": last, "expired": ", ".join(ended)}


def _drawn_since(call: Call, instant: datetime) -> bool:
    """Whether another draw of that Division has gone by without whom was kept out."""
    query = (
        sa.select(Draw.id)
        .join(Draw.call)
        .join(Call.fair)
        .where(Fair.division_id == call.fair.division_id, Call.id != call.id)
        .where(Draw.drawn_at > instant)
    )
    return db.session.scalar(query.limit(1)) is not None


Rule = Callable[[Call, Known, int, datetime], dict[str, Any] | None]
RULES: dict[str, Rule] = {
    "missed_in_a_row": _missed_in_a_row,
    "attended_percent": _attended_percent,
    "came_to_editions": _came_to_editions,
    "valid_papers": _valid_papers,
}
