"""What is declared, as a sheet tells it: apart from what is counted, and how surely."""

from flask_babel import gettext

from marketplace.core.formats import month
from marketplace.core.money import format_cents
from marketplace.reports import declared
from marketplace.reports.declared import Told
from marketplace.reports.declared_names import Line, line_of, surely
from marketplace.reports.models.declared import Sureness
from marketplace.reports.periods import Period, date_of
from marketplace.reports.sheet_figures import Sheet

ON_PAPER = 3  # lines


def told(sheet: Sheet) -> dict[int, Told]:
    """Return what was declared when a sheet was counted, by 202611 or 2026."""
    keys = (key.split(":") for key in sheet.lines if key.startswith("declared:"))
    return {
        int(time): Told(sheet.lines[f"declared:{time}:{how}"], Sureness(how))
        for _group, time, how in keys
    }


def lines(sheet: Sheet, periods: dict[Period, str]) -> list[Line]:
    """Return what is declared of each of some periods, where something is."""
    known = told(sheet)
    found = [line_of(name, known, period) for period, name in periods.items()]
    return [line for line in found if line]


def named(line: Line) -> str:
    """Return a line's name with how surely it is known, and what of it is missing."""
    return f"{line.name} ({line.how})"


def better(sheet: Sheet, cents: int) -> str:
    """Say which month declares more than the best that was counted; nothing where none does."""
    best = declared.best_month(told(sheet))
    if best is None or best[1].cents <= cents:
        return ""
    said = gettext(
        "More is declared of %(month)s: %(amount)s (%(how)s).",
        month=month(date_of(best[0])),
        amount=format_cents(best[1].cents),
        how=surely(best[1].sureness),
    )
    return str(said)


def note(found: list[Line]) -> list[str]:
    """Return a sentence that tells the first of some lines; none where there is none."""
    parts = [f"{named(line)}: {format_cents(line.cents)}" for line in found[:ON_PAPER]]
    if not parts:
        return []
    return [gettext("Declared, not counted here: %(what)s.", what="; ".join(parts))]
