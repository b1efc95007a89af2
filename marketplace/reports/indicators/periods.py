"""The periods that indicators may be asked for: months, bimesters, quarters and years, by a key."""

import re
from datetime import date, timedelta

from marketplace.core.clock import month_after
from marketplace.reports.periods import OLDEST, Period

MONTHS = {"": 12, "T": 3, "B": 2, "-": 1}
KEY = re.compile(r"(\d{4})(?:-(T|B)?(\d{1,2}))?")
BACK = 5  # years


def of_key(key: str) -> Period | None:
    """Return the period of a key: 2026, 2026-T4 (quarter), 2026-B6 (bimester), 2026-11."""
    found = KEY.fullmatch(key)
    if not found:
        return None
    year, kind, turn = int(found[1]), found[2] or ("-" if found[3] else ""), int(found[3] or 1)
    months = MONTHS[kind]
    if not OLDEST.year < year <= 2099 or not 1 <= turn <= 12 // months:
        return None
    first = date(year, (turn - 1) * months + 1, 1)
    return Period(first, month_after(first, months) - timedelta(days=1))


def keys(today: date) -> list[str]:
    """Return what is offered, latest first: five years, two of them in all their parts."""
    found = [str(today.year - back) for back in range(BACK)]
    for year in (today.year, today.year - 1):
        for kind, count in (("-B", 6), ("-T", 4), ("-", 12)):
            turns = range(count, 0, -1)
            found += [
                f"{year}{kind}{turn:02d}" if kind == "-" else f"{year}{kind}{turn}"
                for turn in turns
            ]
    return [key for key in found if (period := of_key(key)) and period.first <= today]


def last_whole(kind: str, today: date) -> str:
    """Return the key of the last year (``""``), quarter, bimester or month that is over."""
    months = MONTHS[kind]
    turn = (today.month - 1) // months
    year, turn = (today.year, turn) if turn else (today.year - 1, 12 // months)
    if not kind:
        return str(year)
    return f"{year}-{turn:02d}" if kind == "-" else f"{year}-{kind}{turn}"
