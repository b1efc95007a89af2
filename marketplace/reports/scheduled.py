"""Which scheduled reports are whose, and which are due; nothing here writes."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts import serving
from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.clock import month_after
from marketplace.core.database import db
from marketplace.core.queue import Job
from marketplace.core.rights import Person
from marketplace.reports.models.issued import ReportKind
from marketplace.reports.models.schedules import Schedule, Sending
from marketplace.reports.periods import Period
from marketplace.reports.sheet_figures import period_of

SEND = "reports.send_report"
READERS = (Role.HEAD, Role.ARTICULATION, Role.QUALIFICATION, Role.FINANCE, Role.COUNCIL)


def of(person: Person) -> sa.Select[Schedule]:
    """Select the schedules of a head's Divisions, the latest first: anybody's, to be stopped."""
    here = Schedule.division_id.in_(person.divisions)
    query = sa.select(Schedule).where(here if "head" in person.roles else sa.false())
    shown = joinedload(Schedule.owner), joinedload(Schedule.division)
    return query.options(*shown, selectinload(Schedule.sendings)).order_by(Schedule.id.desc())


def same(schedule: Schedule) -> sa.Select[Schedule]:
    """Select those of the same owner for the same report that have not ended."""
    return sa.select(Schedule).where(
        Schedule.division_id == schedule.division_id,
        Schedule.owner_id == schedule.owner_id,
        Schedule.kind == schedule.kind,
        Schedule.ended_at.is_(None),
    )


def owed(now: datetime) -> list[tuple[Schedule, Period]]:
    """Return the schedules that owe a report now, each with its period."""
    runs = (Schedule.paused_at.is_(None), Schedule.ended_at.is_(None))
    found = sa.select(Schedule).where(*runs).options(joinedload(Schedule.division))
    every = db.session.scalars(found.order_by(Schedule.id))
    return [(one, period) for one in every if (period := owed_by(one, now))]


def owed_by(one: Schedule, now: datetime) -> Period | None:
    """Return the period of which a schedule owes the report now; none while it does not run."""
    today = clock.today(one.division.time_zone, now)
    period = due_period(one.kind, one.day, one.since_on, today)
    if not one.runs or period is None or sending_of(one.id, period):
        return None
    return period


def failed() -> dict[int, Job]:
    """Return what could not be sent so far, by the id of its schedule: the last of each."""
    found = sa.select(Job).where(Job.kind == SEND, Job.done_at.is_(None), Job.error != "")
    every = db.session.scalars(found.order_by(Job.id))
    return {int(each.args["schedule_id"]): each for each in every}


def due_period(kind: ReportKind, day: int, since_on: date, today: date) -> Period | None:
    """Return the latest period whose day of being sent has come, from ``since_on`` on.

    It is sent on a day of the month after it.
    """
    period = period_of(kind, today)
    while (on := sent_on(period, day)) > today:
        period = period_of(kind, period.first - timedelta(days=1))
    return period if on >= since_on else None


def sent_on(period: Period, day: int) -> date:
    """Return the day on which a period's report is sent."""
    return month_after(period.last, 1).replace(day=day)


def next_on(schedule: Schedule, today: date) -> date:
    """Return when a schedule sends next, if it runs."""
    period = period_of(schedule.kind, today)
    before = period_of(schedule.kind, period.first - timedelta(days=1))
    found = [sent_on(each, schedule.day) for each in (before, period)]
    return next(on for on in found if on > today)


def sending_of(schedule_id: int, period: Period) -> Sending | None:
    """Return what came of a schedule for a period."""
    query = sa.select(Sending).where(Sending.schedule_id == schedule_id)
    return db.session.scalar(query.where(Sending.first_on == period.first))


def readers(division_id: int) -> list[int]:
    """Return who reads the reports of a Division now, by their ids."""
    return list(db.session.scalars(serving.holding(READERS, division_id).distinct()))
