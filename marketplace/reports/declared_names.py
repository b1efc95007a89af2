"""Words for what is declared: how surely it is known, of which time, and what it is limited to."""

from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.core.formats import month
from marketplace.core.look import SEGMENTS
from marketplace.orders.models.facts import Channel
from marketplace.reports.declared import Told, of_period
from marketplace.reports.models.declared import DeclaredTotal, Sureness
from marketplace.reports.names import CHANNELS
from marketplace.reports.operations.declaring import Past
from marketplace.reports.periods import Period, date_of

SURENESS = {
    Sureness.DOCUMENTED: _("documented"),
    Sureness.ESTIMATED: _("estimated"),
    Sureness.REMEMBERED: _("remembered"),
}
CHOSEN = {
    Sureness.DOCUMENTED: _("Documented: a paper says it"),
    Sureness.ESTIMATED: _("Estimated: reckoned from what is known"),
    Sureness.REMEMBERED: _("Remembered: somebody tells it from memory"),
}


class Line(NamedTuple):
    """What is declared of a time, in centavos; ``missing`` says of which part of it nothing is."""

    name: str
    cents: int
    sureness: Sureness
    missing: str

    @property
    def how(self) -> str:
        """Return how surely it is known, and what of it is missing."""
        return "; ".join(part for part in (surely(self.sureness), self.missing) if part)


def time_of(total: DeclaredTotal | Past) -> str:
    """Return the month or year of a total in words."""
    return month(total.first_on) if total.month else str(total.year)


def limits_of(total: DeclaredTotal) -> str:
    """Return what a total is limited to, in words."""
    place = total.municipality.name if total.municipality else ""
    return limits(place, total.segment, total.channel, total.fair)


def limits(municipality: str, segment: str, channel: str, fair: str) -> str:
    """Return in words what a total with these limits tells of."""
    parts = [
        municipality,
        str(SEGMENTS[segment].name) if segment else "",
        str(CHANNELS[Channel(channel)]) if channel else "",
        fair,
    ]
    return " · ".join(part for part in parts if part) or gettext("All that was sold")


def lines(told: dict[int, Told], years: range) -> list[Line]:
    """Return what is declared of the months of some years, or of a year as one; earliest first."""
    found = []
    for key, one in sorted(told.items(), key=lambda pair: (str(pair[0])[:4], pair[0] < 9999)):
        if int(str(key)[:4]) in years:
            name = str(key) if key < 9999 else month(date_of(key))
            found.append(Line(name, one.cents, one.sureness, ""))
    return found


def line_of(name: str, told: dict[int, Told], period: Period) -> Line | None:
    """Return what is declared of a period of whole months; none where nothing is."""
    one, known = of_period(told, period)
    if one is None:
        return None
    return Line(name, one.cents, one.sureness, coverage(known, len(period.months)))


def marks(told: dict[int, Told], counted: dict[int, int]) -> list[int]:
    """Return what a chart marks as declared in each month: where nothing was counted, in centavos.

    ``counted`` are the months as 202611, as a chart shows them, with what was counted in each.
    """
    return [
        0 if cents or month not in told else told[month].cents for month, cents in counted.items()
    ]


def coverage(known: int, months: int) -> str:
    """Say of how many months something is declared; nothing where of all."""
    if known >= months:
        return ""
    return str(gettext("%(n)s of %(all)s months are declared", n=known, all=months))


def surely(sureness: Sureness) -> str:
    """Return how surely it is known."""
    return str(SURENESS[sureness])
