"""Reports that are sent by themselves: the list, asking for one, pausing and ending."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.reports import queries, scheduled
from marketplace.reports import sheet_tables as words
from marketplace.reports.models.issued import ReportKind
from marketplace.reports.operations import scheduling
from marketplace.reports.schedule_forms import ScheduleForm

bp = Blueprint("report_schedules", __name__, url_prefix="/gestao/relatorios/envios")
HEADS = role("head")
SHOWN = 12


@bp.get("", allow=HEADS)
def index() -> ResponseReturnValue:
    return _index(ScheduleForm(formdata=None))


@bp.post("", allow=HEADS)
def create() -> ResponseReturnValue:
    form = ScheduleForm()
    _offer(form)
    if not form.validate():
        return _index(form), 422
    told: Any = {"to_all": form.to_all.data, "by": current_person(), "now": clock.now()}
    day: Any = form.day.data
    try:
        scheduling.schedule(form.division_id.data, ReportKind(form.kind.data), day, **told)
    except DomainError as no:
        form.form_errors.append(str(no))
        return _index(form), no.status
    flash(_("It will be sent by itself, with your rights of that day."), "success")
    return _back()


@bp.post("/<int:schedule_id>/pausa", allow=HEADS)
def create_pause(schedule_id: int) -> ResponseReturnValue:
    scheduling.pause(schedule_id, by=current_person(), now=clock.now())
    flash(_("Nothing is sent until you resume it."))
    return _back()


@bp.post("/<int:schedule_id>/retomada", allow=HEADS)
def create_resumption(schedule_id: int) -> ResponseReturnValue:
    scheduling.resume(schedule_id, by=current_person(), now=clock.now())
    flash(_("It is sent again, from the next day on."))
    return _back()


@bp.post("/<int:schedule_id>/fim", allow=HEADS)
def create_end(schedule_id: int) -> ResponseReturnValue:
    scheduling.end(schedule_id, by=current_person(), now=clock.now())
    flash(_("It has ended. What was sent stays."))
    return _back()


def _index(form: ScheduleForm) -> str:
    _offer(form)
    now = clock.now()
    return render_template(
        "reports/schedules.html",
        form=form,
        page=paginate(scheduled.of(current_person()), request.args.get("pagina"), SHOWN),
        words=words,
        failed=scheduled.failed(),
        next_on=lambda one: scheduled.next_on(one, clock.today(one.division.time_zone, now)),
    )


def _offer(form: ScheduleForm) -> None:
    form.offer(list(db.session.scalars(queries.divisions_issued_by(current_person()))))


def _back() -> ResponseReturnValue:
    return redirect(url_for("report_schedules.index"), 303)
