"""What hangs at a fair: its poster, and a sign for each stall, as PDF."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from marketplace.core import pdf
from marketplace.core.formats import hour, long_day
from marketplace.core.language import setting
from marketplace.core.look import SEGMENTS
from marketplace.fairs import labels
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay


def poster(fair: Fair) -> bytes:
    """Return the poster: what, when, where, and a QR that leads to the fair's page."""
    settings = current_app.config
    told = {
        "title": fair.name,
        "days": [hours_of(day) for day in fair.days],
        "place": place_of(fair),
        "notes": [note for note in (fair.about, fair.access_note) if note],
        "programme": [_at(row) for row in fair.programme],
        "invitation": _("See who will be there, and reserve what you like"),
        "code": _public(f"/feiras/{fair.slug}"),
        "house": f"{settings['ORG_NAME']} · {settings['ORG_DEPARTMENT']}",
        "help": f"{settings['ORG_PHONE']}, {setting('ORG_HOURS')}",
    }
    return pdf.render("fairs/poster", told)


def signs(fair: Fair, exhibitors: Iterable[Exhibitor]) -> bytes:
    """Return a sign for each stall: its number, who is there, and a QR that tells of them."""
    told = {
        "title": _("Stall signs, %(fair)s", fair=fair.name),
        "fair": fair.name,
        "invitation": _("Who makes it, and how"),
        "signs": [_sign(fair, each) for each in exhibitors],
        "none": _("Nobody has a stall yet."),
    }
    return pdf.render("fairs/signs", told)


def hours_of(day: FairDay) -> str:
    hours = _("from %(opens)s to %(closes)s", opens=hour(day.opens), closes=hour(day.closes))
    on = long_day(day.day)
    return f"{on[:1].upper()}{on[1:]}, {hours}"


def place_of(fair: Fair) -> str:
    where = [fair.place, fair.address] if fair.address else [fair.place]
    return f"{', '.join(where)} · {fair.municipality.name}-{fair.municipality.state}"


def _sign(fair: Fair, each: Exhibitor) -> dict[str, Any]:
    return {
        "stall": _("Stall %(n)s", n=each.stall),
        "beside": labels.beside(fair, each.stall),
        "name": each.enterprise.name,
        "segment": str(SEGMENTS[each.enterprise.segment.value].name),
        "code": _public(f"/quem-faz/{each.enterprise.slug}"),
    }


def _at(row: dict[str, Any]) -> dict[str, str]:
    """Return a line of the programme in words."""
    at = hour(time.fromisoformat(row["hour"])) if row["hour"] else ""
    return {"hour": at, "what": ", ".join(text for text in (row["what"], row["who"]) if text)}


def _public(path: str) -> dict[str, Any]:
    return pdf.qr(current_app.config["BASE_URL"] + path)
