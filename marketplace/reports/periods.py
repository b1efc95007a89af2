"""Periods of local days, and what comes before them."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.clock import month_after, months_between

OLDEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Period:
    """From one local day to another, both counted in."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not OLDEST <= self.first <= self.last <= LATEST:
            raise ValueError("a period runs forward, between 2000 and 2100")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def whole_months(self) -> bool:
        return self.first.day == 1 and (self.last + timedelta(days=1)).day == 1

    @property
    def months(self) -> list[date]:
        """Return the first day of each month that the period touches."""
        return months_between(self.first, self.last)

    def in_months(self) -> tuple["Period | None", list["Period"]]:
        """Return the whole months of this period together, and the days that are left at its ends.

        No whole month: all of its days are left.
        """
        start = self.first if self.first.day == 1 else month_after(self.first, 1)
        after = self.last + timedelta(days=1)
        stop = after.replace(day=1)
        if start >= stop:
            return None, [self]
        whole = Period(start, stop - timedelta(days=1))
        ends = [Period(self.first, start - timedelta(days=1))] if self.first < start else []
        return whole, [*ends, *([Period(stop, self.last)] if stop < after else [])]

    def before(self) -> "Period | None":
        """Return the period of the same length just before: as many whole months, or days.

        None where that would be before the year 2000.
        """
        if self.whole_months:
            first = month_after(self.first, -len(self.months))
        else:
            first = self.first - timedelta(days=self.days)
        return Period(first, self.first - timedelta(days=1)) if first >= OLDEST else None


def year_so_far(today: date) -> Period:
    """Return the twelve months that end with the one of ``today``, whole."""
    last = date(today.year, today.month, calendar.monthrange(today.year, today.month)[1])
    return Period(month_after(last, -11), last)


def month_key(day: date) -> int:
    """Return how the month of a day is keyed: 202611."""
    return day.year * 100 + day.month


def date_of(month: int) -> date:
    """Return the first day of a month by its key."""
    return date(month // 100, month % 100, 1)
