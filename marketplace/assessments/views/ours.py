"""Where a group says of itself how it trades, principle by principle, from the phone."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.assessments import labels
from marketplace.assessments.errors import ProofMissing, TooManyProofs
from marketplace.assessments.forms.answering import AnswerForm, PaperForm
from marketplace.assessments.models.assessments import Assessment, State
from marketplace.assessments.models.criteria import Criterion
from marketplace.assessments.operations import answering, appeals
from marketplace.assessments.queries import assessments as queries
from marketplace.assessments.queries import criteria, rulings, visits
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.rights import MB, current_person, role
from marketplace.core.uploads import paper_in
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.choosing import current_enterprise

bp = Blueprint("fair_trade", __name__, url_prefix="/painel/grupo/comercio-justo")
SELLS, RUNS = role("member", "manager", "facilitator"), role("manager", "facilitator")


@bp.record_once
def offer_words(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["fair_trade_words"] = labels


@bp.get("", allow=SELLS)
def show() -> ResponseReturnValue:
    enterprise, day = current_enterprise(), clock.today(current_enterprise().division.time_zone)
    every = queries.of_enterprise(enterprise.id)
    current = every[0] if every else None
    held = current.set if current else criteria.set_on(day)
    facts: dict[str, Any] = {
        "enterprise": enterprise,
        "today": day,
        "assessments": every,
        "current": current,
        "criteria": criteria.of_set(held.id) if held else (),
        "answers": queries.answers_of(current.id) if current else {},
        "papers": queries.evidence_of(current.id) if current else {},
        "visits": visits.of_assessment(current.id) if current else (),
        **_ruled(enterprise.id, enterprise.division_id),
        "runs": enterprises.runs(current_person(), enterprise.id),
    }
    return render_template("assessments/ours.html", **facts)


@bp.post("", allow=SELLS)
def create() -> ResponseReturnValue:
    by, now = current_person(), clock.now()
    made = answering.begin(current_enterprise().id, by=by, now=now)
    first = _next_after(made, "")
    return redirect(url_for("fair_trade.edit", code=first) if first else _back(), 303)


@bp.get("/criterios/<code>", allow=SELLS)
def edit(code: str) -> ResponseReturnValue:
    assessment = _current()
    return _page(assessment, _criterion(assessment, code))


@bp.post("/criterios/<code>", allow=SELLS)
def update(code: str) -> ResponseReturnValue:
    assessment, form = _current(), AnswerForm()
    criterion = _criterion(assessment, code)
    if not form.validate_on_submit():
        return _page(assessment, criterion, form=form), 422
    told: Any = {"said": form.chosen(), "words": form.words.data or ""}
    answering.answer(assessment.id, code, **told, by=current_person(), now=clock.now())
    following = _next_after(assessment, code)
    if following is None:
        flash(_("All is answered. Look at it once more, then send it."), "success")
        return redirect(_back(), 303)
    flash(_("Kept. Here is the next one."), "success")
    return redirect(url_for("fair_trade.edit", code=following), 303)


@bp.post("/criterios/<code>/provas", allow=SELLS, limit=9 * MB)
def create_evidence(code: str) -> ResponseReturnValue:
    assessment, form = _current(), PaperForm()
    criterion = _criterion(assessment, code)
    if not form.validate_on_submit() or (file := paper_in(form.paper)) is None:
        return _page(assessment, criterion, paper_form=form), 422
    by, now = current_person(), clock.now()
    try:
        answering.add_paper(assessment.id, code, form.told(file), by=by, now=now)
    except (ProofMissing, TooManyProofs) as error:
        form.paper.errors = [str(error)]
        return _page(assessment, criterion, paper_form=form), error.status
    flash(_("The paper is kept. Only your group and who checks it see it."), "success")
    return redirect(url_for("fair_trade.edit", code=code), 303)


@bp.post("/provas/<int:evidence_id>/retirada", allow=SELLS)
def delete_evidence(evidence_id: int) -> ResponseReturnValue:
    mine = queries.theirs(current_person())
    code = find_one(queries.evidence_in(mine, evidence_id)).criterion.code
    answering.take_paper_back(evidence_id, by=current_person(), now=clock.now())
    flash(_("The paper was taken back."), "success")
    return redirect(url_for("fair_trade.edit", code=code), 303)


@bp.post("/envio", allow=RUNS)
def create_sending() -> ResponseReturnValue:
    answering.send(_current().id, by=current_person(), now=clock.now())
    flash(_("Sent. The Division reads it and tells you."), "success")
    return redirect(_back(), 303)


def _ruled(enterprise_id: int, division_id: int) -> dict[str, Any]:
    """Return what the commission decided last, and whether an appeal is open or still possible."""
    last = rulings.last_of(enterprise_id)
    appeal = rulings.appeal_against(last.id) if last else None
    may = last is not None and appeal is None and appeals.may_appeal(last, clock.now())
    seats = rulings.seats(division_id, [last.met_on]) if last else {}
    return {"ruling": last, "seats": seats, "appeal": appeal, "may_appeal": may}


def _current() -> Assessment:
    return find_one(queries.last_of(current_enterprise().id))


def _criterion(assessment: Assessment, code: str) -> Criterion:
    return find_one(criteria.in_set(assessment.set_id, code))


def _next_after(assessment: Assessment, code: str) -> str | None:
    """Return the next criterion without an answer, from this one on and then from the first."""
    answers = queries.answers_of(assessment.id)
    every = list(criteria.of_set(assessment.set_id))
    here = next((n for n, each in enumerate(every, 1) if each.code == code), 0)
    left = (each.code for each in every[here:] + every[:here] if each.id not in answers)
    return next(left, None)


def _back() -> str:
    return url_for("fair_trade.show")


def _page(
    assessment: Assessment,
    criterion: Criterion,
    *,
    form: AnswerForm | None = None,
    paper_form: PaperForm | None = None,
) -> str:
    db.session.refresh(assessment)
    answers = queries.answers_of(assessment.id)
    facts: dict[str, Any] = {
        "enterprise": assessment.enterprise,
        "assessment": assessment,
        "open": assessment.state is State.DRAFT,
        "criterion": criterion,
        "every": criteria.of_set(assessment.set_id),
        "answers": answers,
        "papers": queries.evidence_of(assessment.id).get(criterion.id, []),
        "form": form or AnswerForm(formdata=None, obj=answers.get(criterion.id)),
        "paper_form": paper_form or PaperForm(formdata=None),
        "today": clock.today(assessment.enterprise.division.time_zone),
    }
    return render_template("assessments/criterion.html", **facts)
