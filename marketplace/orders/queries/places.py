"""Collections, service points and deliveries."""

from collections.abc import Set
from datetime import date, timedelta
from itertools import islice

import sqlalchemy as sa

from marketplace.accounts.models import Division, Municipality, Role, Zone
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.orders.models.places import (
    ClosingDay,
    Collection,
    DeliveryPrice,
    ServicePoint,
)
from marketplace.orders.queries.offered import OpenPoint

STAFF = {Role.ARTICULATION, Role.HEAD, Role.ADMINISTRATOR}
POINT_TOLERANCE = timedelta(hours=1)  # after a point closes, before no-show
DAYS_SHOWN, LOOK_AHEAD = 5, 60


def divisions_run_by(person: Person) -> sa.Select[Division]:
    """Select the Divisions whose places this person may change."""
    if "house" in person.roles:
        return sa.select(Division)
    ids = frozenset() if person.roles.isdisjoint(STAFF) else person.divisions
    return sa.select(Division).where(Division.id.in_(ids))


def collection(collection_id: int) -> sa.Select[Collection]:
    return sa.select(Collection).where(Collection.id == collection_id)


def points_of(division_id: int) -> sa.Select[ServicePoint]:
    """Select the service points in use, by name."""
    query = sa.select(ServicePoint).where(
        ServicePoint.division_id == division_id, ServicePoint.closed_at.is_(None)
    )
    return query.order_by(ServicePoint.name, ServicePoint.id)


def closing_days(division_id: int, since: date) -> sa.Select[ClosingDay]:
    query = sa.select(ClosingDay).where(
        ClosingDay.division_id == division_id, ClosingDay.day >= since
    )
    return query.order_by(ClosingDay.day)


def closed_on(division_id: int, since: date) -> set[date]:
    return {closing.day for closing in db.session.scalars(closing_days(division_id, since))}


def next_days(
    point: ServicePoint | OpenPoint, first: date, closed: Set[date], *, count: int = DAYS_SHOWN
) -> list[date]:
    """Return the next days, from ``first`` on, on which a point opens."""
    days = (first + timedelta(days=n) for n in range(LOOK_AHEAD))
    return list(islice((d for d in days if point.open_on(d) and d not in closed), count))


def prices_of(division_id: int) -> sa.Select[Zone, DeliveryPrice]:
    """Select every zone of the Division's municipality, with its price where it has one."""
    return (
        sa.select(Zone, DeliveryPrice)
        .join(Municipality, Municipality.code == Zone.municipality_code)
        .join(Division, Division.municipality_code == Municipality.code)
        .join(DeliveryPrice, DeliveryPrice.zone_id == Zone.id, isouter=True)
        .where(Division.id == division_id)
        .order_by(Zone.name)
    )
