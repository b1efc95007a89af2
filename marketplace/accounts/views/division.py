"""The Division's own facts, and the page from which its settings are reached."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries
from marketplace.accounts.forms import DivisionForm
from marketplace.accounts.operations import places
from marketplace.core import clock
from marketplace.core.rights import current_person, role

bp = Blueprint("division", __name__, url_prefix="/gestao")


@bp.get("/ajustes", allow=role("administrator", "head", "articulation"))
def settings() -> ResponseReturnValue:
    return render_template("accounts/settings.html")


@bp.get("/divisao", allow=role("administrator"))
def edit() -> ResponseReturnValue:
    form = DivisionForm(obj=queries.divisions_of(current_person())[0])
    return render_template("accounts/division.html", form=form)


@bp.post("/divisao", allow=role("administrator"))
def update() -> ResponseReturnValue:
    form, person = DivisionForm(), current_person()
    if not form.validate():
        return render_template("accounts/division.html", form=form), 422
    contact = {
        "name": form.name.data,
        "phone": form.phone.data,
        "email": form.email.data or "",
        "address": form.address.data,
    }
    division = queries.divisions_of(person)[0]
    places.change_division(division.id, contact, by=person, now=clock.now())
    flash(_("The Division's data are kept."), "success")
    return redirect(url_for("division.edit"), 303)
