"""What fairs tell the enterprises: a call, what was drawn, a place that became theirs or not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.core.rights import HOUSE
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.calls import Application, Call, DrawnLot, MoveKind, PlaceMove
from marketplace.fairs.models.fairs import Fair, FairState
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell

register(
    "fair_call",
    title=_("Apply for a place: %(fair)s"),
    body=_(
        "%(places)s places at %(place)s. The call is open from %(opens_at)s until"
        " %(closes_at)s. Applying takes a minute."
    ),
)
register(
    "place_drawn",
    title=_("%(enterprise)s has a place: %(fair)s"),
    body=_(
        "Your stall is number %(stall)s. Can you not come? Give the place up on this page, and"
        " the next in line is called."
    ),
)
register(
    "place_waiting",
    title=_("%(enterprise)s waits for a place: %(fair)s"),
    body=_(
        "The places ended before you. You are number %(line)s of those who wait. If a place"
        " becomes free we call you; and next time you stand further ahead."
    ),
)
register(
    "place_barred",
    title=_("%(enterprise)s was not in the draw: %(fair)s"),
    body=_("A rule of the call kept it out. The page of the call says which."),
)
register(
    "place_called_up",
    title=_("A place became free: %(enterprise)s, %(fair)s"),
    body=_(
        "You were next in line and the place is yours. Your stall is number %(stall)s. Can you"
        " not come? Give it up on this page, and the next one is called."
    ),
)
register(
    "place_given",
    title=_("%(enterprise)s has a place: %(fair)s"),
    body=_("The Division gave it and says: %(reason)s Your stall is number %(stall)s."),
)
register(
    "place_taken_back",
    title=_("%(enterprise)s lost its place: %(fair)s"),
    body=_("The Division took it back and says: %(reason)s"),
)
register(
    "called_fair_cancelled",
    title=_("%(fair)s was cancelled"),
    body=_("There will be no places at it. The Division says: %(reason)s"),
)


def tell_call(call: Call, user_ids: Iterable[int], *, now: datetime) -> None:
    facts = _facts(call.fair) | {
        "places": call.places,
        "place": call.fair.place,
        "opens_at": call.opens_at.isoformat(),
        "closes_at": call.closes_at.isoformat(),
    }
    tell(user_ids, "fair_call", facts, _path(call), key=f"call:{call.id}", by=HOUSE, now=now)


def tell_place(call: Call, move: PlaceMove, stall: str, *, now: datetime) -> None:
    """Tell an enterprise what became of its place; not what it did itself."""
    if move.kind is MoveKind.GIVEN_UP:
        return
    facts = {"stall": stall, "reason": move.reason}
    _tell(
        call, move.place.enterprise, f"place_{move.kind.value}", facts, f"move:{move.id}", now=now
    )


def tell_waiting(call: Call, lot: DrawnLot, line: int, *, now: datetime) -> None:
    who = lot.application.enterprise
    _tell(call, who, "place_waiting", {"line": line}, f"lot:{lot.id}", now=now)


def tell_barred(call: Call, lot: DrawnLot, *, now: datetime) -> None:
    _tell(call, lot.application.enterprise, "place_barred", {}, f"lot:{lot.id}", now=now)


def tell_cancelled(call: Call, applied: Iterable[Application], reason: str, now: datetime) -> None:
    for each in applied:
        kind, key = "called_fair_cancelled", f"cancelled:{call.fair_id}:{each.enterprise_id}"
        _tell(call, each.enterprise, kind, {"reason": reason}, key, now=now)


def _tell(
    call: Call, who: Enterprise, kind: str, facts: dict[str, Any], key: str, *, now: datetime
) -> None:
    told = enterprises.user_ids_of(who.id)
    named = _facts(call.fair) | {"enterprise": who.name}
    tell(told, kind, named | facts, _path(call), key=f"fair_{key}", by=HOUSE, now=now)


def _facts(fair: Fair) -> dict[str, Any]:
    return {"fair": fair.name, "zone": fair.time_zone}


def _path(call: Call) -> str:
    if call.fair.state is FairState.CANCELLED:
        return "/painel/feiras"
    return f"/painel/feiras/{call.fair_id}/inscricao"
