"""What the council asks the Division, and what the Division answers; late is shown."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.oversight import council_words
from marketplace.oversight.errors import (
    AnotherAnswers,
    QuestionAnswered,
    TooLateToPutOff,
    WordsMissing,
)
from marketplace.oversight.forms.council import AnswerQuestionForm, PutOffForm, QuestionForm
from marketplace.oversight.models.council import CouncilQuestion
from marketplace.oversight.operations import questions
from marketplace.oversight.queries import council
from marketplace.reports import queries as reports
from marketplace.reports.models.issued import IssuedReport

bp = Blueprint("council_questions", __name__, url_prefix="/gestao/conselho/perguntas")
READS = role("council", "head", "articulation", "qualification", "finance")
ASKS = role("council")
ANSWERS = role("head", "articulation", "qualification", "finance")
REFUSALS = (AnotherAnswers, QuestionAnswered, TooLateToPutOff, WordsMissing)


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    person = current_person()
    today = clock.today(accounts.time_zone_of(person))
    asked = request.args.to_dict()
    return _shown(
        "oversight/questions.html",
        page=paginate(council.listed(person, asked, today), asked.get("pagina")),
        chosen=asked.get("situacao", ""),
        states=council,
        today=today,
    )


@bp.get("/nova", allow=ASKS)
def new() -> ResponseReturnValue:
    """Show the form; an address may name the report that it is about."""
    form = QuestionForm(formdata=None)
    form.report_id.data = request.args.get("relatorio", "")
    return _form(form)


@bp.post("", allow=ASKS)
def create() -> ResponseReturnValue:
    form = QuestionForm()
    _offer(form)
    if not form.validate():
        return _form(form), 422
    report = _report(str(form.report_id.data or ""))
    division_id: int = report.division_id if report else form.division_id.data
    told = (division_id, str(form.subject.data), str(form.words.data))
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        made = questions.ask_question(*told, report_id=report.id if report else None, **by)
    except NotFound:
        form.division_id.errors = [_("You are not of this Division's council.")]
        return _form(form), 422
    flash(_("The Division was told. It answers by the day shown."), "success")
    return redirect(url_for("council_questions.show", question_id=made), 303)


@bp.get("/<int:question_id>", allow=READS)
def show(question_id: int) -> ResponseReturnValue:
    return _page(question_id)


@bp.post("/<int:question_id>/resposta", allow=ANSWERS)
def create_answer(question_id: int) -> ResponseReturnValue:
    told = _("The council was told of the answer.")
    return _taken(question_id, questions.answer, told, answer=AnswerQuestionForm())


@bp.post("/<int:question_id>/prazo", allow=ANSWERS)
def create_put_off(question_id: int) -> ResponseReturnValue:
    told = _("The council was told why it takes longer.")
    return _taken(question_id, questions.put_off, told, later=PutOffForm(prefix="later-"))


def _taken(
    question_id: int, step: Callable[..., None], told: str, **typed: AnswerQuestionForm | PutOffForm
) -> ResponseReturnValue:
    """Take a step of the Division with the words that were typed for it."""
    (form,) = typed.values()
    if not form.validate():
        return _page(question_id, **typed), 422
    try:
        step(question_id, str(form.words.data), by=current_person(), now=clock.now())
    except REFUSALS as no:
        form.words.errors = [str(no)]
        return _page(question_id, **typed), no.status
    flash(told, "success")
    return redirect(url_for("council_questions.show", question_id=question_id), 303)


def _page(question_id: int, **typed: FlaskForm) -> str:
    person = current_person()
    mine = council.questions(person).where(CouncilQuestion.id == question_id)
    question = find_one(council.with_turns(mine))
    zone = question.division.time_zone
    later = PutOffForm(formdata=None, prefix="later-")
    empty = {"answer": AnswerQuestionForm(formdata=None), "later": later}
    return _shown(
        "oversight/question.html",
        question=question,
        form=next(iter(typed.values()), None),
        forms=empty | typed,
        answers=ANSWERS(person) and question.asked_by_id != person.id,
        today=clock.today(zone),
        zone=zone,
        more_days=questions.MORE_DAYS,
    )


def _form(form: QuestionForm) -> str:
    _offer(form)
    report = _report(str(form.report_id.data or ""))
    facts = {"form": form, "report": report, "days": questions.ANSWER_DAYS}
    return _shown("oversight/question_new.html", **facts)


def _offer(form: QuestionForm) -> None:
    found = accounts.divisions_of(current_person())
    form.offer([(one.id, one.name) for one in found])


def _report(typed: str) -> IssuedReport | None:
    """Return the report that an address or a form names, if who asks may read it."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        return None
    mine = reports.issued(current_person()).where(IssuedReport.id == int(typed))
    try:
        return find_one(mine)
    except NotFound:
        return None


def _shown(template: str, **facts: Any) -> str:
    area = "conselho" if ASKS(current_person()) else "gestao"
    return render_template(template, area=area, said=council_words, **facts)
