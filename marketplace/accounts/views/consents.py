"""What one allowed: shown, given and taken back on one's own account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts import consents, queries
from marketplace.accounts.consents import ASKED, BY_PATH, Door
from marketplace.accounts.operations.consents import decide
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.language import current_language
from marketplace.core.rights import current_person, logged_in

bp = Blueprint("consents", __name__, url_prefix="/conta/permissoes")


@bp.get("", allow=logged_in)
def index() -> ResponseReturnValue:
    facts = {
        "asked": ASKED,
        "held": {purpose: consents.holds(current_user.id, purpose) for purpose in ASKED},
        "answers": consents.of(current_user.id),
        "zone": queries.time_zone_of(current_person()),
    }
    return render_template("accounts/consents.html", **facts)


@bp.post("/<purpose>", allow=logged_in)
def create(purpose: str) -> ResponseReturnValue:
    if (found := BY_PATH.get(purpose)) is None:
        raise NotFound
    given, person = request.form.get("given") == "yes", current_person()
    reading = consents.read_in(current_language(), found)
    decide(
        current_user.id, found, reading, given=given, door=Door.ACCOUNT, by=person, now=clock.now()
    )
    flash(_("Kept: you allow this.") if given else _("Kept: from now on, no more."), "success")
    return redirect(url_for("consents.index"), 303)
