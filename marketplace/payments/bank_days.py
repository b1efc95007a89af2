"""On which days banks work, and how long a boleto and what it pays for must wait.

**Source:** Resolução CMN 4.880/2020 (days that are none for banks: Saturdays, Sundays, national
holidays, Monday and Tuesday of Carnival, Corpus Christi); Lei 662/1949 with 10.607/2002, Lei
6.802/1980 (12 October), Lei 14.759/2023 (20 November, since 2024), Lei 9.093/1995 (Good Friday is
kept everywhere); FEBRABAN publishes the same list.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

from marketplace.core.clock import day_bounds, today

ZONE = "America/Sao_Paulo"
"""Of banks: a boleto ends with the day there.

**Source:** https://docs.stripe.com/api/payment_intents/create (``boleto[expires_after_days]``).
"""
DAYS_TO_PAY = 2  # bank days after the one on which a boleto is asked for
DAYS_TO_CONFIRM = 2
"""Bank days after the due date on which a payment made in time may still be told.

**Source:** https://docs.stripe.com/payments/boleto (one, as a rule).
"""
FIXED = {(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25)}
AROUND_EASTER = (-48, -47, -2, 60)  # Carnival's Monday and Tuesday, Good Friday, Corpus Christi
ZUMBI, SINCE = (11, 20), 2024
SATURDAY = 5


@lru_cache(64)
def easter(year: int) -> date:
    """Return Easter Sunday.

    **Source:** Meeus, "Astronomical Algorithms", chapter 8 (Gregorian calendar).
    """
    golden, (century, rest) = year % 19, divmod(year, 100)
    skipped = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + skipped + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def is_holiday(day: date) -> bool:
    """Whether banks are closed all over Brazil, though it may be a day of the week."""
    named = (day.month, day.day)
    if named in FIXED or (named == ZUMBI and day.year >= SINCE):
        return True
    return (day - easter(day.year)).days in AROUND_EASTER


def is_bank_day(day: date) -> bool:
    return day.weekday() < SATURDAY and not is_holiday(day)


def bank_days_after(day: date, count: int) -> date:
    """Return the bank day that comes so many after a day, which itself need be none."""
    while count:
        day += timedelta(days=1)
        count -= is_bank_day(day)
    return day


def due_day(now: datetime) -> date:
    """Return until which day a boleto that is asked for now is to be paid."""
    return bank_days_after(today(ZONE, now), DAYS_TO_PAY)


def held_until(due: date) -> datetime:
    """Return until when it may still turn out that a boleto was paid in time."""
    return day_bounds(bank_days_after(due, DAYS_TO_CONFIRM), ZONE)[1]


def last_day(expires_at: datetime) -> date:
    """Return the due date of a boleto that can be paid until an instant."""
    return today(ZONE, expires_at - timedelta(microseconds=1))
