"""Where the commission reads a case side by side, and its decisions are written down."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts import serving
from marketplace.accounts.models import Division
from marketplace.assessments.errors import (
    AlreadyNamed,
    AppealWaits,
    ConditionsMissing,
    ConditionsTooLong,
    DecidedBefore,
    EndsBeforeItBegins,
    MeetingTooEarly,
    MemberTied,
    NotInOffice,
    NotOfTheDivision,
    PrinciplesMissing,
    QuorumMissing,
    VisitAhead,
)
from marketplace.assessments.forms.ruling import MemberForm, RulingForm, TermForm, ruling_form
from marketplace.assessments.models.assessments import Assessment
from marketplace.assessments.operations import commission, ruling
from marketplace.assessments.queries import assessments as queries
from marketplace.assessments.queries import criteria, rulings, visits
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.language import current_language
from marketplace.core.rights import current_person, role
from marketplace.enterprises import queries as enterprises

bp = Blueprint("fair_trade_rulings", __name__, url_prefix="/gestao/comercio-justo")
SEES, WRITES = role("articulation", "qualification", "head"), role("articulation", "head")
NAMES = role("head")
BESIDE: dict[type[Exception], str] = {
    VisitAhead: "met_on",
    MeetingTooEarly: "met_on",
    ConditionsMissing: "conditions",
    ConditionsTooLong: "conditions_until",
    PrinciplesMissing: "principles",
}
"""Beside which field a refusal is shown."""


@bp.get("/<int:assessment_id>/decisao", allow=SEES)
def show(assessment_id: int) -> ResponseReturnValue:
    found = _case(assessment_id)
    day = clock.today(found.enterprise.division.time_zone)
    known = {"met_on": day, "principles": [one.code for one in criteria.of_set(found.set_id)]}
    return _page(found, _form(found, known))


@bp.post("/<int:assessment_id>/decisao", allow=WRITES)
def create(assessment_id: int) -> ResponseReturnValue:
    found = _case(assessment_id)
    form = _form(found, None)
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        ruling.decide(assessment_id, form.plan(), by=current_person(), now=clock.now())
    except tuple(BESIDE) as error:
        form[BESIDE[type(error)]].errors = [str(error)]
    except (NotInOffice, MemberTied, QuorumMissing, DecidedBefore, AppealWaits) as error:
        form.form_errors = [str(error)]
    else:
        flash(_("The decision is written down. The group was told."), "success")
        return redirect(url_for("fair_trade_rulings.show", assessment_id=assessment_id), 303)
    return _page(_case(assessment_id), form), 422


@bp.get("/comissao", allow=SEES)
def index() -> ResponseReturnValue:
    return _commission(MemberForm(formdata=None), TermForm(formdata=None))


@bp.post("/comissao", allow=NAMES)
def create_member() -> ResponseReturnValue:
    form, division = MemberForm(), _division()
    form.offer(rulings.nameable(division.id))
    if not form.validate_on_submit():
        return _commission(form, TermForm(formdata=None)), 422
    told: Any = {name: form[name].data for name in ("seat", "from_on", "until_on")}
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        commission.name_member(division.id, form.user_id.data, **told, **by)
    except (AlreadyNamed, NotOfTheDivision) as error:
        form.user_id.errors = [str(error)]
    except EndsBeforeItBegins as error:
        form.until_on.errors = [str(error)]
    else:
        flash(_("Named to the commission."), "success")
        return _to_commission(division.id)
    return _commission(form, TermForm(formdata=None)), 422


@bp.post("/comissao/<int:member_id>/saida", allow=NAMES)
def create_end(member_id: int) -> ResponseReturnValue:
    member = find_one(rulings.named_by(current_person(), member_id))
    day = clock.today(member.division.time_zone)
    commission.end_membership(member_id, last_on=day, by=current_person(), now=clock.now())
    flash(_("The membership ends today."), "success")
    return _to_commission(member.division_id)


@bp.post("/comissao/prazo", allow=NAMES)
def create_term() -> ResponseReturnValue:
    form, division = TermForm(), _division()
    if not form.validate_on_submit() or form.months.data is None:
        return _commission(MemberForm(formdata=None), form), 422
    commission.set_term(division.id, form.months.data, by=current_person(), now=clock.now())
    flash(_("Kept. It counts for what is decided from now on."), "success")
    return _to_commission(division.id)


def _to_commission(division_id: int) -> ResponseReturnValue:
    return redirect(url_for("fair_trade_rulings.index", divisao=division_id), 303)


def _division() -> Division:
    """Return the Division whose commission is meant: the address says which of several."""
    return serving.division_asked(current_person(), request.args.get("divisao"))


def _commission(form: MemberForm, term: TermForm) -> str:
    division = _division()
    form.offer(rulings.nameable(division.id))
    if term.months.data is None and not term.months.raw_data:
        term.months.data = rulings.term_months(division.id)
    facts: dict[str, Any] = {
        "form": form,
        "term": term,
        "division": division,
        "divisions": accounts.divisions_of(current_person()),
        "months": rulings.term_months(division.id),
        "members": db.session.scalars(rulings.members(division.id)).all(),
        "today": clock.today(division.time_zone),
        "names": NAMES(current_person()),
    }
    return render_template("assessments/commission.html", **facts)


def _case(assessment_id: int) -> Assessment:
    return find_one(queries.seen_by(current_person()).where(Assessment.id == assessment_id))


def _form(found: Assessment, known: dict[str, Any] | None) -> RulingForm:
    """Return the form; it names whoever sat in the commission on any day that it may tell of."""
    day, first = clock.today(found.enterprise.division.time_zone), rulings.earliest_meeting(found)
    sat = rulings.in_office(found.enterprise.division_id, first, day)
    return ruling_form(criteria.of_set(found.set_id), sat, current_language(), known)


def _page(found: Assessment, form: RulingForm) -> str:
    zone = found.enterprise.division.time_zone
    before = rulings.of_assessment(found.id)
    facts: dict[str, Any] = {
        "assessment": found,
        "enterprise": found.enterprise,
        "zone": zone,
        "today": clock.today(zone),
        "criteria": criteria.of_set(found.set_id),
        "answers": queries.answers_of(found.id),
        "papers": queries.evidence_of(found.id),
        "visits": visits.of_assessment(found.id),
        "rulings": before,
        "seats": rulings.seats(found.enterprise.division_id, [each.met_on for each in before]),
        "appeals": rulings.appeals_of(found.id),
        "form": form,
        "writes": WRITES(current_person()),
        "own": enterprises.belongs_to(current_person(), found.enterprise_id),
    }
    return render_template("assessments/ruling.html", **facts)
