"""Service points, closing days and delivery prices of a Division."""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from marketplace.accounts.models import Division, Zone
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.orders.errors import DaysWrong, HoursWrong, PriceWrong
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import ClosingDay, DeliveryPrice, ServicePoint
from marketplace.orders.models.states import OPEN
from marketplace.orders.operations import steps
from marketplace.orders.queries import places
from marketplace.orders.signals import order_changed

Hours = dict[str, list[str]]
"""By ISO weekday "1" … "7": opening and closing, local, ``["08:00", "14:00"]``."""
WEEKDAYS = {str(day) for day in range(1, 8)}
MOST_CENTS, MOST_DAYS = 1000_00, 60


@operation
def open_point(
    division_id: int, *, name: str, address: str, hours: Hours, by: Person, now: datetime
) -> ServicePoint:
    """Offer a place where orders wait for their buyers.

    :raises NotFound: if ``by`` is not staff of the Division.
    :raises HoursWrong: if a day does not close after it opens, or none opens.
    """
    division = find_one(places.divisions_run_by(by).where(Division.id == division_id))
    point = ServicePoint(division_id=division.id)
    db.session.add(point)
    return _described(point, name, address, hours, by=by, now=now)


@operation
def change_point(
    point_id: int, *, name: str, address: str, hours: Hours, by: Person, now: datetime
) -> ServicePoint:
    """Correct a point; orders already promised there keep their day.

    :raises HoursWrong: as for ``open_point``.
    """
    return _described(_point(point_id, by), name, address, hours, by=by, now=now)


@operation
def close_point(point_id: int, *, by: Person, now: datetime) -> ServicePoint:
    """Offer it no more; orders already promised there stay."""
    point = _point(point_id, by)
    point.closed_at = point.closed_at or now
    audit.record("point_closed", by=by, now=now, point_id=point.id)
    return point


@operation
def close_day(division_id: int, day: date, *, reason: str, by: Person, now: datetime) -> int:
    """Close the Division's points on a day; orders of that day wait for the next opening day.

    Return how many orders moved.
    """
    division = lock_one(places.divisions_run_by(by).where(Division.id == division_id))
    row = db.session.get(ClosingDay, (division.id, day)) or ClosingDay(
        division_id=division.id, day=day
    )
    row.reason = steps.required(reason)
    db.session.add(row)
    db.session.flush()
    audit.record("day_closed", by=by, now=now, division_id=division.id, day=day.isoformat())
    return _move_orders(division, day, by=by, now=now)


@operation
def reopen_day(division_id: int, day: date, *, by: Person, now: datetime) -> None:
    """Let the points open on a day after all; orders that moved away stay where they are."""
    division = lock_one(places.divisions_run_by(by).where(Division.id == division_id))
    if row := db.session.get(ClosingDay, (division.id, day)):
        db.session.delete(row)
        audit.record("day_reopened", by=by, now=now, division_id=division.id, day=day.isoformat())


@operation
def set_delivery_price(
    zone_id: int, *, price_cents: int, days: int, offered: bool = True, by: Person, now: datetime
) -> DeliveryPrice:
    """Say what it costs to deliver to a zone; orders already placed keep theirs.

    :raises PriceWrong, DaysWrong: outside 0 to R$ 1,000 and 1 to 60 days.
    """
    if not 0 <= price_cents <= MOST_CENTS:
        raise PriceWrong
    if not 1 <= days <= MOST_DAYS:
        raise DaysWrong(most=MOST_DAYS)
    served = places.divisions_run_by(by).with_only_columns(Division.municipality_code)
    zone = find_one(sa.select(Zone).where(Zone.id == zone_id, Zone.municipality_code.in_(served)))
    price = db.session.get(DeliveryPrice, zone.id) or DeliveryPrice(zone_id=zone.id)
    price.price_cents, price.days, price.offered = price_cents, days, offered
    db.session.add(price)
    db.session.flush()
    facts = {"zone_id": zone.id, "price_cents": price_cents, "days": days, "offered": offered}
    audit.record("delivery_priced", by=by, now=now, **facts)
    return price


def _point(point_id: int, by: Person) -> ServicePoint:
    ids = places.divisions_run_by(by).with_only_columns(Division.id)
    query = sa.select(ServicePoint).where(ServicePoint.id == point_id)
    return lock_one(query.where(ServicePoint.division_id.in_(ids)))


def _described(
    point: ServicePoint, name: str, address: str, hours: Hours, *, by: Person, now: datetime
) -> ServicePoint:
    point.name, point.address = clean(name), clean(address)
    point.hours = {day: _span(span) for day, span in hours.items()}
    if not point.hours or not point.hours.keys() <= WEEKDAYS:
        raise HoursWrong
    db.session.flush()
    audit.record("point_described", by=by, now=now, point_id=point.id)
    return point


def _span(hours: list[str]) -> list[str]:
    try:
        opens, closes = (time.fromisoformat(hour.zfill(5)) for hour in hours)
    except ValueError as error:
        raise HoursWrong from error
    if not opens < closes:
        raise HoursWrong
    return [f"{opens:%H:%M}", f"{closes:%H:%M}"]


def _move_orders(division: Division, day: date, *, by: Person, now: datetime) -> int:
    """Let the orders of a day that is closed wait for the next one on which their point opens."""
    waiting = (
        sa.select(Order)
        .join(Order.point)
        .where(
            ServicePoint.division_id == division.id,
            Order.collect_on == day,
            Order.state.in_(OPEN),
        )
        .order_by(Order.id)
    )
    closed, moved = places.closed_on(division.id, day), 0
    for order in db.session.scalars(waiting.with_for_update(of=Order)).all():
        following = day + timedelta(days=1)
        if order.point and (days := places.next_days(order.point, following, closed, count=1)):
            order.collect_on = days[0]
            order.due_at = order.point.hours_on(days[0])[1] + places.POINT_TOLERANCE
            steps.note(order, "day_changed", by=by, now=now)
            order_changed.send(order_id=order.id, kind="day_changed", by=by, now=now)
            moved += 1
    return moved
