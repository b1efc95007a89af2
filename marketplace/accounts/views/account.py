"""One's own account: data, language, password, devices, roles."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts import queries
from marketplace.accounts.areas import areas_of
from marketplace.accounts.errors import AlreadyRegistered, WrongPassword
from marketplace.accounts.forms import LanguageForm, OwnDataForm, PasswordForm
from marketplace.accounts.operations import people, sessions
from marketplace.accounts.rights_table import NAMES
from marketplace.core import clock, language
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, logged_in

bp = Blueprint("account", __name__, url_prefix="/conta")


@bp.get("", allow=logged_in)
def show() -> ResponseReturnValue:
    person, user = current_person(), find_one(queries.by_id(current_user.id))
    facts = {
        "user": user,
        "areas": areas_of(person),
        "roles": sorted(current_user.held),
        "chosen": person.acting if person.chosen else "",
        "grants": queries.live_grants(user.id),
        "devices": queries.open_sessions(user.id),
        "zone": queries.time_zone_of(person),
        "form": LanguageForm(language=user.language),
    }
    return render_template("accounts/show.html", **facts)


@bp.post("/idioma", allow=logged_in)
def update_language() -> ResponseReturnValue:
    form = LanguageForm()
    if not form.validate():
        return redirect(url_for("account.show"), 303)
    chosen = form.language.data
    people.change_language(current_user.id, chosen, by=current_person(), now=clock.now())
    with force_locale(chosen):
        flash(_("From now on you read this language."), "success")
    return redirect(f"{language.root()}{language.prefix(chosen)}/conta", 303)


@bp.get("/dados", allow=logged_in)
def edit() -> ResponseReturnValue:
    form = OwnDataForm(obj=find_one(queries.by_id(current_user.id)))
    return render_template("accounts/edit.html", form=form)


@bp.post("/dados", allow=logged_in)
def update() -> ResponseReturnValue:
    form, person = OwnDataForm(), current_person()
    if not form.validate():
        return render_template("accounts/edit.html", form=form), 422
    reach = people.Reach(form.name.data, form.mobile.data, form.email.data)
    try:
        people.change_own_data(
            current_user.id, reach, password=form.password.data, by=person, now=clock.now()
        )
    except WrongPassword as error:
        form.password.errors = [str(error)]
        return render_template("accounts/edit.html", form=form), error.status
    except AlreadyRegistered as error:
        form.form_errors.append(str(error))
        return render_template("accounts/edit.html", form=form), error.status
    flash(_("Your data are kept."), "success")
    return redirect(url_for("account.show"), 303)


@bp.get("/senha", allow=logged_in)
def edit_password() -> ResponseReturnValue:
    return render_template("accounts/password.html", form=PasswordForm())


@bp.post("/senha", allow=logged_in)
def update_password() -> ResponseReturnValue:
    form, person, now = PasswordForm(), current_person(), clock.now()
    if not form.validate():
        return render_template("accounts/password.html", form=form), 422
    try:
        people.change_password(
            current_user.id, form.current.data, form.password.data, by=person, now=now
        )
    except WrongPassword as error:
        form.current.errors = [str(error)]
        return render_template("accounts/password.html", form=form), error.status
    sessions.end_other_sessions(current_user.id, current_user.token, by=person, now=now)
    flash(_("Your new password is kept. Your other devices are signed out."), "success")
    return redirect(url_for("account.show"), 303)


@bp.post("/papel", allow=logged_in)
def update_role() -> ResponseReturnValue:
    """Act in one role from now on, or in whichever opens a page."""
    wanted, held, person = request.form.get("role", ""), current_user.held, current_person()
    if wanted and wanted not in held:
        return redirect(url_for("account.show"), 303)
    token, now = current_user.token, clock.now()
    session["_user_id"] = sessions.choose_role(token, wanted or None, held=held, by=person, now=now)
    if not wanted:
        flash(_("You act in all your roles again: each page opens by one of them."), "success")
    else:
        flash(_("From now on you act as: %(role)s.", role=NAMES[wanted]), "success")
    return redirect(url_for("account.show"), 303)


@bp.post("/aparelhos/<int:session_id>/saida", allow=logged_in)
def end_device(session_id: int) -> ResponseReturnValue:
    sessions.end_device(session_id, by=current_person(), now=clock.now())
    flash(_("That device is signed out."), "success")
    return redirect(url_for("account.show", _anchor="devices"), 303)


@bp.post("/aparelhos/saida", allow=logged_in)
def end_other_sessions() -> ResponseReturnValue:
    sessions.end_other_sessions(
        current_user.id, session["_user_id"], by=current_person(), now=clock.now()
    )
    flash(_("You are signed out on all other devices."), "success")
    return redirect(url_for("account.show"), 303)
