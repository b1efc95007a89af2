"""The targets of a year and what was reached, as the annual report tells them, in words."""

from collections.abc import Iterator

from flask_babel import gettext

from marketplace.core.formats import month
from marketplace.reports.indicators.asked import Value
from marketplace.reports.indicators.measures import BY_KEY, MEASURES
from marketplace.reports.indicators.names import quantity
from marketplace.reports.indicators.targets import OF_ONE
from marketplace.reports.sheet_cells import Cell
from marketplace.reports.sheet_figures import Sheet


def rows(sheet: Sheet) -> Iterator[tuple[str, list[Cell]]]:
    """Yield each target with what was done of it; its name says whether it is met."""
    for measure in MEASURES:
        if sheet.amount("goal", measure.key, "set"):
            known = sheet.amount("goal", measure.key, "known")
            target = cell(measure.key, sheet.amount("goal", measure.key, "target"))
            done = cell(measure.key, sheet.amount("goal", measure.key, "done"))
            name = f"{measure.name} ({_met(sheet, measure.key)})"
            yield name, [target, done if known else Cell(None)]


def cell(key: str, hundredths: int) -> Cell:
    """Return hundredths of what an indicator is measured in, as it is shown and written."""
    measure = BY_KEY[key]
    return Cell(hundredths, says=quantity(measure, Value(hundredths, OF_ONE[measure.unit])))


def so_far(sheet: Sheet) -> str:
    """Say of how many months a year under way is told; nothing of one that is over."""
    months = sheet.amount("count", "", "months")
    if sheet.is_over or not months or not sheet.values("goal"):
        return ""
    said = gettext(
        "Targets are of the whole year: this is %(n)s of 12 months, up to %(month)s.",
        n=months,
        month=month(sheet.period.months[months - 1]),
    )
    return str(said)


def _met(sheet: Sheet, key: str) -> str:
    if not sheet.amount("goal", key, "known"):
        return str(gettext("nothing to compare yet"))
    if sheet.amount("goal", key, "met"):
        return str(gettext("met")) if sheet.is_over else str(gettext("met so far"))
    return str(gettext("not met")) if sheet.is_over else str(gettext("not met so far"))
