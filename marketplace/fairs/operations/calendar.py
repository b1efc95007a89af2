"""Things that can be done with a fair."""

import secrets
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from marketplace.core import audit
from marketplace.core.clock import instant_of
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.core.text import slug
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Standing
from marketplace.fairs import news
from marketplace.fairs.errors import (
    DayHasOrders,
    FairIncomplete,
    LotteryOutOfTime,
    ReasonNeeded,
    ReservationsAreClosed,
    ReservationsCloseLate,
    RulesStand,
    SeriesStands,
    TillsOfAnotherMode,
)
from marketplace.fairs.models.calls import Call
from marketplace.fairs.models.fairs import Fair, FairDay, FairState
from marketplace.fairs.models.series import FairSeries
from marketplace.fairs.models.venues import Venue
from marketplace.fairs.operations import exhibitors, moves
from marketplace.fairs.plans import DayPlan, FairPlan
from marketplace.fairs.queries import calendar as queries
from marketplace.fairs.queries import calls, closing, series, tills
from marketplace.orders.operations import collections

SUBJECT = "fair_day"


@operation
def plan_fair(division_id: int, plan: FairPlan, *, by: Person, now: datetime) -> Fair:
    """Add a fair to the Division's calendar, seen by its staff alone until it is announced.

    :raises NotFound: if ``by`` does not serve that Division, or series or place are not of it.
    :raises ReservationsCloseLate: if reservations would close after the first day.
    """
    if "house" not in by.roles and division_id not in by.divisions:
        raise NotFound
    _check_belongs(plan, division_id)
    fair = Fair(division_id=division_id, slug=_free_slug(plan), made_at=now, **plan.columns)
    db.session.add(fair)
    db.session.flush()
    _set_days(fair, plan, by=by, now=now)
    moves.move_fair(fair, FairState.PLANNED, "", by=by, now=now)
    return fair


@operation
def change_fair(fair_id: int, plan: FairPlan, *, by: Person, now: datetime) -> Fair:
    """Change what a fair is; a day that people reserved for keeps its hours.

    :raises FairIsCancelled: if it was.
    :raises DayHasOrders: if a day with reservations would go, or change its hours.
    :raises LotteryOutOfTime: if it would begin before the lottery that its call named.
    :raises ReservationsAreClosed: if another end of them is named after the lists were made.
    :raises SeriesStands: if it would leave the series whose editions its call counts.
    :raises RulesStand: if its rules would change although its call opened.
    :raises TillsOfAnotherMode: if a till in use would not fit how its money is taken.
    """
    fair = exhibitors.lock_fair(fair_id, by)
    call = db.session.scalar(calls.of_fair(fair_id))
    _check_belongs(plan, fair.division_id)
    _check_change(fair, plan, call, now)
    for name, value in plan.columns.items():
        setattr(fair, name, value)
    _set_days(fair, plan, by=by, now=now)
    if call and not (fair.days and call.lottery_on < fair.days[0].day):
        raise LotteryOutOfTime
    if fair.state is FairState.ANNOUNCED:
        _open_days(fair, by=by, now=now)
    audit.record("fair_changed", by=by, now=now, fair_id=fair_id)
    return fair


@operation
def announce_fair(fair_id: int, *, by: Person, now: datetime) -> Fair:
    """Show a fair to everybody and take reservations for each of its days.

    :raises FairIncomplete: while it has no day or no exhibitor, saying which is missing.
    """
    fair = exhibitors.lock_fair(fair_id, by)
    missing = [] if fair.days else [_("it has no day")]
    if not queries.exhibitors(fair_id):
        missing.append(_("nobody has a stall"))
    if missing:
        raise FairIncomplete(fair=fair.name, missing=", ".join(missing))
    _open_days(fair, by=by, now=now)
    moves.move_fair(fair, FairState.ANNOUNCED, "", by=by, now=now)
    return fair


@operation
def cancel_fair(
    fair_id: int, reason: str, *, to_next: bool = False, by: Person, now: datetime
) -> Fair:
    """Cancel a fair: what was reserved for it is cancelled, returned to sale, and people are told.

    ``to_next`` moves to the next edition of its series what can be had there. Those who applied
    for a place are told too.

    :raises ReasonNeeded: without a reason.
    """
    if not reason.strip():
        raise ReasonNeeded
    fair = exhibitors.lock_fair(fair_id, by)
    coming = series.next_edition(fair, now) if to_next else None
    told: Any = {"to_id": coming and coming.days[0].collection_id, "by": by, "now": now}
    for day in fair.days:
        if day.collection_id is not None:
            collections.cancel_collection(day.collection_id, reason=reason, **told)
    moves.move_fair(fair, FairState.CANCELLED, reason, by=by, now=now)
    if call := db.session.scalar(calls.of_fair(fair_id)):
        news.tell_cancelled(call, calls.applications(call.id), reason, now)
    return fair


