"""The differences between two counts of a period, in words."""

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from marketplace.core.formats import month
from marketplace.core.money import format_cents
from marketplace.enterprises.labels import SEXES
from marketplace.enterprises.models import Sex
from marketplace.reports import sheet_goal_words as goals
from marketplace.reports import sheet_tables as words
from marketplace.reports.declared_names import SURENESS
from marketplace.reports.indicators.measures import BY_KEY
from marketplace.reports.periods import date_of
from marketplace.reports.sheet_cells import Cell
from marketplace.reports.sheet_differences import Cause, Difference, Unmoved
from marketplace.reports.sheet_figures import Sheet
from marketplace.reports.sheet_tables import COUNTS

CAUSES = {
    Cause.GIVEN_BACK: _("given back or called off since"),
    Cause.LATE_TILL: _("sold at tills that told it later"),
    Cause.DECLARED: _("totals declared since"),
    Cause.DECLARED_BACK: _("declared totals taken back"),
    Cause.LATE_ORDER: _("orders recorded since"),
    Cause.LISTS: _("lists of places, groups and people kept up since"),
    Cause.PAST: _("declared or corrected since"),
    Cause.MONEY: _("paid or given back since"),
    Cause.GOALS: _("targets set and indicators counted since"),
    Cause.OTHER: _("written while the report was being issued"),
}
MEASURES = {
    "sales": _("Sales"),
    "orders": _("Orders taken"),
    "handed": _("Handed over of orders taken"),
    "makers": _("To the makers"),
    "composed": _("Volume with open price"),
    "pieces": _("Pieces"),
    "sellers": _("Groups that sold"),
    "new": _("New groups"),
    "people": _("In groups that sold"),
    "new_people": _("In new groups"),
    "target": _("Target"),
    "done": _("Reached"),
} | COUNTS
MEASURES |= {how.value: words for how, words in SURENESS.items()}
AMOUNTS = ("sales", "orders", "handed", "makers", "composed", *SURENESS)


class Change(NamedTuple):
    """A line that differs, and why."""

    name: str
    before: Cell
    now: Cell
    change: Cell
    why: list[tuple[str, Cell]]


def changes(found: Iterable[Difference], sheet: Sheet) -> list[Change]:
    """Return the differences as they are read: those of the whole first."""
    ordered = sorted(found, key=lambda one: (not one.key.startswith("all:"), one.key))
    return [_change(one, sheet) for one in ordered]


def sentences(still: Unmoved) -> list[str]:
    """Return what happened since and moves nothing here, a sentence each."""
    told = []
    if still.renamed:
        told.append(
            ngettext(
                "%(num)s group has another name today: its sales stay under the old one.",
                "%(num)s groups have another name today: their sales stay under the old one.",
                still.renamed,
            )
        )
    if still.rates:
        told.append(gettext("The fund's part changed: each sale keeps the part of its day."))
    if still.given_back_cents:
        told.append(
            gettext(
                "%(amount)s was given back after the period: it counts on the day of that.",
                amount=format_cents(still.given_back_cents),
            )
        )
    return told


def _change(one: Difference, sheet: Sheet) -> Change:
    group, value, measure = one.key.split(":")
    is_amount = measure in AMOUNTS
    shown = partial(goals.cell, value) if group == "goal" else partial(Cell, is_amount=is_amount)
    why = [(str(CAUSES[Cause(c)]), shown(n)) for c, n in one.causes.items()]
    then, now, change = (shown(n) for n in (one.before, one.now, one.change))
    return Change(f"{_whose(sheet, group, value)}{MEASURES[measure]}", then, now, change, why)


def _whose(sheet: Sheet, group: str, value: str) -> str:
    """Return what stands before the measure: nothing for the whole."""
    if group in ("all", "count"):
        return ""
    names = {"women": gettext("Of women"), "led": gettext("Of groups led by women")}
    if group == "month":
        name = month(date_of(int(value)))
    elif group == "declared":
        time = month(date_of(int(value))) if int(value) > 9999 else value
        name = gettext("Declared of %(time)s", time=time)
    elif group == "goal":
        name = str(BY_KEY[value].name)
    elif group == "sex":
        name = str(SEXES[Sex(value)])
    else:
        name = names.get(group) or words.label_of(sheet, group, value)
    return f"{name}: "
