"""Having reports sent by themselves, with the rights that their owner has at that moment."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Division
from marketplace.core import audit, clock, queue
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.reports import queries, scheduled
from marketplace.reports.errors import AlreadyScheduled, NotScheduled
from marketplace.reports.models.issued import IssuedReport, ReportKind
from marketplace.reports.models.schedules import Schedule, Sending
from marketplace.reports.operations import issuing
from marketplace.reports.periods import Period
from marketplace.reports.schedule_news import tell_refused, tell_sent

NO_RIGHT, CLOSED = "no_right", "closed"


@operation
def schedule(
    division_id: int, kind: ReportKind, day: int, *, to_all: bool, by: Person, now: datetime
) -> int:
    """Have a report sent on a day of the month after each period; return the schedule's id.

    ``day`` is 1 to 28.

    :raises NotFound: for a Division of which ``by`` is not the head.
    :raises AlreadyScheduled: where the same person has it sent already.
    """
    division = lock_one(queries.divisions_issued_by(by).where(Division.id == division_id))
    made = Schedule(
        division_id=division.id,
        kind=kind,
        day=day,
        to_all=to_all,
        owner_id=by.id,
        since_on=clock.today(division.time_zone, now),
        made_at=now,
    )
    if db.session.scalar(scheduled.same(made).limit(1)):
        raise AlreadyScheduled
    db.session.add(made)
    db.session.flush()
    facts = {"schedule_id": made.id, "kind_of": kind, "day": day, "to_all": to_all}
    audit.record("report_scheduled", by=by, now=now, **facts)
    return made.id


@operation
def pause(schedule_id: int, *, by: Person, now: datetime) -> None:
    """Send nothing until it is resumed; paused already is as well.

    :raises NotFound: for one of a Division of which ``by`` is not the head.
    :raises NotScheduled: if it has ended.
    """
    one = _open(schedule_id, by)
    if one.paused_at is None:
        one.paused_at = now
        audit.record("report_schedule_paused", by=by, now=now, schedule_id=one.id)


@operation
def resume(schedule_id: int, *, by: Person, now: datetime) -> None:
    """Send again from today on: what was left out meanwhile is not made up for.

    :raises NotFound: for one of a Division of which ``by`` is not the head.
    :raises NotScheduled: if it has ended.
    """
    one = _open(schedule_id, by)
    if one.paused_at is not None:
        one.paused_at, one.since_on = None, clock.today(one.division.time_zone, now)
        audit.record("report_schedule_resumed", by=by, now=now, schedule_id=one.id)


@operation
def end(schedule_id: int, *, by: Person, now: datetime) -> None:
    """Send nothing any more; ended already is as well.

    :raises NotFound: for one of a Division of which ``by`` is not the head.
    """
    one = _locked(schedule_id, by)
    if one.ended_at is None:
        one.ended_at = now
        audit.record("report_schedule_ended", by=by, now=now, schedule_id=one.id)


@operation
def enqueue_due(*, now: datetime) -> int:
    """Have what each schedule owes now sent by a job of its own; return how many owe something."""
    owed = scheduled.owed(now)
    for one, period in owed:
        key = f"{one.id}:{period.first}:{one.since_on}"
        queue.enqueue(scheduled.SEND, {"schedule_id": one.id}, key=key, run_at=now)
    return len(owed)


@operation(isolation="SERIALIZABLE")
def send(schedule_id: int, *, by: Person, now: datetime) -> bool:
    """Issue and send what a schedule owes now; tell whether anything was due.

    The report of a period is issued once: where there is one, that is sent. Of an owner who may not
    issue it any more nothing is sent: the schedule ends, and they are told why.

    :raises NotFound: without such a schedule.
    """
    one = lock_one(sa.select(Schedule).where(Schedule.id == schedule_id))
    if (period := scheduled.owed_by(one, now)) is None:
        return False
    if why := _refusal(one):
        _refuse(one, period, why, by=by, now=now)
    else:
        _send(one, period, by=by, now=now)
    return True


def _send(one: Schedule, period: Period, *, by: Person, now: datetime) -> None:
    owner = accounts.person_of(one.owner_id)
    report = db.session.scalar(queries.latest(one.division_id, one.kind, period))
    if report is None:
        told: Any = {"division_id": one.division_id, "reason": "", "by": owner, "now": now}
        made = issuing.issue(one.kind, period.first, **told)
        report = db.session.get_one(IssuedReport, made)
    people = scheduled.readers(one.division_id) if one.to_all else [one.owner_id]
    number = tell_sent(one.id, report, {*people, one.owner_id}, by=by, now=now)
    db.session.add(
        Sending(
            schedule_id=one.id,
            first_on=period.first,
            report_id=report.id,
            told=number,
            sent_at=now,
        )
    )
    facts = {"schedule_id": one.id, "report_id": report.id, "told": number}
    audit.record("scheduled_report_sent", by=by, now=now, **facts)


def _refuse(one: Schedule, period: Period, why: str, *, by: Person, now: datetime) -> None:
    number = tell_refused(one, period, by=by, now=now)
    row: Any = {"schedule_id": one.id, "first_on": period.first, "refused": why, "told": number}
    db.session.add(Sending(**row, sent_at=now))
    one.ended_at, one.end_reason = now, why
    audit.record("scheduled_report_refused", by=by, now=now, schedule_id=one.id, why=why)


def _refusal(one: Schedule) -> str:
    """Return why an owner's report is not sent; nothing where it is."""
    if find_one(accounts.by_id(one.owner_id)).deactivated_at:
        return CLOSED
    theirs = queries.divisions_issued_by(accounts.person_of(one.owner_id))
    may = db.session.scalar(theirs.where(Division.id == one.division_id))
    return "" if may else NO_RIGHT


def _open(schedule_id: int, by: Person) -> Schedule:
    one = _locked(schedule_id, by)
    if one.ended_at is not None:
        raise NotScheduled
    return one


def _locked(schedule_id: int, by: Person) -> Schedule:
    found = scheduled.of(by).where(Schedule.id == schedule_id)
    find_one(found)
    return lock_one(sa.select(Schedule).where(Schedule.id == schedule_id))
