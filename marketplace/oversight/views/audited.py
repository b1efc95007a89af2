"""Who did what on each thing, for the head of the Division; a list to keep."""

import json
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.names import names_of
from marketplace.accounts.rights_table import NAMES
from marketplace.core import clock, files
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.sheets.writing import write_csv
from marketplace.oversight.queries import audited

THINGS = {
    "order": _("Order"),
    "enterprise": _("Group"),
    "product": _("Product"),
    "fair": _("Fair"),
    "till": _("Till"),
    "sheet": _("Paper sheet"),
    "payment": _("Payment"),
    "user": _("Account"),
    "report": _("Issued report"),
    "division": _("Division"),
}
bp = Blueprint("audited", __name__, url_prefix="/gestao/auditoria")
READS = role("head")
SHOWN, MOST_ROWS = 50, 5_000
HEADERS = ("number", "at", "who", "role", "operation", "notes", "request")


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    asked, zone, query = _asked()
    page = paginate(query, request.args.get("pagina"), SHOWN)
    return render_template(
        "oversight/audited.html",
        page=page,
        asked=asked,
        zone=zone,
        names=names_of(one.person_id for one in page.items),
        things=THINGS,
        told=told,
        roles=NAMES,
        most=MOST_ROWS,
    )


@bp.get("/lista.csv", allow=READS)
def export() -> ResponseReturnValue:
    """Send what the page asks for, the last 5,000 at most."""
    files.pace()
    found = list(db.session.scalars(_asked()[2].limit(MOST_ROWS)))
    names = names_of(one.person_id for one in found)
    rows = [_row(one, names.get(one.person_id or 0, "")) for one in found]
    return files.as_file(write_csv(HEADERS, rows), "auditoria.csv", files.CSV)


def told(note: dict[str, Any]) -> str:
    """Return the facts of a note as a line: which things, and what they were and are."""
    return ", ".join(f"{name} {value}" for name, value in note.items() if name != "kind")


def _asked() -> tuple[audited.Asked, str, Any]:
    person = current_person()
    zone = accounts.time_zone_of(person)
    asked = audited.asked_from(request.args.to_dict(), THINGS, clock.today(zone))
    return asked, zone, audited.within(person, asked, zone)


def _row(entry: Entry, name: str) -> list[str]:
    notes = json.dumps(entry.notes, ensure_ascii=False, sort_keys=True)
    at = entry.recorded_at.isoformat(timespec="seconds")
    return [str(entry.id), at, name, entry.role, entry.operation, notes, entry.request_id]
