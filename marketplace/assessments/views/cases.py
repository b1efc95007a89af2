"""Where staff read what groups say of themselves, and check it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts import serving
from marketplace.assessments import cases
from marketplace.assessments.errors import WhyNeeded
from marketplace.assessments.forms.checking import YES, CheckForm
from marketplace.assessments.models.assessments import Assessment
from marketplace.assessments.operations import checking
from marketplace.assessments.queries import assessments as queries
from marketplace.assessments.queries import criteria, visits
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.forms.vetting import ReasonForm

bp = Blueprint("fair_trade_cases", __name__, url_prefix="/gestao/comercio-justo")
SEES, CHECKS = role("articulation", "qualification", "head"), role("articulation", "head")


@bp.get("", allow=SEES)
def index() -> ResponseReturnValue:
    """List the cases of one Division: the address says of which, for who serves several."""
    person, filters = current_person(), cases.filters_from(request.args)
    division = serving.division_asked(person, request.args.get("divisao"))
    facts: dict[str, Any] = {
        "page": paginate(cases.listing(person, division, filters), request.args.get("pagina")),
        "filters": filters,
        "counts": cases.counts(person, division),
        "division": division,
        "divisions": accounts.divisions_of(person),
    }
    return render_template("assessments/cases.html", **facts)


@bp.get("/<int:assessment_id>", allow=SEES)
def show(assessment_id: int) -> ResponseReturnValue:
    return _page(_case(assessment_id))


@bp.post("/<int:assessment_id>/devolucao", allow=CHECKS)
def create_return(assessment_id: int) -> ResponseReturnValue:
    found, form = _case(assessment_id), ReasonForm()
    if not form.validate_on_submit():
        return _page(found, form=form), 422
    said: Any = {"reason": form.reason.data or "", "by": current_person(), "now": clock.now()}
    checking.give_back(assessment_id, **said)
    flash(_("Returned. The group was told what to complete."), "success")
    there = url_for("fair_trade_cases.index", divisao=found.enterprise.division_id)
    return redirect(there, 303)


@bp.post("/provas/<int:evidence_id>/conferencia", allow=CHECKS)
def create_check(evidence_id: int) -> ResponseReturnValue:
    seen = queries.seen_by(current_person())
    found, form = find_one(queries.evidence_in(seen, evidence_id)).assessment, CheckForm()
    if not form.validate_on_submit():
        return _page(found, check=form, checked=evidence_id), 422
    said: Any = {"accepted": form.accepted.data == YES, "note": form.note.data or ""}
    try:
        checking.check_paper(evidence_id, **said, by=current_person(), now=clock.now())
    except WhyNeeded as error:
        form.note.errors = [str(error)]
        return _page(_case(found.id), check=form, checked=evidence_id), error.status
    flash(_("Noted, with your name and the day."), "success")
    return redirect(url_for("fair_trade_cases.show", assessment_id=found.id), 303)


def _case(assessment_id: int) -> Assessment:
    return find_one(queries.seen_by(current_person()).where(Assessment.id == assessment_id))


def _page(found: Assessment, **more: Any) -> str:
    person = current_person()
    facts: dict[str, Any] = {
        "assessment": found,
        "enterprise": found.enterprise,
        "zone": found.enterprise.division.time_zone,
        "criteria": criteria.of_set(found.set_id),
        "answers": queries.answers_of(found.id),
        "papers": queries.evidence_of(found.id),
        "visits": visits.of_assessment(found.id),
        "today": clock.today(found.enterprise.division.time_zone),
        "own": enterprises.belongs_to(person, found.enterprise_id),
        "checks": CHECKS(person),
        "form": ReasonForm(formdata=None),
        "check": CheckForm(formdata=None),
        "checked": 0,
    }
    return render_template("assessments/case.html", **facts | more)
