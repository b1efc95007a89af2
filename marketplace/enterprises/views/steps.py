"""The steps of a registration: each is a small form, kept when it is sent."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Neighbourhood
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import MB, current_person, logged_in
from marketplace.enterprises import own_number, queries
from marketplace.enterprises.errors import CnpjTaken, NotOpenForChange
from marketplace.enterprises.forms.people import MemberForm, PeopleForm
from marketplace.enterprises.forms.registration import (
    ContactForm,
    GroupForm,
    MoneyForm,
    PhotoForm,
    PlaceForm,
    SegmentsForm,
    StepForm,
    told_before,
)
from marketplace.enterprises.models import Enterprise, Member
from marketplace.enterprises.operations import drafts, members
from marketplace.enterprises.steps import BY_PATH, MARKS, STEPS, missing_in
from marketplace.enterprises.uploads import picture_in

bp = Blueprint("steps", __name__, url_prefix="/cadastro/<int:enterprise_id>")
FORMS: dict[str, type[StepForm]] = {
    "group": GroupForm,
    "segments": SegmentsForm,
    "place": PlaceForm,
    "contact": ContactForm,
    "money": MoneyForm,
}


@bp.get("/<step>", allow=logged_in)
def edit(enterprise_id: int, step: str) -> ResponseReturnValue:
    enterprise, key = _theirs(enterprise_id), _step(step)
    marks = _open_marks(enterprise, key)
    if key == "people":
        return _people_page(enterprise, PeopleForm())
    return _step_page(enterprise, key, _form(enterprise, key, marks))


@bp.post("/<step>", allow=logged_in)
def update(enterprise_id: int, step: str) -> ResponseReturnValue:
    enterprise, key = _theirs(enterprise_id), _step(step)
    form = _form(enterprise, key, _open_marks(enterprise, key))
    if not form.validate_on_submit():
        return _step_page(enterprise, key, form), 422
    try:
        saved = _save(enterprise_id, key, form.columns())
    except CnpjTaken as error:
        form["cnpj"].errors = [str(error)]
        return _step_page(enterprise, key, form), error.status
    own_number.note(form, by=current_person(), now=clock.now())
    return redirect(_next_url(saved, key), 303)


@bp.post("/pessoas", allow=logged_in)
def create_people(enterprise_id: int) -> ResponseReturnValue:
    enterprise, form, person = _theirs(enterprise_id), PeopleForm(), current_person()
    _open_marks(enterprise, "people")
    if not form.validate_on_submit():
        return _people_page(enterprise, form), 422
    now = clock.now()
    members.add_members(enterprise_id, form.newcomers(), by=person, now=now)
    if "more" in request.form:
        return redirect(_step_url(enterprise_id, "people"), 303)
    return redirect(_next_url(_save(enterprise_id, "people", {}), "people"), 303)


@bp.get("/pessoas/<int:member_id>", allow=logged_in)
def edit_person(enterprise_id: int, member_id: int) -> ResponseReturnValue:
    enterprise = _theirs(enterprise_id)
    member = _member(enterprise, member_id)
    return _person_page(enterprise, member, MemberForm(obj=member))


@bp.post("/pessoas/<int:member_id>", allow=logged_in)
def update_person(enterprise_id: int, member_id: int) -> ResponseReturnValue:
    enterprise, form = _theirs(enterprise_id), MemberForm()
    member = _member(enterprise, member_id)
    if not form.validate_on_submit():
        return _person_page(enterprise, member, form), 422
    members.change_member(
        member_id,
        name=form.name.data,
        sex=form.sex.data,
        function=form.function.data or "",
        on_board=form.on_board.data,
        by=current_person(),
        now=clock.now(),
    )
    return redirect(_step_url(enterprise_id, "people"), 303)


@bp.post("/pessoas/<int:member_id>/saida", allow=logged_in)
def delete_person(enterprise_id: int, member_id: int) -> ResponseReturnValue:
    enterprise, now = _theirs(enterprise_id), clock.now()
    _member(enterprise, member_id)
    today = clock.today(enterprise.division.time_zone, now)
    members.member_leaves(member_id, left_on=today, by=current_person(), now=now)
    return redirect(_step_url(enterprise_id, "people"), 303)


@bp.post("/foto", allow=logged_in, limit=9 * MB)
def create_photo(enterprise_id: int) -> ResponseReturnValue:
    enterprise, form = _theirs(enterprise_id), PhotoForm()
    contact = _form(enterprise, "contact", _open_marks(enterprise, "contact"), sent=False)
    if (picture := picture_in(form)) is None:
        return _step_page(enterprise, "contact", contact, form), 422
    _save(enterprise_id, "contact", {"photo": picture, "photo_alt": form.photo_alt.data or ""})
    return redirect(_step_url(enterprise_id, "contact"), 303)


@bp.post("/foto/remocao", allow=logged_in)
def delete_photo(enterprise_id: int) -> ResponseReturnValue:
    _theirs(enterprise_id)
    _save(enterprise_id, "contact", {"photo": None, "photo_alt": ""})
    return redirect(_step_url(enterprise_id, "contact"), 303)


def _theirs(enterprise_id: int) -> Enterprise:
    return find_one(queries.registrable(current_person(), enterprise_id))


def _step(path: str) -> str:
    if path not in BY_PATH:
        raise NotFound
    return BY_PATH[path]


def _member(enterprise: Enterprise, member_id: int) -> Member:
    found = next((m for m in enterprise.live_members if m.id == member_id), None)
    if found is None:
        raise NotFound
    _open_marks(enterprise, "people")
    return found


def _open_marks(enterprise: Enterprise, step: str) -> dict[str, str]:
    """Return the step's marks that can be changed now, each with what is wrong.

    :raises NotOpenForChange: if there is none.
    """
    marks = queries.open_marks(enterprise)
    found = {mark: marks[mark] for mark in STEPS[step].marks if mark in marks}
    if not found:
        raise NotOpenForChange
    return found


def _form(
    enterprise: Enterprise, step: str, marks: dict[str, str], *, sent: bool = True
) -> StepForm:
    if step not in FORMS:
        raise NotFound
    formdata = {} if sent else {"formdata": None}
    told = {"number_on_page": own_number.allowed(current_person())}
    form = FORMS[step](data=told | told_before(step, enterprise), **formdata)
    if isinstance(form, PlaceForm):
        form.offer(accounts.municipalities_served(), _neighbourhoods())
    manages = queries.is_manager(current_person(), enterprise.id)
    form.keep_only([mark for mark in marks if manages or mark != "pix"])
    return form


def _neighbourhoods() -> list[Neighbourhood]:
    homes = [division.municipality_code for division in accounts.divisions()]
    return [place for code in homes for place in accounts.neighbourhoods_of(code)]


def _save(enterprise_id: int, step: str, columns: dict[str, Any]) -> Enterprise:
    return drafts.save_step(enterprise_id, step, columns, by=current_person(), now=clock.now())


def _step_url(enterprise_id: int, step: str) -> str:
    return url_for("steps.edit", enterprise_id=enterprise_id, step=STEPS[step].path)


def _next_url(enterprise: Enterprise, step: str) -> str:
    """Return the address of the next step still to be filled in, or of the review."""
    keys = list(STEPS)
    missing = {item.step for item in missing_in(enterprise)}
    later = [key for key in keys[keys.index(step) + 1 :] if key in missing]
    if later:
        return _step_url(enterprise.id, later[0])
    return url_for("registration.show", enterprise_id=enterprise.id)


def _step_page(
    enterprise: Enterprise, step: str, form: StepForm, photo_form: PhotoForm | None = None
) -> str:
    facts = _around(enterprise, step) | {"form": form, "neighbourhoods": _neighbourhoods()}
    facts["photo_form"] = photo_form or PhotoForm(formdata=None, obj=enterprise)
    return render_template(f"enterprises/registration/{step}.html", **facts)


def _people_page(enterprise: Enterprise, form: PeopleForm) -> str:
    facts = _around(enterprise, "people") | {"form": form}
    return render_template("enterprises/registration/people.html", **facts)


def _person_page(enterprise: Enterprise, member: Member, form: MemberForm) -> str:
    facts = _around(enterprise, "people") | {"form": form, "member": member}
    return render_template("enterprises/registration/person.html", **facts)


def _around(enterprise: Enterprise, step: str) -> dict[str, Any]:
    """Return what every step's page shows: where one is, and what is to be mended."""
    return {
        "enterprise": enterprise,
        "steps": STEPS,
        "step": step,
        "place": list(STEPS).index(step) + 2,
        "open_marks": _open_marks(enterprise, step),
        "notes": {MARKS[mark].name: note for mark, note in _open_marks(enterprise, step).items()},
        "mending": enterprise.standing == "returned",
    }
