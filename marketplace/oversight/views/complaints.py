"""Where the Division reads, hands over, answers and closes complaints."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from marketplace.accounts import queries as accounts
from marketplace.core import clock, files
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.formats import day_of
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.sheets.writing import write_csv
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.oversight import labels
from marketplace.oversight.attachments import as_attachment
from marketplace.oversight.errors import CannotTakeOver, ComplaintClosed, WordsMissing
from marketplace.oversight.forms.complaints import (
    AnswerForm,
    ClosingForm,
    HandingForm,
    NamingForm,
)
from marketplace.oversight.models.complaints import Complaint, ComplaintFile
from marketplace.oversight.operations import answering
from marketplace.oversight.queries import complaints as queries

bp = Blueprint("complaints", __name__, url_prefix="/gestao/denuncias")
HANDLES = role("head", "articulation")
SHOWN, MOST_ROWS = 30, 5_000
HEADERS = ("protocol", "received", "due", "stage", "matter", "enterprise", "handled_by", "answered")


@bp.get("", allow=HANDLES)
def index() -> ResponseReturnValue:
    query, today = _asked()
    return render_template(
        "oversight/complaints.html",
        page=paginate(query, request.args.get("pagina"), SHOWN),
        today=today,
        late=queries.LATE,
        labels=labels,
    )


@bp.get("/lista.csv", allow=HANDLES)
def export() -> ResponseReturnValue:
    """Send the list without a word of what was told, and without anybody's contact."""
    files.pace()
    found = db.session.scalars(_asked()[0].limit(MOST_ROWS))
    content = write_csv(HEADERS, [_row(complaint) for complaint in found])
    return files.as_file(content, "denuncias.csv", files.CSV)


@bp.get("/<int:complaint_id>", allow=HANDLES)
def show(complaint_id: int) -> ResponseReturnValue:
    return _page(complaint_id)


@bp.post("/<int:complaint_id>/analise", allow=HANDLES)
def create_analysis(complaint_id: int) -> ResponseReturnValue:
    answering.take_up(complaint_id, by=current_person(), now=clock.now())
    flash(_("You have it now."), "success")
    return _back(complaint_id)


@bp.post("/<int:complaint_id>/resposta", allow=HANDLES)
def create_answer(complaint_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    if not form.validate():
        return _page(complaint_id, answer=form), 422
    try:
        words = str(form.words.data)
        answering.answer(complaint_id, words, by=current_person(), now=clock.now())
    except (WordsMissing, ComplaintClosed) as error:
        form.words.errors = [str(error)]
        return _page(complaint_id, answer=form), error.status
    flash(_("The answer is on the complaint's page."), "success")
    return _back(complaint_id)


@bp.post("/<int:complaint_id>/encerramento", allow=HANDLES)
def create_closing(complaint_id: int) -> ResponseReturnValue:
    form = ClosingForm(prefix="closing-")
    if not form.validate():
        return _page(complaint_id, closing=form), 422
    try:
        words = str(form.words.data)
        answering.close(complaint_id, words, by=current_person(), now=clock.now())
    except (WordsMissing, ComplaintClosed) as error:
        form.words.errors = [str(error)]
        return _page(complaint_id, closing=form), error.status
    flash(_("The complaint is closed."), "success")
    return _back(complaint_id)


@bp.post("/<int:complaint_id>/passagem", allow=HANDLES)
def create_handover(complaint_id: int) -> ResponseReturnValue:
    form = HandingForm()
    form.offer(queries.handlers_of(_theirs(complaint_id)))
    if not form.validate():
        return _page(complaint_id, handing=form), 422
    try:
        chosen: int = form.user_id.data
        answering.hand_over(complaint_id, chosen, by=current_person(), now=clock.now())
    except (CannotTakeOver, ComplaintClosed) as error:
        form.user_id.errors = [str(error)]
        return _page(complaint_id, handing=form), error.status
    flash(_("Handed over."), "success")
    return _back(complaint_id)


@bp.post("/<int:complaint_id>/grupo", allow=HANDLES)
def create_name(complaint_id: int) -> ResponseReturnValue:
    form = NamingForm()
    form.offer(queries.nameable([_theirs(complaint_id).division_id]))
    if not form.validate():
        return _page(complaint_id, naming=form), 422
    try:
        chosen: int = form.enterprise_id.data
        answering.name_enterprise(complaint_id, chosen, by=current_person(), now=clock.now())
    except (OwnEnterprise, ComplaintClosed) as error:
        form.enterprise_id.errors = [str(error)]
        return _page(complaint_id, naming=form), error.status
    flash(_("The group was named."), "success")
    return _back(complaint_id)


@bp.get("/<int:complaint_id>/arquivos/<int:file_id>", allow=HANDLES)
def show_file(complaint_id: int, file_id: int) -> ResponseReturnValue:
    mine = queries.files_of(_theirs(complaint_id).id).where(ComplaintFile.id == file_id)
    return as_attachment(find_one(mine))


def _asked() -> tuple[Any, date]:
    person = current_person()
    today = clock.today(accounts.time_zone_of(person))
    filters = queries.filters_from(request.args.to_dict(), person, today)
    return queries.listing(person, filters), today


def _theirs(complaint_id: int) -> Complaint:
    return find_one(queries.handled_by(current_person()).where(Complaint.id == complaint_id))


def _back(complaint_id: int) -> ResponseReturnValue:
    return redirect(url_for("complaints.show", complaint_id=complaint_id), 303)


def _page(complaint_id: int, **typed: FlaskForm) -> str:
    complaint = _theirs(complaint_id)
    zone = complaint.division.time_zone
    handing, naming = HandingForm(formdata=None), NamingForm(formdata=None)
    handing.offer(queries.handlers_of(complaint))
    naming.offer(queries.nameable([complaint.division_id]))
    empty = {"answer": AnswerForm(formdata=None), "handing": handing, "naming": naming}
    empty["closing"] = ClosingForm(formdata=None, prefix="closing-")
    return render_template(
        "oversight/complaint_case.html",
        complaint=complaint,
        form=next(iter(typed.values()), None),
        forms=empty | typed,
        messages=queries.messages_of(complaint_id),
        turns=queries.turns_of(complaint_id),
        files=db.session.scalars(queries.files_of(complaint_id)).all(),
        labels=labels,
        zone=zone,
        today=clock.today(zone),
    )


def _row(complaint: Complaint) -> list[str]:
    zone, answered = complaint.division.time_zone, complaint.answered_at
    return [
        complaint.protocol,
        day_of(complaint.filed_at, zone).isoformat(),
        complaint.due_on.isoformat(),
        str(labels.STAGES[complaint.stage]),
        str(labels.MATTERS[complaint.matter]),
        complaint.enterprise.name if complaint.enterprise else "",
        complaint.assigned_to.name if complaint.assigned_to else "",
        day_of(answered, zone).isoformat() if answered else "",
    ]
