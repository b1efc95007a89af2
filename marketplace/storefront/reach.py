"""How a product reaches its buyer, as its page tells: values, kept until a place or a fair changes.

A few rows serve the pages of thousands of products.
"""

from datetime import date, datetime
from typing import NamedTuple

from marketplace.accounts import queries as accounts
from marketplace.core.clock import day_bounds
from marketplace.core.finding import find_one
from marketplace.core.generations import kept
from marketplace.fairs.queries import calendar as fairs
from marketplace.orders.queries.offered import offered_by
from marketplace.payments import settings
from marketplace.payments.queries import funds

SHOWN = 2  # service points


class Point(NamedTuple):
    name: str
    address: str


class Reach(NamedTuple):
    """What a Division's places offer to its makers' buyers."""

    municipality: str
    time_zone: str
    points: tuple[Point, ...]
    delivery_cents: int | None  # the cheapest one; none without deliveries
    fund_cents: int  # of each R$ 100 paid on the site, what its solidarity fund gets


class Coming(NamedTuple):
    """A day of a fair at which a maker will be."""

    slug: str
    place: str
    day: date
    stall: str
    closes_at: datetime  # of its reservations


def reach(division_id: int, day: date) -> Reach:
    """Return what holds on a local day."""
    return kept(("reach", division_id, day), ("places",), lambda: _reach(division_id, day))


def coming(enterprise_id: int, day: date) -> list[Coming]:
    """Return the days on which a maker will be at an announced fair, soonest first."""
    return kept(("coming", enterprise_id, day), ("fairs",), lambda: _coming(enterprise_id, day))


def _reach(division_id: int, day: date) -> Reach:
    division = find_one(accounts.division(division_id))
    there = offered_by(division_id)
    return Reach(
        division.municipality.name,
        division.time_zone,
        tuple(Point(point.name, point.address) for point in there.points[:SHOWN]),
        min((to.price_cents for to in there.deliveries), default=None),
        _of_a_hundred(division_id, day_bounds(day, division.time_zone)[0]),
    )


def _of_a_hundred(division_id: int, at: datetime) -> int:
    """Return a rate as centavos of R$ 100: hundredths of a percent are just that."""
    return funds.rate_of(division_id, at) if settings.environment() else 0


def _coming(enterprise_id: int, day: date) -> list[Coming]:
    return [
        Coming(s.fair.slug, s.fair.place, s.day.day, s.stall, s.fair.reservations_close_at)
        for s in fairs.of_enterprise(enterprise_id, day)
    ]
