"""Calls for the places of a fair."""

from datetime import datetime

from flask_babel import gettext as _

from marketplace.core import audit
from marketplace.core.clock import instant_of, today
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.fairs import news
from marketplace.fairs.errors import (
    CallClosesTooLate,
    CallIsOpen,
    FairIncomplete,
    HasExhibitors,
    LotteryOutOfTime,
    NoSeries,
    QuotasTooMany,
)
from marketplace.fairs.models.calls import Call
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations import exhibitors
from marketplace.fairs.plans import CallPlan
from marketplace.fairs.queries import calendar, calls


@operation
def set_call(fair_id: int, plan: CallPlan, *, by: Person, now: datetime) -> Call:
    """Call for a fair's places, or change the call until it opens; the Division's groups are told.

    It closes at its instant, whatever runs or does not.

    :raises CallIsOpen: once it opened.
    :raises HasExhibitors: for a fair at which somebody has a stall without a call.
    :raises CallClosesTooLate: unless it closes after now and before the fair begins.
    :raises LotteryOutOfTime: unless the lottery's day is after the closing and before the fair's.
    :raises NoSeries: if it counts the editions of a series, and the fair belongs to none.
    :raises QuotasTooMany: if segments keep more places than there are.
    """
    fair = exhibitors.lock_fair(fair_id, by)
    call = db.session.scalar(calls.of_fair(fair_id))
    if call is None and calendar.exhibitors(fair_id):
        raise HasExhibitors
    if call is not None and call.opens_at <= now:
        raise CallIsOpen
    _check(fair, plan, now)
    if plan.rules.get("came_to_editions") and fair.series_id is None:
        raise NoSeries
    if call is None:
        call = Call(fair_id=fair_id, made_at=now, **vars(plan))
        db.session.add(call)
    for name, value in vars(plan).items():
        setattr(call, name, value)
    call.by_id = by.id
    db.session.flush()
    news.tell_call(call, calls.told_of_call(fair.division_id), now=now)
    audit.record("fair_called", by=by, now=now, fair_id=fair_id, places=plan.places)
    return call


def _check(fair: Fair, plan: CallPlan, now: datetime) -> None:
    if not fair.days:
        raise FairIncomplete(fair=fair.name, missing=_("it has no day"))
    first = fair.days[0]
    begins_at = instant_of(first.day, first.opens, fair.time_zone)
    if not max(plan.opens_at, now) < plan.closes_at <= begins_at:
        raise CallClosesTooLate
    if not today(fair.time_zone, plan.closes_at) < plan.lottery_on < first.day:
        raise LotteryOutOfTime
    if (kept := sum(plan.quotas.values())) > plan.places:
        raise QuotasTooMany(kept=kept, places=plan.places)
