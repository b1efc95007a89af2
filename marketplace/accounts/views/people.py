"""Staff's pages of people: finding somebody, registering somebody on their behalf."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts import asking, queries
from marketplace.accounts.consents import Door, Purpose
from marketplace.accounts.errors import AlreadyRegistered
from marketplace.accounts.forms import GrantForm, NewPersonForm
from marketplace.accounts.models import CodePurpose, Role, User
from marketplace.accounts.operations import codes, people
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role

STAFF = role("articulation", "head", "administrator")
REGISTRARS = role("articulation", "head", "administrator", "facilitator")

bp = Blueprint("people", __name__, url_prefix="/gestao/pessoas")


@bp.get("", allow=STAFF)
def index() -> ResponseReturnValue:
    asked, kind = request.args.get("q", ""), request.args.get("papel", "")
    found = queries.people_like(asked, within=current_person(), role=kind)
    page = paginate(found, request.args.get("pagina"))
    held = queries.roles_of([user.id for user in page.items])
    facts = {"asked": asked, "kind": kind, "roles": [role.value for role in Role]}
    return render_template("accounts/people.html", page=page, held=held, **facts)


@bp.get("/<int:user_id>", allow=STAFF)
def show(user_id: int) -> ResponseReturnValue:
    person = current_person()
    user = find_one(queries.in_reach_of(person).where(User.id == user_id))
    form = GrantForm()
    form.offer([role.value for role in Role])
    facts: dict[str, Any] = {
        "grants": queries.grants_of(user_id),
        "zone": queries.time_zone_of(person),
        "enrolled": queries.has_factor(user_id),
    }
    return render_template("accounts/person.html", user=user, form=form, me=person, **facts)


@bp.get("/nova", allow=REGISTRARS)
def new() -> ResponseReturnValue:
    return render_template("accounts/new_person.html", form=NewPersonForm())


@bp.post("/nova", allow=REGISTRARS)
def create() -> ResponseReturnValue:
    """Register somebody and show the code to hand over; it is shown this once."""
    form, person, now = NewPersonForm(), current_person(), clock.now()
    if not form.validate():
        return render_template("accounts/new_person.html", form=form), 422
    try:
        user = people.register_person(
            name=form.name.data,
            mobile=form.mobile.data,
            email=form.email.data,
            password=None,
            language=form.language.data,
            by=person,
            now=now,
        )
    except AlreadyRegistered as error:
        form.form_errors.append(str(error))
        return render_template("accounts/new_person.html", form=form), error.status
    user_id = user.id
    if form.news_by_whatsapp.data:
        asking.note(user_id, Purpose.NEWS_BY_WHATSAPP, Door.DESK, by=person, given=True, now=now)
    code = codes.issue_code(user_id, CodePurpose.CLAIM, by=person, now=now)
    return _page_of_code(user_id, code)


def _page_of_code(user_id: int, code: str) -> str:
    user = find_one(queries.by_id(user_id))
    return render_template("accounts/code.html", user=user, code=code, claim=True)
