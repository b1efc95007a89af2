"""Reports about one enterprise: as staff see and issue them, and as the enterprise sees its own."""

from datetime import date
from typing import Any, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from marketplace.core import clock, files
from marketplace.core.database import db
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.models import Enterprise
from marketplace.reports import enterprise_counting as counting
from marketplace.reports import enterprise_tables as words
from marketplace.reports import issued_files, queries, sheet_tables
from marketplace.reports.enterprise_figures import count, differences
from marketplace.reports.errors import AnotherSaysWhy, NotBegun
from marketplace.reports.forms import EnterprisePeriodForm
from marketplace.reports.models.issued import FileKind, IssuedReport, ReportKind
from marketplace.reports.operations import issuing
from marketplace.reports.periods import Period
from marketplace.reports.sheet_changes import sentences
from marketplace.reports.sheet_differences import Difference, unmoved
from marketplace.reports.sheet_figures import Sheet, period_of

bp = Blueprint("enterprise_reports", __name__)
READS = role(*counting.READERS)
ISSUES = role("head")
SELLS = role("member", "manager", "facilitator")
STAFF, PANEL = "/gestao/relatorios/empreendimentos", "/painel/relatorios"


@bp.get(STAFF, allow=READS)
def index() -> ResponseReturnValue:
    page = paginate(counting.enterprises(current_person()), request.args.get("pagina"))
    return render_template("reports/enterprises.html", page=page)


@bp.get(f"{STAFF}/<int:enterprise_id>", allow=READS)
def show(enterprise_id: int) -> ResponseReturnValue:
    return _figures(_enterprise(enterprise_id), "reports/enterprise.html")


@bp.post(f"{STAFF}/<int:enterprise_id>", allow=ISSUES)
def create(enterprise_id: int) -> ResponseReturnValue:
    enterprise, form = _enterprise(enterprise_id), EnterprisePeriodForm()
    if not form.validate():
        return _page(enterprise, "reports/enterprise.html", form), 422
    told: Any = {"reason": form.reason.data or "", "by": current_person(), "now": clock.now()}
    day: Any = form.day.data
    try:
        made = issuing.issue_about(enterprise.id, ReportKind(form.kind.data), day, **told)
    except (NotBegun, AnotherSaysWhy) as no:
        return _refused(enterprise, form, no)
    flash(_("The report was issued. Its files stay as they are."), "success")
    return redirect(url_for("enterprise_reports.show_issued", report_id=made), 303)


@bp.get(f"{STAFF}/emitidos/<int:report_id>", allow=READS)
def show_issued(report_id: int) -> ResponseReturnValue:
    return _issued(_read_by_staff(report_id), "reports/enterprise_issued.html")


@bp.get(f"{STAFF}/emitidos/<int:report_id>/comparacao", allow=READS)
def compare(report_id: int) -> ResponseReturnValue:
    """Show which lines are others today, and why."""
    return _compared(_read_by_staff(report_id), "reports/enterprise_compared.html")


@bp.get(f"{STAFF}/emitidos/<int:report_id>/<kind>", allow=READS)
def export(report_id: int, kind: str) -> ResponseReturnValue:
    """Hand out a file as it was issued, byte for byte."""
    return _file(_read_by_staff(report_id), kind)


@bp.get(PANEL, allow=SELLS)
def ours() -> ResponseReturnValue:
    """Show what the enterprise sold, as the Division reads it, and what was issued about it."""
    return _figures(current_enterprise(), "reports/enterprise_ours.html")


@bp.get(f"{PANEL}/<int:report_id>", allow=SELLS)
def ours_issued(report_id: int) -> ResponseReturnValue:
    return _issued(_own(report_id), "reports/enterprise_ours_issued.html")


@bp.get(f"{PANEL}/<int:report_id>/comparacao", allow=SELLS)
def compare_ours(report_id: int) -> ResponseReturnValue:
    return _compared(_own(report_id), "reports/enterprise_ours_compared.html")


@bp.get(f"{PANEL}/<int:report_id>/<kind>", allow=SELLS)
def export_ours(report_id: int, kind: str) -> ResponseReturnValue:
    """Hand out a file about one's own enterprise as it was issued, byte for byte."""
    return _file(_own(report_id), kind)


def _figures(enterprise: Enterprise, template: str) -> ResponseReturnValue:
    """Show the figures of the period that is asked for, or of this year."""
    today = clock.today(enterprise.division.time_zone)
    asked = {"kind": ReportKind.ANNUAL.value, "day": today.isoformat()} | request.args.to_dict()
    form = EnterprisePeriodForm(MultiDict(asked), meta={"csrf": False})
    fine = form.validate()
    return _page(enterprise, template, form, seen=fine), 200 if fine else 422


def _page(
    enterprise: Enterprise, template: str, form: EnterprisePeriodForm, *, seen: bool = False
) -> str:
    sheet: Sheet | None = None
    if seen:
        kind, day = ReportKind(form.kind.data), cast(date, form.day.data)
        sheet = count(kind, period_of(kind, day), enterprise, up_to=None, now=clock.now())
    return render_template(
        template,
        enterprise=enterprise,
        form=form,
        sheet=sheet,
        page=paginate(counting.issued_about(enterprise.id), request.args.get("pagina")),
        issues=ISSUES(current_person()),
        **_words(),
    )


def _issued(report: IssuedReport, template: str) -> str:
    sheet = words.sheet_of(report)
    differs = [Difference(*each) for each in report.figures["differs"]]
    return render_template(
        template,
        report=report,
        enterprise=report.enterprise,
        sheet=sheet,
        changes=words.changes(differs, sheet) if report.follows else None,
        followed=db.session.scalar(queries.followed(report.id)),
        **_words(),
    )


def _compared(report: IssuedReport, template: str) -> str:
    enterprise, now = cast(Enterprise, report.enterprise), clock.now()
    sheet = count(report.kind, _period(report), enterprise, up_to=None, now=now)
    sheet.names.update(report.figures["names"] | sheet.names)  # of what only the report knows too
    return render_template(
        template,
        report=report,
        enterprise=enterprise,
        changes=words.changes(differences(report, sheet), sheet),
        still=sentences(unmoved(report)),
        issues=ISSUES(current_person()),
        now=now,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {"words": words, "charts": sheet_tables, "period": _period}


def _file(report: IssuedReport, kind: str) -> Response:
    if kind not in [one.value for one in FileKind]:
        raise NotFound
    files.pace()
    asked = FileKind(kind)
    content = issued_files.content(report, asked)
    return files.as_file(content, issued_files.name(report, asked), issued_files.TYPES[asked])


def _refused(
    enterprise: Enterprise, form: EnterprisePeriodForm, no: DomainError
) -> ResponseReturnValue:
    field: Any = form.reason if isinstance(no, AnotherSaysWhy) else form.day
    field.errors = [str(no)]
    return _page(enterprise, "reports/enterprise.html", form), no.status


def _enterprise(enterprise_id: int) -> Enterprise:
    return find_one(counting.enterprises(current_person()).where(Enterprise.id == enterprise_id))


def _read_by_staff(report_id: int) -> IssuedReport:
    return find_one(counting.issued_read_by(current_person()).where(IssuedReport.id == report_id))


def _own(report_id: int) -> IssuedReport:
    here = counting.issued_about(current_enterprise().id)
    return find_one(here.where(IssuedReport.id == report_id))


def _period(report: IssuedReport) -> Period:
    return Period(report.first_on, report.last_on)
