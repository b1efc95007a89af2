"""Who read whose data: for the person they are about, and for the head of the Division."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_login import current_user

from marketplace.accounts import queries, reading
from marketplace.accounts.names import names_of
from marketplace.core.paging import paginate
from marketplace.core.readings import about
from marketplace.core.rights import current_person, logged_in, role

KINDS = {
    "person": _("Account"),
    "order": _("Order"),
    "enterprise": _("Group"),
    "payout": _("Payout"),
    "assessment": _("Fair trade"),
    "payout_batch": _("Batch"),
    "hand_refund": _("Refund by hand"),
    "complaint": _("Complaint"),
}
WHOSE = {
    "person": _("Your account"),
    "order": _("Your order"),
    "enterprise": _("Your group"),
    "payout": _("A payout to your group"),
    "assessment": _("What your group said of fair trade"),
    "payout_batch": _("A batch with a payout to your group"),
    "hand_refund": _("Money given back to you by hand"),
}

bp = Blueprint("readings", __name__)


@bp.get("/conta/quem-viu", allow=logged_in)
def index() -> ResponseReturnValue:
    page = paginate(about(current_user.id), request.args.get("pagina"))
    facts = {
        "page": page,
        "names": names_of(one.person_id for one in page.items),
        "whose": WHOSE,
        "zone": queries.time_zone_of(current_person()),
    }
    return render_template("accounts/readings.html", **facts)


@bp.get("/gestao/acessos", allow=role("head"))
def overview() -> ResponseReturnValue:
    person = current_person()
    zone = queries.time_zone_of(person)
    asked = reading.Asked(
        request.args.get("q", ""), request.args.get("tipo", ""), _day(request.args.get("dia", ""))
    )
    page = paginate(reading.within(person, asked, zone), request.args.get("pagina"))
    names = names_of(one.person_id for one in page.items)
    facts = {"asked": asked, "kinds": KINDS, "zone": zone, "names": names, "page": page}
    return render_template("accounts/overview.html", **facts)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
