"""Service points, closing days and delivery prices of a Division."""

from datetime import date, datetime

from marketplace.core.database import operation
from marketplace.core.rights import Person
from marketplace.orders.models.places import DeliveryPrice, ServicePoint

Hours = dict[str, list[str]]
"""By ISO weekday "1" … "7": opening and closing, local, ``["08:00", "14:00"]``."""


@operation
def open_point(
    division_id: int, *, name: str, address: str, hours: Hours, by: Person, now: datetime
) -> ServicePoint:
    """Offer a place where orders wait for their buyers.

    :raises HoursWrong: if a day does not close after it opens.
    """
    raise NotImplementedError


@operation
def change_point(
    point_id: int, *, name: str, address: str, hours: Hours, by: Person, now: datetime
) -> ServicePoint:
    raise NotImplementedError


@operation
def close_point(point_id: int, *, by: Person, now: datetime) -> ServicePoint:
    """Offer it no more; orders already promised there stay."""
    raise NotImplementedError


@operation
def close_day(division_id: int, day: date, *, reason: str, by: Person, now: datetime) -> int:
    """Close the Division's points on a day; orders of that day wait for the next opening day.

    Return how many orders moved.
    """
    raise NotImplementedError


@operation
def reopen_day(division_id: int, day: date, *, by: Person, now: datetime) -> None:
    raise NotImplementedError


@operation
def set_delivery_price(
    zone_id: int, *, price_cents: int, days: int, offered: bool = True, by: Person, now: datetime
) -> DeliveryPrice:
    """Say what it costs to deliver to a zone; orders already placed keep theirs."""
    raise NotImplementedError
