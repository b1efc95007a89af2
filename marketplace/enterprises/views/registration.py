"""Where a group registers, a small form at a time; each is kept when it is sent."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import arrival
from marketplace.accounts.errors import AlreadyRegistered, WrongLogin
from marketplace.accounts.models import CodePurpose, User
from marketplace.accounts.networks import network_of
from marketplace.accounts.operations import codes, people, sessions
from marketplace.core import clock, limits
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.language import current_language
from marketplace.core.rights import VISITOR, Person, anyone, current_person, logged_in, role
from marketplace.enterprises import labels, likeness, queries
from marketplace.enterprises.errors import Incomplete
from marketplace.enterprises.forms.people import OnBehalfForm, PersonForm, SignUpForm
from marketplace.enterprises.models import Enterprise
from marketplace.enterprises.operations import drafts
from marketplace.enterprises.steps import MARKS, STEPS, Flagged, due_on, missing_in, step_of

bp = Blueprint("registration", __name__, url_prefix="/cadastro")
REGISTRARS = role("facilitator", "articulation", "head")
HOUR = 3600
SIGN_UPS_PER_HOUR = 30


@bp.record_once
def _offer_words(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals |= {"enterprise_words": labels, "registration_marks": MARKS}


@bp.get("", allow=anyone)
def new() -> ResponseReturnValue:
    return _first_page(_first_form())


@bp.post("", allow=anyone)
def create() -> ResponseReturnValue:
    person, form = current_person(), _first_form()
    if not form.validate_on_submit():
        return _first_page(form), 422
    if isinstance(form, SignUpForm):
        try:
            person = _sign_up(form)
        except WrongLogin as error:
            form.mobile.errors = [
                _("This number or e-mail has an account already. Sign in, or check them.")
            ]
            return _first_page(form), error.status
    begun = drafts.begin_registration(
        person.id or 0,
        sex=form.sex.data,
        function=form.function.data or "",
        on_board=form.on_board.data,
        by=person,
        now=clock.now(),
    )
    return redirect(_first_step(begun), 303)


@bp.get("/em-nome", allow=REGISTRARS)
def new_on_behalf() -> ResponseReturnValue:
    return render_template("enterprises/registration/on_behalf.html", form=OnBehalfForm())


@bp.post("/em-nome", allow=REGISTRARS)
def create_on_behalf() -> ResponseReturnValue:
    person, form = current_person(), OnBehalfForm()
    if not form.validate_on_submit():
        return render_template("enterprises/registration/on_behalf.html", form=form), 422
    begun = drafts.begin_for_another(
        name=form.name.data,
        mobile=form.mobile.data or "",
        sex=form.sex.data,
        function=form.function.data or "",
        on_board=form.on_board.data,
        by=person,
        now=clock.now(),
    )
    return redirect(_first_step(begun), 303)


@bp.get("/<int:enterprise_id>", allow=logged_in)
def show(enterprise_id: int) -> ResponseReturnValue:
    return _review(_theirs(enterprise_id))


@bp.post("/<int:enterprise_id>/envio", allow=logged_in)
def create_sending(enterprise_id: int) -> ResponseReturnValue:
    enterprise = _theirs(enterprise_id)
    try:
        drafts.send_registration(enterprise_id, by=current_person(), now=clock.now())
    except Incomplete as error:
        return _review(enterprise, str(error)), error.status
    flash(_("Sent. The Division answers within 45 days, and we tell you."), "success")
    return redirect(url_for("registration.show", enterprise_id=enterprise_id), 303)


@bp.post("/<int:enterprise_id>/codigo", allow=REGISTRARS)
def create_code(enterprise_id: int) -> ResponseReturnValue:
    enterprise = _theirs(enterprise_id)
    if (user := _waiting_for_code(enterprise)) is None:
        raise NotFound
    code = codes.issue_code(user.id, CodePurpose.CLAIM, by=current_person(), now=clock.now())
    back = url_for("registration.show", enterprise_id=enterprise_id)
    facts = {"enterprise": enterprise, "user": user, "code": code, "back": back}
    return render_template("enterprises/registration/code.html", **facts)


def _first_form() -> PersonForm:
    return SignUpForm() if current_person().id is None else PersonForm()


def _first_page(form: PersonForm) -> str:
    begun = queries.registrations_of(current_person())
    return render_template("enterprises/registration/new.html", form=form, begun=begun)


def _sign_up(form: SignUpForm) -> Person:
    """Make the account and log it in; with the right password, log in the one that is there.

    :raises WrongLogin: if the number or e-mail has an account with another password.
    """
    now, network = clock.now(), network_of(request.remote_addr or "")
    limits.take("sign_up", network, limit=SIGN_UPS_PER_HOUR, seconds=HOUR, now=now)
    try:
        user_id = people.register_person(
            name=form.name.data,
            mobile=form.mobile.data,
            email=form.email.data,
            password=form.password.data,
            language=current_language(),
            by=VISITOR,
            now=now,
        ).id
    except AlreadyRegistered:
        user_id = sessions.authenticate(
            form.mobile.data or "",
            form.password.data or "",
            address=request.remote_addr or "",
            now=now,
        )
    session.clear()
    session.permanent = True
    session["_user_id"] = arrival.start_here(user_id)
    return Person(id=user_id)  # whoever they are, they gave no more than their password


def _first_step(enterprise: Enterprise) -> str:
    return url_for("steps.edit", enterprise_id=enterprise.id, step=STEPS["group"].path)


def _theirs(enterprise_id: int) -> Enterprise:
    return find_one(queries.registrable(current_person(), enterprise_id))


def _review(enterprise: Enterprise, refused: str = "") -> str:
    marks = queries.open_marks(enterprise)
    missing = missing_in(enterprise) if marks else []
    decisions = queries.decisions_of(enterprise.id)
    facts: dict[str, Any] = {
        "enterprise": enterprise,
        "steps": STEPS,
        "open_steps": {step_of(mark) for mark in marks},
        "marks": [Flagged(mark, note) for mark, note in marks.items()],
        "missing": missing,
        "to_do": {item.step for item in missing},
        "decisions": decisions,
        "reason": decisions[-1].reason if decisions else "",
        "due_on": due_on(enterprise.standing_since, enterprise.division.time_zone),
        "alike": [e for e in likeness.look_alikes(enterprise) if e.standing == "approved"],
        "claimable": _waiting_for_code(enterprise),
        "refused": refused,
    }
    return render_template("enterprises/registration/show.html", **facts)


def _waiting_for_code(enterprise: Enterprise) -> User | None:
    """Return the member whose account was made for them and is not theirs yet."""
    users = [member.user for member in enterprise.live_members if member.user]
    return next((user for user in users if not user.is_claimed), None)
