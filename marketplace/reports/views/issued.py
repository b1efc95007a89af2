"""Issued reports: the list, one of them with its files, and issuing another."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from marketplace.core import clock, files
from marketplace.core.database import db
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.reports import issued_files, queries
from marketplace.reports import sheet_tables as words
from marketplace.reports.errors import AnotherSaysWhy, NotBegun
from marketplace.reports.forms import IssueForm
from marketplace.reports.models.issued import FileKind, IssuedReport, ReportKind
from marketplace.reports.operations import issuing
from marketplace.reports.periods import Period
from marketplace.reports.sheet_changes import changes, sentences
from marketplace.reports.sheet_differences import Difference, differences, unmoved
from marketplace.reports.sheet_figures import Sheet, count, period_of

bp = Blueprint("issued_reports", __name__, url_prefix="/gestao/relatorios/emitidos")
READS = role("head", "articulation", "qualification", "finance", "council")
STAFF = role("head", "articulation", "qualification", "finance")  # a difference may be one group's
ISSUES = role("head")


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    query, chosen = queries.issued(current_person()), request.args.get("tipo", "")
    if chosen in [kind.value for kind in ReportKind]:
        query = query.where(IssuedReport.kind == ReportKind(chosen))
    page = paginate(query, request.args.get("pagina"))
    return render_template(
        "reports/issued.html",
        page=page,
        chosen=chosen,
        words=words,
        period=_period,
        issues=ISSUES(current_person()),
    )


@bp.get("/novo", allow=ISSUES)
def new() -> ResponseReturnValue:
    """Show the form and, where a period was chosen, what its report would say."""
    if "day" not in request.args:
        return _form(IssueForm(formdata=None))
    form = IssueForm(MultiDict(request.args.to_dict()), meta={"csrf": False})
    _offer(form)
    return _form(form, 200 if form.validate() else 422, seen=not form.errors)


@bp.post("", allow=ISSUES)
def create() -> ResponseReturnValue:
    form = IssueForm()
    _offer(form)
    if not form.validate():
        return _form(form, 422)
    day: Any = form.day.data
    told: Any = {"division_id": form.division_id.data, "reason": form.reason.data or ""}
    told |= {"by": current_person(), "now": clock.now()}
    try:
        report_id = issuing.issue(ReportKind(form.kind.data), day, **told)
    except (NotBegun, AnotherSaysWhy) as no:
        return _refused(form, no)
    flash(_("The report was issued. Its files stay as they are."), "success")
    return redirect(url_for("issued_reports.show", report_id=report_id), 303)


@bp.get("/<int:report_id>", allow=READS)
def show(report_id: int) -> ResponseReturnValue:
    report = _theirs(report_id)
    sheet = _sheet(report)
    differs = [Difference(*each) for each in report.figures["differs"]]
    return render_template(
        "reports/issued_one.html",
        report=report,
        sheet=sheet,
        words=words,
        changes=changes(differs, sheet) if report.follows else None,
        followed=db.session.scalar(queries.followed(report.id)),
        period=_period(report),
    )


@bp.get("/<int:report_id>/comparacao", allow=STAFF)
def compare(report_id: int) -> ResponseReturnValue:
    """Show which lines are others today, and why."""
    report, now = _theirs(report_id), clock.now()
    sheet = count(report.kind, _period(report), report.division, up_to=None, now=now)
    return render_template(
        "reports/compared.html",
        report=report,
        period=_period(report),
        words=words,
        changes=changes(differences(report, sheet), sheet),
        still=sentences(unmoved(report)),
        issues=ISSUES(current_person()),
        now=now,
    )


@bp.get("/<int:report_id>/<kind>", allow=READS)
def export(report_id: int, kind: str) -> ResponseReturnValue:
    """Hand out a file as it was issued, byte for byte."""
    report = _theirs(report_id)
    if kind not in [one.value for one in FileKind]:
        raise NotFound
    files.pace()
    asked = FileKind(kind)
    content = issued_files.content(report, asked)
    return files.as_file(content, issued_files.name(report, asked), issued_files.TYPES[asked])


def _form(form: IssueForm, status: int = 200, *, seen: bool = False) -> ResponseReturnValue:
    divisions = _offer(form)
    sheet: Sheet | None = None
    if seen:
        division = next(one for one in divisions if one.id == form.division_id.data)
        kind, day = ReportKind(form.kind.data), form.day.data
        period = period_of(kind, day)  # type: ignore[arg-type]  # validated
        sheet = count(kind, period, division, up_to=None, now=clock.now())
    page = render_template("reports/issue.html", form=form, sheet=sheet, words=words)
    return page, status


def _refused(form: IssueForm, no: DomainError) -> ResponseReturnValue:
    field: Any = form.reason if isinstance(no, AnotherSaysWhy) else form.day
    field.errors = [str(no)]
    return _form(form, no.status)


def _offer(form: IssueForm) -> list[Any]:
    found = list(db.session.scalars(queries.divisions_issued_by(current_person())))
    form.offer(found)
    return found


def _theirs(report_id: int) -> IssuedReport:
    return find_one(queries.issued(current_person()).where(IssuedReport.id == report_id))


def _period(report: IssuedReport) -> Period:
    return Period(report.first_on, report.last_on)


def _sheet(report: IssuedReport) -> Sheet:
    kept = report.figures
    return Sheet(report.kind, _period(report), report.issued_at, kept["lines"], kept["names"])
