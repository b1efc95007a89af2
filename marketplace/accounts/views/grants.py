"""Giving and ending roles, closing accounts and opening them again: the administrator's pages."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries
from marketplace.accounts.forms import GrantForm, ReasonForm
from marketplace.accounts.models import Grant, Role, User
from marketplace.accounts.operations import closing, factors, roles
from marketplace.accounts.rights_table import NAMES
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.rights import PASSWORD, current_person, role

ADMINISTRATOR = role("administrator")

bp = Blueprint("grants", __name__, url_prefix="/gestao")


@bp.post("/pessoas/<int:user_id>/papeis", allow=ADMINISTRATOR, proof=[PASSWORD])
def create(user_id: int) -> ResponseReturnValue:
    person, form = current_person(), GrantForm()
    form.offer([role.value for role in Role])
    user = find_one(queries.in_reach_of(person).where(User.id == user_id))
    if not form.validate():
        return _page(user, form), 422
    division_id, why = min(person.divisions), form.reason.data
    try:
        roles.give_role(
            user_id, Role(form.role.data), division_id, reason=why, by=person, now=clock.now()
        )
    except DomainError as error:
        form.form_errors.append(str(error))
        return _page(find_one(queries.by_id(user_id)), form), error.status
    flash(_("The role is given. It holds from the next sign-in on."), "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


@bp.get("/papeis/<int:grant_id>/fim", allow=ADMINISTRATOR, proof=[PASSWORD])
def new_end(grant_id: int) -> ResponseReturnValue:
    grant = find_one(queries.grants_within(current_person()).where(Grant.id == grant_id))
    return _ask_why_end(grant, ReasonForm())


@bp.post("/papeis/<int:grant_id>/fim", allow=ADMINISTRATOR, proof=[PASSWORD])
def create_end(grant_id: int) -> ResponseReturnValue:
    person, form = current_person(), ReasonForm()
    grant = find_one(queries.grants_within(person).where(Grant.id == grant_id))
    if not form.validate():
        return _ask_why_end(grant, form), 422
    ended = roles.end_role(grant_id, reason=form.reason.data, by=person, now=clock.now())
    flash(_("The role has ended."), "success")
    if ended.user_id == person.id:
        return redirect(url_for("entrance.new_session"), 303)
    return redirect(url_for("people.show", user_id=ended.user_id), 303)


@bp.get("/pessoas/<int:user_id>/fechamento", allow=ADMINISTRATOR, proof=[PASSWORD])
def new_closing(user_id: int) -> ResponseReturnValue:
    return _ask_why_close(_found(user_id), ReasonForm())


@bp.post("/pessoas/<int:user_id>/fechamento", allow=ADMINISTRATOR, proof=[PASSWORD])
def create_closing(user_id: int) -> ResponseReturnValue:
    person, form, user = current_person(), ReasonForm(), _found(user_id)
    if not form.validate():
        return _ask_why_close(user, form), 422
    change = closing.reactivate_person if user.deactivated_at else closing.deactivate_person
    closed = change(user_id, reason=form.reason.data, by=person, now=clock.now()).deactivated_at
    flash(_("The account is closed.") if closed else _("The account is open again."), "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


@bp.get("/pessoas/<int:user_id>/segundo-passo", allow=ADMINISTRATOR, proof=[PASSWORD])
def new_factor_reset(user_id: int) -> ResponseReturnValue:
    return _ask_why_reset(_found(user_id), ReasonForm())


@bp.post("/pessoas/<int:user_id>/segundo-passo", allow=ADMINISTRATOR, proof=[PASSWORD])
def create_factor_reset(user_id: int) -> ResponseReturnValue:
    form, user = ReasonForm(), _found(user_id)
    if not form.validate():
        return _ask_why_reset(user, form), 422
    why, person = form.reason.data or "", current_person()
    try:
        factors.reset_factor(user_id, reason=why, by=person, now=clock.now())
    except DomainError as error:
        form.form_errors.append(str(error))
        return _ask_why_reset(_found(user_id), form), error.status
    flash(_("The second step is taken away. They set it up anew when they sign in."), "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


def _found(user_id: int) -> User:
    return find_one(queries.in_reach_of(current_person()).where(User.id == user_id))


def _page(user: User, form: GrantForm) -> str:
    person = current_person()
    facts: dict[str, Any] = {
        "grants": queries.grants_of(user.id),
        "zone": queries.time_zone_of(person),
        "enrolled": queries.has_factor(user.id),
    }
    return render_template("accounts/person.html", user=user, form=form, me=person, **facts)


def _ask_why_end(grant: Grant, form: ReasonForm) -> str:
    facts = {
        "title": _("End this role?"),
        "about": f"{grant.user.name}: {NAMES[grant.role]}",
        "action": _("End the role"),
        "url": url_for("grants.create_end", grant_id=grant.id),
    }
    return _ask_why(form, grant.user_id, facts)


def _ask_why_close(user: User, form: ReasonForm) -> str:
    closed = user.deactivated_at
    facts = {
        "title": _("Open this account again?") if closed else _("Close this account?"),
        "about": user.name,
        "action": _("Open the account") if closed else _("Close the account"),
        "url": url_for("grants.create_closing", user_id=user.id),
    }
    return _ask_why(form, user.id, facts)


def _ask_why_reset(user: User, form: ReasonForm) -> str:
    facts = {
        "title": _("Take the second step away?"),
        "about": _("Make sure that it is %(name)s who asks, and the phone lost.", name=user.name),
        "action": _("Take it away"),
        "url": url_for("grants.create_factor_reset", user_id=user.id),
    }
    return _ask_why(form, user.id, facts)


def _ask_why(form: ReasonForm, user_id: int, facts: dict[str, str]) -> str:
    back = url_for("people.show", user_id=user_id)
    return render_template("accounts/reason.html", form=form, back=back, **facts)
