"""What is pending at a fair, and what came after it was closed, a sentence each."""

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import gettext, ngettext

from marketplace.core.money import format_cents
from marketplace.fairs.queries.ending import Late, Pending


class Told(NamedTuple):
    """A sentence, and the page on which it is seen to: its endpoint and where on it, if known."""

    words: str
    page: str = ""
    anchor: str | None = None


def pending(of: Pending) -> Iterator[Told]:
    """Yield what is pending, the weightiest first."""
    yield from _at_tills(of)
    yield from _at_desk(of)
    if number := of.reservations:
        words = ngettext(
            "%(num)s reservation is neither handed over nor called off.",
            "%(num)s reservations are neither handed over nor called off.",
            number,
        )
        yield Told(words)
    if number := of.unmarked:
        words = ngettext(
            "Nobody noted whether %(num)s group came.",
            "Nobody noted whether %(num)s groups came.",
            number,
        )
        yield Told(words, "fair_calls.show_attendance")


def late(of: Late) -> list[str]:
    """Return what came after the closing, in a few words each; sums in reais."""
    sums = format_cents(of.sales_cents), format_cents(of.sheets_cents)
    told = {
        ngettext("%(num)s sale for %(sum)s", "%(num)s sales for %(sum)s", of.sales, sum=sums[0]): (
            of.sales
        ),
        ngettext("%(num)s hand-over", "%(num)s hand-overs", of.handovers): of.handovers,
        ngettext("%(num)s return", "%(num)s returns", of.returns): of.returns,
        ngettext("%(num)s sale undone", "%(num)s sales undone", of.voids): of.voids,
        ngettext(
            "%(num)s sheet of paper for %(sum)s",
            "%(num)s sheets of paper for %(sum)s",
            of.sheets,
            sum=sums[1],
        ): of.sheets,
    }
    return [words for words, number in told.items() if number]


def came_late(of: Late) -> str:
    """Return in a sentence what came after the closing."""
    return str(gettext("After the closing came: %(what)s.", what="; ".join(late(of))))


def _at_tills(of: Pending) -> Iterator[Told]:
    if number := of.missing:
        words = ngettext(
            "%(num)s sale has not arrived from its till: the totals may grow.",
            "%(num)s sales have not arrived from their tills: the totals may grow.",
            number,
        )
        yield Told(words, "tills.index")
    if number := of.matters:
        words = ngettext(
            "%(num)s difference of a till is not settled.",
            "%(num)s differences of tills are not settled.",
            number,
        )
        yield Told(words, "tills.index", "pendencias")
    if number := of.uncounted:
        words = ngettext(
            "%(num)s till was not counted at its close.",
            "%(num)s tills were not counted at their close.",
            number,
        )
        yield Told(words, "tills.index")


def _at_desk(of: Pending) -> Iterator[Told]:
    if number := of.unsplit:
        words = ngettext(
            "What the common desk took on %(num)s day is not shared out.",
            "What the common desk took on %(num)s days is not shared out.",
            number,
        )
        yield Told(words, "splits.index")
    if number := of.waiting:
        words = ngettext(
            "%(num)s split of the common desk waits for its approval.",
            "%(num)s splits of the common desk wait for their approval.",
            number,
        )
        yield Told(words, "splits.index")