@operation
def clone_fair(fair_id: int, first_day: date, *, by: Person, now: datetime) -> Fair:
    """Plan the same fair again from another first day, with the same stalls; days keep distances.

    Those to which ``by`` belongs are left out: somebody else places them. Stalls of a fair with
    a call are left out too: the copy's own call gives them.

    :raises NotFound: if it is not among those ``by`` may see.
    """
    old = find_one(queries.visible_to(by).where(Fair.id == fair_id))
    if not old.days:
        raise FairIncomplete(fair=old.name, missing=_("it has no day"))
    shift = first_day - old.days[0].day
    columns = {name: getattr(old, name) for name in FairPlan.__dataclass_fields__ if name != "days"}
    days = tuple(DayPlan(day.day + shift, day.opens, day.closes) for day in old.days)
    columns["reservations_close_at"] = old.reservations_close_at + shift
    fair = plan_fair(old.division_id, FairPlan(days=days, **columns), by=by, now=now)
    fair.cloned_from_id = fair_id
    own = set(db.session.scalars(enterprises.belonged_to(by)))
    drawn = db.session.scalar(calls.of_fair(fair_id)) is not None
    for shown in [] if drawn else queries.exhibitors(fair_id):
        if shown.enterprise.standing is Standing.APPROVED and shown.enterprise_id not in own:
            exhibitors.place_exhibitor(fair.id, shown.enterprise_id, shown.stall, by=by, now=now)
    return fair


def _check_belongs(plan: FairPlan, division_id: int) -> None:
    """Find the series and the noted place that a plan names among its Division's."""
    for table, named in ((FairSeries, plan.series_id), (Venue, plan.venue_id)):
        if named is not None:
            find_one(sa.select(table).where(table.id == named, table.division_id == division_id))


def _check_change(fair: Fair, plan: FairPlan, call: Call | None, now: datetime) -> None:
    moved = plan.reservations_close_at != fair.reservations_close_at
    if moved and closing.was_closed(fair.id):
        raise ReservationsAreClosed
    if call and call.opens_at <= now and plan.rules != fair.rules:
        raise RulesStand
    if call and call.rules.get("came_to_editions") and plan.series_id != fair.series_id:
        raise SeriesStands
    for till in tills.in_use(fair.id) if plan.cash_mode is not fair.cash_mode else []:
        if not plan.cash_mode.takes(till.enterprise_id):
            raise TillsOfAnotherMode


def _free_slug(plan: FairPlan) -> str:
    """Return an address for the fair: its name and first day, with more where that is taken."""
    day = plan.days[0].day.isoformat() if plan.days else secrets.token_hex(3)
    wanted = slug(f"{plan.name} {day}")
    taken = db.session.scalar(sa.select(Fair.id).where(Fair.slug == wanted))
    return f"{wanted}-{secrets.token_hex(2)}" if taken else wanted


def _set_days(fair: Fair, plan: FairPlan, *, by: Person, now: datetime) -> None:
    """Make the fair's days those of the plan; days with reservations may not change."""
    planned = {day.day: day for day in plan.days}
    for day in list(fair.days):
        wanted = planned.pop(day.day, None)
        same = wanted is not None and (wanted.opens, wanted.closes) == (day.opens, day.closes)
        if not same and day.collection_id and queries.reserved(day.collection_id):
            raise DayHasOrders(day=f"{day.day:%d/%m}")
        if wanted is None:
            _drop_day(day, by=by, now=now)
        else:
            day.opens, day.closes = wanted.opens, wanted.closes
    for new in planned.values():
        db.session.add(FairDay(fair_id=fair.id, **vars(new)))
    db.session.flush()
    db.session.refresh(fair, ["days", "municipality"])
    _check_closing(fair)


def _drop_day(day: FairDay, *, by: Person, now: datetime) -> None:
    if day.collection_id is not None:
        reason = _("This day of the fair was taken off the calendar.")
        collections.cancel_collection(day.collection_id, reason=reason, by=by, now=now)
    db.session.delete(day)


def _check_closing(fair: Fair) -> None:
    if not fair.days:
        return
    first = fair.days[0]
    if fair.reservations_close_at > instant_of(first.day, first.closes, fair.time_zone):
        raise ReservationsCloseLate


def _open_days(fair: Fair, *, by: Person, now: datetime) -> None:
    """Publish each day as a collection, or bring an open one up to date."""
    for day in fair.days:
        plan = _collection_plan(fair, day)
        if day.collection_id is None:
            opened = collections.open_collection(SUBJECT, day.id, plan, by=by, now=now)
            day.collection_id = opened.id
        else:
            collections.change_collection(day.collection_id, plan, by=by, now=now)
    db.session.flush()
    exhibitors.tell_sellers(fair, by=by, now=now)


def _collection_plan(fair: Fair, day: FairDay) -> collections.CollectionPlan:
    opens_at = instant_of(day.day, day.opens, fair.time_zone)
    ends_at = instant_of(day.day, day.closes, fair.time_zone)
    return collections.CollectionPlan(
        division_id=fair.division_id,
        fair_id=fair.id,
        title=fair.name,
        path=f"/feiras/{fair.slug}",
        place=fair.place,
        municipality_code=fair.municipality_code,
        day=day.day,
        opens_at=opens_at,
        ends_at=ends_at,
        closes_at=min(fair.reservations_close_at, ends_at),
        windows=collections.even_windows(
            opens_at, ends_at, minutes=fair.window_minutes, capacity=fair.window_capacity
        ),
        tolerance_minutes=fair.tolerance_minutes,
    )
