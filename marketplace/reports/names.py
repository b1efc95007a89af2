"""How figures are called and written: on screen, and in a sheet that can be added up."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.core.formats import month, month_name
from marketplace.core.look import SEGMENTS
from marketplace.core.sheets.writing import reais
from marketplace.enterprises.labels import KINDS
from marketplace.orders.models.facts import Channel, Confidence
from marketplace.reports import queries
from marketplace.reports.periods import date_of
from marketplace.reports.queries import Answer, Figures, Line
from marketplace.reports.questions import Dimension

CHANNELS = {
    Channel.FAIR_STALL: _("At the stall"),
    Channel.FAIR_DESK: _("At the fair's common desk"),
    Channel.ONLINE_FAIR: _("Ordered online, collected at a fair"),
    Channel.ONLINE_POINT: _("Ordered online, collected at a service point"),
    Channel.ONLINE_DELIVERY: _("Ordered online, delivered"),
    Channel.INSTITUTIONAL: _("To an institution"),
    Channel.WHOLESALE: _("Wholesale or export"),
    Channel.EXCHANGE: _("Exchange"),
    Channel.RECYCLABLES: _("Recyclables"),
}
CONFIDENCES = {
    Confidence.TILL: _("recorded by a till"),
    Confidence.ORDER: _("handed over by code"),
    Confidence.SLIP: _("on a slip"),
    Confidence.DECLARED: _("declared totals"),
    Confidence.ESTIMATED: _("estimated"),
}
LED = {True: _("Led by women"), False: _("Not led by women")}
CODED: dict[Dimension, dict[Any, Any]] = {
    Dimension.KIND: KINDS,
    Dimension.CHANNEL: CHANNELS,
    Dimension.LED: LED,
}

SHORT = 10


class Row(NamedTuple):
    """A line of the answer as people read it; ``change`` is whole per cent, none from nothing."""

    name: str
    now: Figures
    before: Figures
    change: int | None
    short: str  # under a chart
    key: str | int | None = None

    @property
    def columns(self) -> tuple[int, int]:
        """Return what a chart stacks: sales and orders taken, in centavos."""
        return max(0, self.now.sales_cents), max(0, self.now.orders_cents)


def rows(answer: Answer) -> list[Row]:
    by = answer.question.by
    return [
        Row(
            name_of(by, line),
            line.now,
            line.before,
            change(line.now.total_cents, line.before.total_cents),
            short_name_of(by, line),
            line.key,
        )
        for line in answer.lines
    ]


def name_of(by: Dimension, line: Line) -> str:
    """Return what a group is called in the reader's language."""
    if by is Dimension.MONTH:
        return month(date_of(int(line.key or 0)))
    return line.name or _coded(by, line.key)


def short_name_of(by: Dimension, line: Line) -> str:
    """Return a name of at most ten letters, as fits under a column."""
    if by is Dimension.MONTH:
        return month_name(date_of(int(line.key or 0)))
    name = name_of(by, line)
    return name if len(name) <= SHORT else name[: SHORT - 1].rstrip() + "…"


def change(now_cents: int, before_cents: int) -> int | None:
    """Return how much more, in per cent of the period before; none where that was nothing."""
    if before_cents <= 0:
        return None
    return round_half_up(now_cents - before_cents, before_cents)


def round_half_up(part: int, whole: int) -> int:
    """Return part ÷ whole in whole per cent, halves away from zero."""
    sign = -1 if part < 0 else 1
    return sign * ((abs(part) * 200 + whole) // (whole * 2))


def surely(answer: Answer) -> list[tuple[str, int]]:
    """Return how the total is known, as (words, centavos), surest first."""
    return [
        (str(CONFIDENCES[kind]), answer.by_confidence[kind.value])
        for kind in Confidence
        if kind.value in answer.by_confidence
    ]


def filters(
    by: Iterable[Dimension], division_ids: frozenset[int]
) -> dict[Dimension, list[tuple[Any, str]]]:
    """Return, for each dimension one may filter by, the values that the facts hold."""
    found = queries.choices(division_ids)
    return {
        dimension: [(key, _coded(dimension, key) or name) for key, name in found[dimension]]
        for dimension in by
        if dimension is not Dimension.MONTH
    }


def headers(dimension: object) -> list[str]:
    return [
        str(dimension),
        gettext("Sales (R$)"),
        gettext("Orders taken (R$)"),
        gettext("Sales volume (R$)"),
        gettext("Volume in the period before (R$)"),
        gettext("Handed over of orders taken (R$)"),
        gettext("Pieces"),
        gettext("To the makers (R$)"),
        gettext("Volume with open price (R$)"),
    ]


def sheet(answer: Answer) -> list[list[str]]:
    """Return the lines and their total as a sheet: reais with a comma, no thousands marks."""
    lines = [
        _cells(name_of(answer.question.by, line), line.now, line.before) for line in answer.lines
    ]
    return [*lines, _cells(gettext("Total"), answer.total, answer.total_before)]


def _cells(name: str, now: Figures, before: Figures) -> list[str]:
    amounts = (now.sales_cents, now.orders_cents, now.total_cents, before.total_cents)
    parts = (now.makers_cents, now.composed_cents)
    left = [reais(cents) for cents in (*amounts, now.handed_cents)]
    return [name, *left, str(now.pieces), *(reais(cents) for cents in parts)]


def _coded(by: Dimension, key: Any) -> str:
    if by is Dimension.SEGMENT:
        return str(SEGMENTS[getattr(key, "value", str(key))].name)
    if by in CODED:
        return str(CODED[by][key])
    return "" if key else gettext("Without one")
