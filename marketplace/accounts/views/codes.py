"""Codes that staff or a facilitator hands to somebody who cannot get in."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries
from marketplace.accounts.forms import HelpForm
from marketplace.accounts.models import CodePurpose, User
from marketplace.accounts.operations import codes
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role

STAFF = role("articulation", "head", "administrator")

bp = Blueprint("codes", __name__)


@bp.post("/gestao/pessoas/<int:user_id>/codigos", allow=STAFF)
def create(user_id: int) -> ResponseReturnValue:
    user = find_one(queries.in_reach_of(current_person()).where(User.id == user_id))
    return _issue(user)


@bp.get("/conta/ajudar", allow=role("facilitator"))
def new_help() -> ResponseReturnValue:
    return render_template("accounts/help.html", form=HelpForm())


@bp.post("/conta/ajudar", allow=role("facilitator"))
def create_help() -> ResponseReturnValue:
    form = HelpForm()
    if not form.validate():
        return render_template("accounts/help.html", form=form), 422
    user = db.session.scalar(queries.by_login(form.identifier.data))
    if user is None:
        form.identifier.errors = [_("Nobody is registered with this. You can register them.")]
        return render_template("accounts/help.html", form=form), 422
    return _issue(user)


def _issue(user: User) -> ResponseReturnValue:
    """Give a code to take over the account, or one for a new password; it is shown this once."""
    user_id, claim = user.id, not user.is_claimed
    purpose = CodePurpose.CLAIM if claim else CodePurpose.RESET
    code = codes.issue_code(user_id, purpose, by=current_person(), now=clock.now())
    user = find_one(queries.by_id(user_id))
    return render_template("accounts/code.html", user=user, code=code, claim=claim)
