"""Erasing an account: asked for with the password, or by two of the staff; told to whoever asks."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts import queries
from marketplace.accounts.errors import AnotherConfirms, NotOneself, WrongPassword
from marketplace.accounts.forms import ErasureForm, PaperForm
from marketplace.accounts.models import User
from marketplace.accounts.operations import erasing, people
from marketplace.core import clock, erasures, privacy
from marketplace.core.erasures import MustWait
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.headers import SECRET
from marketplace.core.rights import PASSWORD, anyone, current_person, logged_in, role

STAFF = role("articulation", "head", "administrator")

bp = Blueprint("erasing", __name__)


@bp.get("/conta/apagamento", allow=logged_in)
def new() -> ResponseReturnValue:
    return _page(ErasureForm())


@bp.post("/conta/apagamento", allow=logged_in)
def create() -> ResponseReturnValue:
    form, by, now = ErasureForm(), current_person(), clock.now()
    if not form.validate():
        return _page(form), 422
    try:
        people.give_password(current_user.id, form.password.data, by=by, now=now)
        code = erasing.erase_own(current_user.id, by=by, now=now)
    except WrongPassword as error:
        form.password.errors = [str(error)]
        return _page(form), error.status
    except MustWait as error:
        return _page(form), error.status
    return redirect(url_for("erasing.show", code=code), 303)


@bp.get("/apagamentos/<code>", allow=anyone)
def show(code: str) -> ResponseReturnValue:
    """Confirm an erasure to whoever has its address: there is no login any more."""
    erasure = find_one(erasures.done(code))
    page = render_template("accounts/erased.html", erasure=erasure, zone=_zone())
    return Response(page, headers=SECRET)


@bp.get("/gestao/pessoas/<int:user_id>/apagamento", allow=STAFF, proof=[PASSWORD])
def new_request(user_id: int) -> ResponseReturnValue:
    return _staff_page(user_id, PaperForm())


@bp.post("/gestao/pessoas/<int:user_id>/apagamento", allow=STAFF, proof=[PASSWORD])
def create_request(user_id: int) -> ResponseReturnValue:
    form, by, now = PaperForm(), current_person(), clock.now()
    if not form.validate():
        return _staff_page(user_id, form), 422
    try:
        erasing.ask_for(user_id, paper=form.paper.data or "", by=by, now=now)
    except NotOneself as error:
        return _refused(user_id, form, error)
    flash(_("It is noted. Another person of the staff confirms it here."), "success")
    return redirect(url_for("erasing.new_request", user_id=user_id), 303)


@bp.post("/gestao/pessoas/<int:user_id>/apagamento/sim", allow=STAFF, proof=[PASSWORD])
def create_confirmation(user_id: int) -> ResponseReturnValue:
    try:
        code = erasing.confirm(user_id, by=current_person(), now=clock.now())
    except (NotOneself, AnotherConfirms, MustWait) as error:
        return _refused(user_id, PaperForm(formdata=None), error)
    return redirect(url_for("erasing.show", code=code), 303)


@bp.post("/gestao/pessoas/<int:user_id>/apagamento/nao", allow=STAFF, proof=[PASSWORD])
def delete_request(user_id: int) -> ResponseReturnValue:
    erasing.give_up(user_id, by=current_person(), now=clock.now())
    flash(_("The request is taken back."), "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


def _page(form: ErasureForm) -> str:
    theirs, now = privacy.subject("person", current_user.id), clock.now()
    facts = {"reasons": privacy.waiting(theirs, now), "too": privacy.going_too(theirs)}
    return render_template("accounts/erase.html", form=form, **facts)


def _staff_page(user_id: int, form: PaperForm) -> str:
    user = find_one(queries.in_reach_of(current_person()).where(User.id == user_id))
    theirs = privacy.subject("person", user_id)
    facts = {
        "asked": queries.asked_erasure(user_id),
        "reasons": privacy.waiting(theirs, clock.now()),
        "too": privacy.going_too(theirs),
        "zone": _zone(),
    }
    return render_template(
        "accounts/erase_person.html", user=user, form=form, me=current_person(), **facts
    )


def _refused(user_id: int, form: PaperForm, error: DomainError) -> ResponseReturnValue:
    form.form_errors.append(str(error))
    return _staff_page(user_id, form), error.status


def _zone() -> str:
    return queries.time_zone_of(current_person())
