"""Getting in and out: login, sign-up, a forgotten password, a code that was handed over."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts import arrival, asking
from marketplace.accounts.consents import Door, Purpose
from marketplace.accounts.errors import AlreadyRegistered, WrongCode, WrongLogin
from marketplace.accounts.forms import CodeForm, ForgottenForm, LoginForm, SignUpForm
from marketplace.accounts.networks import network_of
from marketplace.accounts.operations import codes, people, sessions
from marketplace.accounts.rights_table import NAMES
from marketplace.core import clock, limits
from marketplace.core.language import current_language
from marketplace.core.look import page_at
from marketplace.core.rights import VISITOR, anyone, current_person, logged_in

HOUR_SECONDS, SIGN_UPS_PER_HOUR = 3600, 30

bp = Blueprint("entrance", __name__)


@bp.get("/entrar", allow=anyone)
def new_session() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(arrival.landing(current_user.id, request.args.get("voltar", "")))
    if arrival.waiting_here():
        return redirect(url_for("second_step.new", voltar=request.args.get("voltar")))
    form = LoginForm(voltar=request.args.get("voltar", ""))
    return render_template("accounts/login.html", form=form)


@bp.post("/entrar", allow=anyone)
def create_session() -> ResponseReturnValue:
    form, now = LoginForm(), clock.now()
    if not form.validate():
        return render_template("accounts/login.html", form=form), 422
    try:
        user_id = sessions.authenticate(
            form.identifier.data, form.password.data, address=_address(), now=now
        )
    except WrongLogin as error:
        form.form_errors.append(str(error))
        return render_template("accounts/login.html", form=form), error.status
    return arrival.let_in(user_id, form.voltar.data or "")


@bp.post("/sair", allow=logged_in)
def delete_session() -> ResponseReturnValue:
    sessions.end_session(current_user.token, by=current_person(), now=clock.now())
    session.clear()
    flash(_("You are out. Come back soon!"), "success")
    return redirect(page_at("/") or url_for("entrance.new_session"), 303)


@bp.get("/criar-conta", allow=anyone)
def new() -> ResponseReturnValue:
    form = SignUpForm(voltar=request.args.get("voltar", ""))
    return render_template("accounts/sign_up.html", form=form)


@bp.post("/criar-conta", allow=anyone)
def create() -> ResponseReturnValue:
    """Answer alike whether the number was known, so that nobody learns who is registered."""
    form, now = SignUpForm(), clock.now()
    if not form.validate():
        return render_template("accounts/sign_up.html", form=form), 422
    network = network_of(_address())
    limits.take("sign_up", network, limit=SIGN_UPS_PER_HOUR, seconds=HOUR_SECONDS, now=now)
    with suppress(AlreadyRegistered):  # it is told to nobody but who knows the password
        user = people.register_person(
            name=form.name.data,
            mobile=form.mobile.data,
            email=form.email.data,
            password=form.password.data,
            language=current_language(),
            by=VISITOR,
            now=now,
        )
        if form.news_by_whatsapp.data:
            asking.note(user.id, Purpose.NEWS_BY_WHATSAPP, Door.SIGN_UP, given=True, now=now)
    flash(
        _("Done. Now sign in. If you already had an account, its password is still the old one."),
        "success",
    )
    return redirect(url_for("entrance.new_session", voltar=form.voltar.data or None), 303)


@bp.get("/esqueci", allow=anyone)
def new_reset() -> ResponseReturnValue:
    return render_template("accounts/forgotten.html", form=ForgottenForm())


@bp.post("/esqueci", allow=anyone)
def create_reset() -> ResponseReturnValue:
    form, now = ForgottenForm(), clock.now()
    if not form.validate():
        return render_template("accounts/forgotten.html", form=form), 422
    codes.ask_for_letter(form.identifier.data, address=_address(), now=now)
    flash(_("If this account has an e-mail, a code of 6 numbers is on its way to it."), "success")
    return redirect(url_for("entrance.new_redemption"), 303)


@bp.get("/codigo", allow=anyone)
def new_redemption() -> ResponseReturnValue:
    return render_template("accounts/redeem.html", form=CodeForm())


@bp.post("/codigo", allow=anyone)
def create_redemption() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate():
        return render_template("accounts/redeem.html", form=form), 422
    typed = (form.identifier.data, form.code.data, form.password.data)
    try:
        user = codes.redeem_code(*typed, address=_address(), now=clock.now())
    except WrongCode as error:
        form.form_errors.append(str(error))
        return render_template("accounts/redeem.html", form=form), error.status
    flash(_("Your new password is kept. You are in."), "success")
    return arrival.let_in(user.id)


@bp.app_context_processor
def _offer() -> dict[str, Any]:
    """Let every template say how a role is called."""
    return {"role_name": NAMES.__getitem__}


def _address() -> str:
    return request.remote_addr or ""
