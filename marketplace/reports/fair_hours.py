"""In which hours of a fair it was sold, by clocks that may be wrong."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from marketplace.fairs.models.fairs import Fair
from marketplace.orders.models.orders import State
from marketplace.reports.fair_counting import Reserved, Sold

GIVEN = (State.HANDED_OVER, State.WITHDRAWN)
FARTHEST = timedelta(days=365 * 60)  # a clock that is further off tells no hour


class Hour(NamedTuple):
    """An hour of the fair: what tills sold in it, and how many orders were handed over."""

    day: date
    hour: int
    sales: int
    cents: int
    handed: int


def hours_of(sold: Iterable[Sold], reserved: Iterable[Reserved], fair: Fair) -> list[Hour]:
    """Return the hours of each day from the first to the last in which something happened."""
    zone, days = ZoneInfo(fair.time_zone), {day.day for day in fair.days}
    sales: dict[tuple[date, int], set[int]] = defaultdict(set)
    cents: dict[tuple[date, int], int] = defaultdict(int)
    handed: dict[tuple[date, int], int] = defaultdict(int)
    for one in sold:
        if (at := _hour_of(one, zone)) is not None:
            sales[at].add(one.sale_id)
            cents[at] += one.cents
    for order in reserved:
        if order.state in GIVEN and order.handed_over_at:
            local = order.handed_over_at.astimezone(zone)
            if local.date() in days:
                handed[local.date(), local.hour] += 1
    return [
        Hour(*at, len(sales.get(at, ())), cents.get(at, 0), handed.get(at, 0))
        for at in _filled({*sales, *handed})
    ]


def _hour_of(sale: Sold, zone: ZoneInfo) -> tuple[date, int] | None:
    """Return the hour of a sale by its till's clock, set right; or else when it arrived here.

    None where neither lies on the day of the till.
    """
    told = sale.told_at
    if told and abs(told - sale.received_at) < FARTHEST:
        told -= timedelta(seconds=sale.skew_seconds or 0)
    else:
        told = None
    for at in (told, sale.received_at):
        local = at.astimezone(zone) if at else None
        if local and local.date() == sale.day:
            return sale.day, local.hour
    return None


def _filled(found: set[tuple[date, int]]) -> list[tuple[date, int]]:
    days = sorted({day for day, _hour in found})
    of = {day: [hour for on, hour in found if on == day] for day in days}
    return [(day, hour) for day in days for hour in range(min(of[day]), max(of[day]) + 1)]
