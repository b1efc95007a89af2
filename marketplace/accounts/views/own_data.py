"""What the house keeps about whoever is logged in: to read, and to take along."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts import queries
from marketplace.core import clock, disclosure, limits, privacy
from marketplace.core.rights import current_person, logged_in

A_DAY, COPIES_A_DAY = 24 * 3600, 5

bp = Blueprint("own_data", __name__, url_prefix="/conta/meus-dados")


@bp.get("", allow=logged_in)
def show() -> ResponseReturnValue:
    zone = queries.time_zone_of(current_person())
    return render_template("accounts/own_data.html", purposes=disclosure.purposes(_own(), zone))


@bp.post("/copia", allow=logged_in)
def create_copy() -> ResponseReturnValue:
    now = clock.now()
    limits.take("copy", str(current_user.id), limit=COPIES_A_DAY, seconds=A_DAY, now=now)
    return disclosure.copy(_own(), now)


def _own() -> privacy.Subject:
    return privacy.subject("person", current_user.id, proven=True)
