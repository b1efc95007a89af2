"""Where the Division reads registrations and decides about them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Neighbourhood
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import Person, current_person, role
from marketplace.enterprises import cases, consequences, likeness, news, queries
from marketplace.enterprises.cases import filters_from
from marketplace.enterprises.errors import CnpjTaken
from marketplace.enterprises.forms.registration import RecordForm, told_before
from marketplace.enterprises.forms.vetting import (
    ManagerForm,
    ReasonForm,
    ReturnForm,
    blank_return,
)
from marketplace.enterprises.models import Decision, Enterprise
from marketplace.enterprises.operations import members, profile, vetting
from marketplace.enterprises.steps import MARKS, STEPS

bp = Blueprint("vetting", __name__, url_prefix="/gestao/empreendimentos")
VETS = role("articulation", "head")
Verb = Callable[..., Decision]
VERBS: dict[str, Verb] = {
    "refuse": vetting.refuse,
    "suspend": vetting.suspend,
    "reinstate": vetting.reinstate,
}


@bp.get("", allow=VETS)
def index() -> ResponseReturnValue:
    person, filters, now = current_person(), filters_from(request.args), clock.now()
    page = paginate(cases.listing(person, filters), request.args.get("pagina"))
    facts: dict[str, Any] = {
        "page": page,
        "cases": [cases.case_of(row, now) for row in page.items],
        "filters": filters,
        "counts": cases.counts(person),
        "municipalities": accounts.municipalities_served(),
    }
    return render_template("enterprises/vetting/index.html", **facts)


@bp.get("/<int:enterprise_id>", allow=VETS)
def show(enterprise_id: int) -> ResponseReturnValue:
    return _case_page(_case(enterprise_id), ManagerForm(formdata=None))


@bp.post("/<int:enterprise_id>/analise", allow=VETS)
def create_analysis(enterprise_id: int) -> ResponseReturnValue:
    return _decided(vetting.take_up, enterprise_id, _("It is yours to read now."))


@bp.post("/<int:enterprise_id>/aprovacao", allow=VETS)
def create_approval(enterprise_id: int) -> ResponseReturnValue:
    return _decided(vetting.approve, enterprise_id, _("Approved. The group was told."))


@bp.get("/<int:enterprise_id>/devolucao", allow=VETS)
def new_return(enterprise_id: int) -> ResponseReturnValue:
    return _return_page(_case(enterprise_id), blank_return())


@bp.post("/<int:enterprise_id>/devolucao", allow=VETS)
def create_return(enterprise_id: int) -> ResponseReturnValue:
    enterprise, form = _case(enterprise_id), ReturnForm()
    if not form.validate_on_submit():
        return _return_page(enterprise, form), 422
    said = {"reason": form.reason.data, "fields": form.fields()}
    done = _("Returned. The group was told what to mend.")
    return _decided(vetting.return_registration, enterprise_id, done, **said)


@bp.get("/<int:enterprise_id>/recusa", allow=VETS)
def new_refusal(enterprise_id: int) -> ResponseReturnValue:
    return _reason_page("refuse", _case(enterprise_id), ReasonForm())


@bp.post("/<int:enterprise_id>/recusa", allow=VETS)
def create_refusal(enterprise_id: int) -> ResponseReturnValue:
    return _with_reason("refuse", enterprise_id, _("Refused. The group was told why."))


@bp.get("/<int:enterprise_id>/suspensao", allow=VETS)
def new_suspension(enterprise_id: int) -> ResponseReturnValue:
    return _reason_page("suspend", _case(enterprise_id), ReasonForm())


@bp.post("/<int:enterprise_id>/suspensao", allow=VETS)
def create_suspension(enterprise_id: int) -> ResponseReturnValue:
    return _with_reason("suspend", enterprise_id, _("Suspended. The group was told why."))


@bp.get("/<int:enterprise_id>/reativacao", allow=VETS)
def new_reinstatement(enterprise_id: int) -> ResponseReturnValue:
    return _reason_page("reinstate", _case(enterprise_id), ReasonForm())


@bp.post("/<int:enterprise_id>/reativacao", allow=VETS)
def create_reinstatement(enterprise_id: int) -> ResponseReturnValue:
    return _with_reason("reinstate", enterprise_id, _("The group can sell again."))


@bp.post("/<int:enterprise_id>/gerente", allow=VETS)
def create_manager(enterprise_id: int) -> ResponseReturnValue:
    enterprise, form = _case(enterprise_id), ManagerForm()
    form.offer(enterprise)
    if not form.validate_on_submit():
        return _case_page(enterprise, form), 422
    member, code = members.appoint_manager(
        form.member_id.data,
        name=form.name.data,
        mobile=form.mobile.data or "",
        by=current_person(),
        now=clock.now(),
    )
    if code is None:
        flash(_("%(name)s manages the group now.", name=member.name), "success")
        return redirect(url_for("vetting.show", enterprise_id=enterprise_id), 303)
    back = url_for("vetting.show", enterprise_id=enterprise_id)
    facts = {"enterprise": enterprise, "user": member.user, "code": code, "back": back}
    return render_template("enterprises/registration/code.html", **facts)


@bp.get("/<int:enterprise_id>/dados", allow=VETS)
def edit(enterprise_id: int) -> ResponseReturnValue:
    enterprise = _case(enterprise_id)
    return _record_page(enterprise, RecordForm(data=told_before("group", enterprise)))


@bp.post("/<int:enterprise_id>/dados", allow=VETS)
def update(enterprise_id: int) -> ResponseReturnValue:
    enterprise, form = _case(enterprise_id), RecordForm()
    _offer_places(form)
    if not form.validate_on_submit():
        return _record_page(enterprise, form), 422
    by, now = current_person(), clock.now()
    try:
        profile.correct_record(enterprise_id, form.columns(), by=by, now=now)
    except CnpjTaken as error:
        form["cnpj"].errors = [str(error)]
        return _record_page(enterprise, form), error.status
    flash(_("Kept."), "success")
    return redirect(url_for("vetting.show", enterprise_id=enterprise_id), 303)


def _case(enterprise_id: int) -> Enterprise:
    return find_one(queries.cases_of(current_person()).where(Enterprise.id == enterprise_id))


def _case_page(enterprise: Enterprise, form: ManagerForm) -> str:
    person, decisions = current_person(), queries.decisions_of(enterprise.id)
    form.offer(enterprise)
    facts: dict[str, Any] = {
        "enterprise": enterprise,
        "case": cases.case(enterprise, clock.now()),
        "steps": STEPS,
        "decisions": decisions,
        "alike": likeness.look_alikes(enterprise),
        "own": queries.belongs_to(person, enterprise.id),
        "registered_it": enterprise.registered_by_id == person.id,
        "to_pass_on": news.to_pass_on(enterprise, decisions[-1]) if decisions else "",
        "form": form,
        "managers": [m for m in enterprise.live_members if m.access == "manager"],
    }
    return render_template("enterprises/vetting/show.html", **facts)


def _decided(verb: Verb, enterprise_id: int, done: str, **said: Any) -> ResponseReturnValue:
    by: Person = current_person()
    now: datetime = clock.now()
    verb(enterprise_id, **said, by=by, now=now)
    flash(done, "success")
    return redirect(url_for("vetting.show", enterprise_id=enterprise_id), 303)


def _with_reason(verb: str, enterprise_id: int, done: str) -> ResponseReturnValue:
    enterprise, form = _case(enterprise_id), ReasonForm()
    if not form.validate_on_submit():
        return _reason_page(verb, enterprise, form), 422
    return _decided(VERBS[verb], enterprise_id, done, reason=form.reason.data)


def _reason_page(verb: str, enterprise: Enterprise, form: ReasonForm) -> str:
    facts: dict[str, Any] = {"enterprise": enterprise, "form": form, "verb": verb}
    if verb == "suspend":
        facts["consequences"] = consequences.of_suspending(enterprise.id)
    return render_template("enterprises/vetting/reason.html", **facts)


def _offer_places(form: RecordForm) -> list[Neighbourhood]:
    homes = [division.municipality_code for division in accounts.divisions()]
    places = [place for code in homes for place in accounts.neighbourhoods_of(code)]
    form.offer(accounts.municipalities_served(), places)
    return places


def _record_page(enterprise: Enterprise, form: RecordForm) -> str:
    facts = {"enterprise": enterprise, "form": form, "neighbourhoods": _offer_places(form)}
    return render_template("enterprises/vetting/record.html", **facts)


def _return_page(enterprise: Enterprise, form: ReturnForm) -> str:
    facts = {"enterprise": enterprise, "form": form, "marks": MARKS}
    return render_template("enterprises/vetting/return.html", **facts)
