"""What a year's indicators were to reach, and reached, as lines of the annual report.

A key is ``goal:<indicator>:<measure>``; ``target`` and ``done`` are in hundredths of a per cent, of
a real or of a point. ``set``, ``known`` and ``met`` are 1 or missing.
"""

from marketplace.accounts.models import Division
from marketplace.reports.indicators import targets
from marketplace.reports.indicators.asked import Asked
from marketplace.reports.indicators.counting import Known, compute
from marketplace.reports.indicators.measures import BY_KEY
from marketplace.reports.indicators.targets import OF_ONE, Reached, reached
from marketplace.reports.periods import Period

TOLD = ("target", "done")
"""Measures that are figures; the others say whether there are any."""


def lines(division: Division, year: Period) -> dict[str, int]:
    """Return the targets of a Division's year with what was reached of each."""
    asked = Asked(year, frozenset({division.id}), division.time_zone)
    known = Known(asked)
    found: dict[str, int] = {}
    for key, target in targets.of_year(asked).items():
        measure, value = BY_KEY[key], compute(key, known)
        found |= {f"goal:{key}:set": 1, f"goal:{key}:target": target.hundredths}
        if value is None or value.denominator <= 0:
            continue
        has, of = value.numerator * OF_ONE[measure.unit], value.denominator
        done = (2 * has + of) // (2 * of)  # halves up
        met = reached(measure, value, target, asked) is Reached.YES
        found |= {f"goal:{key}:known": 1, f"goal:{key}:done": done, f"goal:{key}:met": int(met)}
    return found
