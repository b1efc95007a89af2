"""Where and how orders can be had now, as plain values: of columns, by statements built once."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Division, Municipality, Zone
from marketplace.core.database import rows
from marketplace.core.generations import kept
from marketplace.orders.models.places import (
    ClosingDay,
    Collection,
    CollectionSeller,
    DeliveryPrice,
    ServicePoint,
    Window,
)

_RULES: Any = ServicePoint  # what it says of its columns holds of the same columns of an open point


class OpenWindow(NamedTuple):
    """A span within a collection that is not over, with or without room."""

    id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int

    @property
    def has_room(self) -> bool:
        return self.taken < self.capacity


class OpenCollection(NamedTuple):
    """A collection that takes orders, with the stalls of those who were asked about."""

    id: int
    place: str
    day: date
    opens_at: datetime
    ends_at: datetime
    closes_at: datetime
    tolerance: timedelta
    time_zone: str
    windows: tuple[OpenWindow, ...]
    stalls: dict[int, str]  # by enterprise
    fair_id: int | None = None

    @property
    def due_at(self) -> datetime:
        """Until when goods wait."""
        return self.ends_at + self.tolerance

    def coming(self, now: datetime) -> list[OpenWindow]:
        """Return the windows that are not over, with or without room."""
        return [window for window in self.windows if window.ends_at > now]


class OpenPoint(NamedTuple):
    """A service point in use."""

    id: int
    name: str
    address: str
    hours: dict[str, Any]  # as in its row
    time_zone: str

    def open_on(self, day: date) -> bool:
        found: bool = _RULES.open_on(self, day)
        return found

    def hours_on(self, day: date) -> tuple[datetime, datetime]:
        found: tuple[datetime, datetime] = _RULES.hours_on(self, day)
        return found


class ZonePrice(NamedTuple):
    """What it costs to have an order brought to a zone; ``days`` the zone's."""

    zone_id: int
    zone_name: str
    price_cents: int
    days: int


class Offered(NamedTuple):
    """What a Division offers on any day: points, days on which they do not open, deliveries."""

    points: tuple[OpenPoint, ...]  # by name
    closed: frozenset[date]
    deliveries: tuple[ZonePrice, ...]  # by name of the zone


def collections_of(enterprise_ids: Iterable[int], now: datetime) -> list[OpenCollection]:
    """Return the collections that still take orders and have any of these sellers, by day.

    Of their sellers these alone are read: a fair may have a hundred. What changes with each order,
    how full a window is, is read each time; the rest is kept until one of those rows changes.
    """
    ids = tuple(enterprise_ids)
    known = kept(("collections", ids), ("places",), lambda: _collections(ids))
    found = {one.id: one for one in known if one.closes_at > now}
    windows: dict[int, list[OpenWindow]] = {key: [] for key in found}
    for key, *facts in rows(_WINDOWS, {"ids": list(found)}) if found else ():
        windows[key].append(OpenWindow(*facts))
    return [one._replace(windows=tuple(windows[key])) for key, one in found.items()]


def _collections(enterprise_ids: tuple[int, ...]) -> tuple[OpenCollection, ...]:
    """Return those that were neither called off nor closed, without their windows."""
    found: dict[int, OpenCollection] = {}
    for row in rows(_COLLECTIONS, {"ids": enterprise_ids}):
        if row.id not in found:
            tolerance = timedelta(minutes=row.tolerance_minutes)
            found[row.id] = OpenCollection._make(
                (*row[:6], tolerance, row.time_zone, (), {}, row.fair_id)
            )
        found[row.id].stalls[row.enterprise_id] = row.stall
    return tuple(found.values())


def offered_by(division_id: int) -> Offered:
    """Return what a Division offers; kept until one of these rows changes."""
    return kept(("offered", division_id), ("places",), lambda: _offered(division_id))


def _offered(division_id: int) -> Offered:
    of = {"division": division_id}
    return Offered(
        tuple(OpenPoint(*row) for row in rows(_POINTS, of)),
        frozenset(row.day for row in rows(_CLOSED, of)),
        tuple(ZonePrice(*row) for row in rows(_PRICES, of)),
    )


_COLLECTIONS = (
    sa.select(
        Collection.id,
        Collection.place,
        Collection.day,
        Collection.opens_at,
        Collection.ends_at,
        Collection.closes_at,
        Collection.tolerance_minutes,
        Municipality.time_zone,
        CollectionSeller.enterprise_id,
        CollectionSeller.stall,
        Collection.fair_id,
    )
    .select_from(Collection)
    .join(CollectionSeller, CollectionSeller.collection_id == Collection.id)
    .join(Municipality, Municipality.code == Collection.municipality_code)
    .where(
        CollectionSeller.enterprise_id.in_(sa.bindparam("ids", expanding=True)),
        Collection.cancelled_at.is_(None),
        Collection.closed_at.is_(None),
    )
    .order_by(Collection.opens_at, Collection.id)
)
_WINDOWS = (
    sa.select(
        Window.collection_id,
        Window.id,
        Window.starts_at,
        Window.ends_at,
        Window.capacity,
        Window.taken,
    )
    .where(Window.collection_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(Window.starts_at)
)
_OF_DIVISION = Division.id == sa.bindparam("division")
_POINTS = (
    sa.select(
        ServicePoint.id,
        ServicePoint.name,
        ServicePoint.address,
        ServicePoint.hours,
        Municipality.time_zone,
    )
    .select_from(ServicePoint)
    .join(Division, Division.id == ServicePoint.division_id)
    .join(Municipality, Municipality.code == Division.municipality_code)
    .where(_OF_DIVISION, ServicePoint.closed_at.is_(None))
    .order_by(ServicePoint.name, ServicePoint.id)
)
_CLOSED = sa.select(ClosingDay.day).where(ClosingDay.division_id == sa.bindparam("division"))
_PRICES = (
    sa.select(Zone.id, Zone.name, DeliveryPrice.price_cents, DeliveryPrice.days)
    .select_from(DeliveryPrice)
    .join(Zone, Zone.id == DeliveryPrice.zone_id)
    .join(Division, Division.municipality_code == Zone.municipality_code)
    .where(_OF_DIVISION, DeliveryPrice.offered)
    .order_by(Zone.name)
)
