"""Every line of sale as a sheet: what one asked for, how far it is, and taking it away."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from marketplace.core import clock, files, media
from marketplace.core.database import db
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.headers import is_file
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.reports import exports
from marketplace.reports.export_forms import ExportForm
from marketplace.reports.models.exports import ExportState, SalesExport
from marketplace.reports.operations import exports as operations
from marketplace.reports.retention import KEPT_DAYS

bp = Blueprint("sales_exports", __name__, url_prefix="/gestao/relatorios/planilhas")
STAFF = role(*exports.ROLES)


@bp.get("", allow=STAFF)
def index() -> ResponseReturnValue:
    return _index(ExportForm(formdata=None))


@bp.post("", allow=STAFF)
def create() -> ResponseReturnValue:
    form = ExportForm()
    _offer(form)
    if not form.validate():
        return _index(form), 422
    files.pace()
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        export_id = operations.ask_export(form.division_id.data, form.period, **by)
    except DomainError as no:
        form.periodo.errors = [str(no)]
        return _index(form), no.status
    return redirect(url_for("sales_exports.show", export_id=export_id), 303)


@bp.get("/<int:export_id>", allow=STAFF)
def show(export_id: int) -> ResponseReturnValue:
    export = _own(export_id)
    return render_template(
        "reports/export.html",
        it=export,
        stands=exports.may_be_retried(export, clock.now()),
        kept_days=KEPT_DAYS,
    )


@bp.post("/<int:export_id>/tentativas", allow=STAFF)
def create_try(export_id: int) -> ResponseReturnValue:
    operations.ask_export_again(export_id, by=current_person(), now=clock.now())
    return redirect(url_for("sales_exports.show", export_id=export_id), 303)


@bp.get("/<int:export_id>/arquivo", allow=STAFF)
def export(export_id: int) -> ResponseReturnValue:
    """Hand the file out, if it is made, to who asked for it."""
    made = _own(export_id)
    if made.state is not ExportState.READY:
        raise NotFound
    files.pace()
    sent = send_file(
        media.sendable(made.file),
        mimetype=files.XLSX,
        as_attachment=True,
        download_name=f"vendas-{made.first_on}-{made.last_on}.xlsx",
        conditional=False,
        etag=False,
    )
    sent.headers["Cache-Control"] = "private, no-store"
    return is_file(sent)


def _index(form: ExportForm) -> str:
    _offer(form)
    return render_template(
        "reports/exports.html",
        form=form,
        page=paginate(exports.owned_by(current_person()), request.args.get("pagina")),
        kept_days=KEPT_DAYS,
    )


def _offer(form: ExportForm) -> None:
    divisions = list(db.session.scalars(exports.divisions_of(current_person())))
    zone = divisions[0].time_zone if divisions else "UTC"
    form.offer(divisions, clock.today(zone))


def _own(export_id: int) -> SalesExport:
    return find_one(exports.owned_by(current_person()).where(SalesExport.id == export_id))
