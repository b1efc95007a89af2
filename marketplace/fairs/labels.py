"""What readers are told about places: why one is kept out, and how each place was got."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from marketplace.core.formats import day as short_day
from marketplace.core.look import SEGMENTS
from marketplace.fairs.draw import Outcome
from marketplace.fairs.models.calls import DrawnLot, Mark, MoveKind, PlaceMove
from marketplace.fairs.models.fairs import CashMode, Fair, HostKind
from marketplace.fairs.models.notes import NoteKind
from marketplace.fairs.models.venues import Fit
from marketplace.fairs.plots import Landmark
from marketplace.fairs.queries.eligibility import Bar

MARKS = {
    Mark.PRESENT: lazy_gettext("Came"),
    Mark.EXCUSED: lazy_gettext("Absent, and told before"),
    Mark.ABSENT: lazy_gettext("Absent"),
}

HOST_KINDS = {
    HostKind.FACTORY: lazy_gettext("Factory"),
    HostKind.SHOPPING: lazy_gettext("Shopping centre"),
    HostKind.PUBLIC_OFFICE: lazy_gettext("Public office"),
    HostKind.SCHOOL: lazy_gettext("School or university"),
    HostKind.COMMUNITY: lazy_gettext("Community: association, parish, neighbourhood"),
    HostKind.OTHER: lazy_gettext("Another kind of house"),
}
NOTE_KINDS = {
    NoteKind.ISSUED: lazy_gettext("Notes given out for reais"),
    NoteKind.REDEEMED: lazy_gettext("Notes taken back for reais"),
}
CASH_MODES = {
    CashMode.OWN: lazy_gettext("Each stall takes its own"),
    CashMode.DESK: lazy_gettext("One common desk for all"),
    CashMode.MIXED: lazy_gettext("Some at a common desk, others at their stall"),
}
LANDMARKS = {
    Landmark.ENTRANCE: lazy_gettext("Entrance"),
    Landmark.STAGE: lazy_gettext("Stage"),
    Landmark.TOILETS: lazy_gettext("Toilets"),
}
BESIDE = {
    Landmark.ENTRANCE: lazy_gettext("beside the entrance"),
    Landmark.STAGE: lazy_gettext("beside the stage"),
    Landmark.TOILETS: lazy_gettext("beside the toilets"),
}
FITS = {
    Fit.GOOD: lazy_gettext("It suits as it is"),
    Fit.WITH_WORK: lazy_gettext("It would suit, something is missing"),
    Fit.NOT: lazy_gettext("It does not suit"),
}


def why_barred(bar: Bar) -> Any:
    """Return the sentence for whom a rule keeps out."""
    if bar.rule == "approved":
        return _("its registration is not approved.")
    if bar.rule == "missed_in_a_row":
        return _(
            "it had a place at %(fairs)s, did not come and told nobody. It sits out one draw.",
            **bar.facts,
        )
    if bar.rule == "came_to_editions":
        return ngettext(
            "it came to %(num)s edition of %(series)s in a year, and %(n)s are asked for.",
            "it came to %(num)s editions of %(series)s in a year, and %(n)s are asked for.",
            bar.facts["came"],
            **bar.facts,
        )
    if bar.rule == "valid_papers":
        return _few_papers(bar.facts)
    return _(
        "it came to %(came)s of its last %(fairs)s fairs, and %(percent)s%% are asked for.",
        **bar.facts,
    )


def _few_papers(facts: dict[str, Any]) -> str:
    told = ngettext(
        "%(num)s of its papers that the Division checked holds until %(day)s, and %(n)s are"
        " asked for.",
        "%(num)s of its papers that the Division checked hold until %(day)s, and %(n)s are"
        " asked for.",
        facts["valid"],
        n=facts["n"],
        day=short_day(facts["day"]),
    )
    ended = facts["expired"]
    return f"{told} {_('Not valid by then: %(papers)s.', papers=ended)}" if ended else str(told)


def rules(asked: dict[str, Any]) -> list[str]:
    """Return the rules of a call, a sentence each."""
    told = [_("The registration is approved.")]
    if missed := asked.get("missed_in_a_row"):
        told.append(
            _(
                "Who missed its last %(n)s fairs and told nobody sits out one draw.",
                n=missed,
            )
        )
    if percent := asked.get("attended_percent"):
        told.append(_("It came to %(n)s%% of its fairs of the last 12 months.", n=percent))
    if editions := asked.get("came_to_editions"):
        told.append(
            ngettext(
                "It came to one edition of this series at least in the last 12 months.",
                "It came to %(num)s editions of this series at least in the last 12 months.",
                editions,
            )
        )
    if papers := asked.get("valid_papers"):
        told.append(
            ngettext(
                "One paper that the Division checked holds until the fair's last day.",
                "%(num)s papers that the Division checked hold until the fair's last day.",
                papers,
            )
        )
    return told


def why_drawn(lot: DrawnLot, quotas: dict[str, Any]) -> Any:
    """Return in a sentence what a lot came to, and what decided it."""
    facts: dict[str, Any] = {
        "number": lot.number,
        "line": lot.position,
        "segment": SEGMENTS[lot.segment].name,
        "before": waited(lot.credit),
    }
    if lot.outcome is Outcome.QUOTA:
        kept = quotas.get(lot.segment.value, 0)
        return ngettext(
            "Number %(line)s in line (%(before)s): it got the place kept for %(segment)s.",
            "Number %(line)s in line (%(before)s): it got one of the %(num)s places kept for"
            " %(segment)s.",
            kept,
            **facts,
        )
    if lot.outcome is Outcome.OPEN:
        return _(
            "Number %(line)s in line (%(before)s): it got one of the places open to all.", **facts
        )
    return _("Number %(line)s in line (%(before)s): the places ended before it.", **facts)


def waited(credit: int) -> Any:
    if not credit:
        return _("not left out since its last place")
    return ngettext("left out %(num)s time before", "left out %(num)s times before", credit)


def moved(move: PlaceMove) -> Any:
    """Return what happened to a place after the draw, in a sentence."""
    facts = {"who": move.by.name if move.by else _("the house"), "reason": move.reason}
    return {
        MoveKind.DRAWN: _("It was drawn."),
        MoveKind.CALLED_UP: _("It was next in line when a place became free."),
        MoveKind.GIVEN: _("The Division gave it a place (%(who)s): %(reason)s", **facts),
        MoveKind.GIVEN_UP: _("It gave its place up."),
        MoveKind.TAKEN_BACK: _("The Division took the place back (%(who)s): %(reason)s", **facts),
    }[move.kind]


def beside(fair: Fair, stall: str) -> str:
    """Return what a stall stands beside on its fair's map; empty if nothing."""
    mark = fair.stalls.beside(stall.upper())
    return str(BESIDE[mark]) if mark else ""
