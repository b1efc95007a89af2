"""A fair's report: on screen, also while it runs, and as sheets; and what exhibitors see of it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.core import clock, files, pdf
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.core.sheets.writing import write_csv, write_xlsx
from marketplace.enterprises.choosing import current_enterprise
from marketplace.fairs import till_labels
from marketplace.fairs.labels import MARKS
from marketplace.fairs.models.fairs import Fair, FairState
from marketplace.fairs.queries import calendar, remarks
from marketplace.reports import fair_names as names
from marketplace.reports import fair_paper
from marketplace.reports.fair_figures import figures_of, shown_to
from marketplace.reports.fair_shown import own_of, together

bp = Blueprint("fair_reports", __name__)
READS = role("head", "articulation", "qualification", "finance")
SELLS = role("member", "manager", "facilitator")
REMARKS = 100
PAPER = "reports/fair"


@bp.get("/gestao/feiras/<int:fair_id>/relatorio", allow=READS)
def show(fair_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    figures = figures_of(fair, clock.now())
    return render_template(
        "reports/fair.html",
        fair=fair,
        figures=figures,
        remarks=_remarks(fair_id),
        not_known=names.not_known(figures),
        names=names,
        kinds=till_labels.KINDS,
        marks=MARKS,
    )


@bp.get("/gestao/feiras/<int:fair_id>/relatorio.csv", allow=READS)
def export_csv(fair_id: int) -> ResponseReturnValue:
    fair, headers, rows = _sheet(fair_id)
    return files.as_file(write_csv(headers, rows), f"{fair.slug}.csv", files.CSV)


@bp.get("/gestao/feiras/<int:fair_id>/relatorio.xlsx", allow=READS)
def export_xlsx(fair_id: int) -> ResponseReturnValue:
    fair, headers, rows = _sheet(fair_id)
    book = write_xlsx(headers, rows, numbers=names.NUMBERS)
    return files.as_file(book, f"{fair.slug}.xlsx", files.XLSX)


@bp.get("/gestao/feiras/<int:fair_id>/relatorio.pdf", allow=READS)
def export_pdf(fair_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    files.pace()
    told = fair_paper.report(figures_of(fair, clock.now()), _remarks(fair_id))
    return pdf.answer(pdf.render(PAPER, told), fair.slug)


@bp.get("/gestao/feiras/<int:fair_id>/relatorio/resumo.pdf", allow=READS)
def export_summary(fair_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    files.pace()
    told = fair_paper.summary(fair, together(fair_id))
    return pdf.answer(pdf.render(PAPER, told), fair.slug)


@bp.get("/gestao/feiras/<int:fair_id>/relatorio/resumo", allow=READS)
def show_summary(fair_id: int) -> ResponseReturnValue:
    """Show the sheet that exhibitors take home: what all sold, and thanks."""
    fair = _theirs(fair_id)
    return render_template(
        "reports/fair_summary.html", fair=fair, all=together(fair_id), names=names
    )


@bp.get("/painel/feiras/<int:fair_id>/vendas", allow=SELLS)
def ours(fair_id: int) -> ResponseReturnValue:
    enterprise = current_enterprise()
    fair = find_one(calendar.by_id(fair_id).where(Fair.state != FairState.PLANNED))
    return render_template(
        "reports/fair_ours.html",
        enterprise=enterprise,
        fair=fair,
        own=own_of(fair_id, enterprise.id),
        all=together(fair_id),
        names=names,
        now=clock.now(),
    )


def _theirs(fair_id: int) -> Fair:
    return shown_to(current_person(), fair_id)


def _remarks(fair_id: int) -> list[str]:
    return [each.words for each in db.session.scalars(remarks.of_fair(fair_id).limit(REMARKS))]


def _sheet(fair_id: int) -> tuple[Fair, list[str], list[list[str]]]:
    fair = _theirs(fair_id)
    files.pace()
    figures = figures_of(fair, clock.now())
    return fair, names.headers(), names.sheet(figures, _remarks(fair_id))
