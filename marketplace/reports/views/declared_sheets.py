"""Declared totals by spreadsheet: sent, looked at, confirmed; and an empty one to fill in."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.accounts.models import Division
from marketplace.core import clock, files, imports
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.imports import ImportDraft
from marketplace.core.language import DEFAULT, current_language
from marketplace.core.paging import page_of
from marketplace.core.rights import KB, current_person, role
from marketplace.core.sheets.errors import BadSheet
from marketplace.core.sheets.grid import MAX_BYTES
from marketplace.core.sheets.reading import read
from marketplace.core.sheets.writing import write_csv, write_xlsx
from marketplace.core.uploads import count_upload
from marketplace.reports import declared
from marketplace.reports import declared_names as names
from marketplace.reports.declared_columns import COLUMNS, NEEDED
from marketplace.reports.declared_forms import SheetForm
from marketplace.reports.declared_sheet import Plan, plan
from marketplace.reports.operations import declaring

bp = Blueprint("declared_sheets", __name__, url_prefix="/gestao/relatorios/declarados/importar")
DECLARES = role(*declared.DECLARERS)
PER_PAGE, MOST_FAULTS = 50, 100


@bp.get("", allow=DECLARES)
def new() -> ResponseReturnValue:
    return _page(SheetForm(formdata=None))


@bp.post("", allow=DECLARES, limit=MAX_BYTES + 64 * KB)
def create() -> ResponseReturnValue:
    """Keep the file and show what it would do."""
    form, person, now = SheetForm(), current_person(), clock.now()
    form.offer(_divisions())
    fine = form.validate()
    if not (sent := form.sheet.data):
        form.sheet.errors = [_("Choose the spreadsheet.")]
    if not fine or not sent:
        return _page(form), 422
    count_upload()
    content = sent.read(MAX_BYTES + 1)
    try:
        plan(read(content), _division(form.division_id.data), now)
    except BadSheet as error:
        form.sheet.errors = [str(error)]
        return _page(form), error.status
    kind = _kind(form.division_id.data)
    token = imports.keep(kind, sent.filename or "", content, by=person, now=now)
    return redirect(url_for("declared_sheets.show", token=token), 303)


@bp.get("/modelo.csv", allow=DECLARES)
def export_csv() -> ResponseReturnValue:
    files.pace()
    return files.as_file(write_csv(_headers(), []), "totais-declarados.csv", files.CSV)


@bp.get("/modelo.xlsx", allow=DECLARES)
def export_xlsx() -> ResponseReturnValue:
    files.pace()
    return files.as_file(write_xlsx(_headers(), []), "totais-declarados.xlsx", files.XLSX)


@bp.get("/<token>", allow=DECLARES)
def show(token: str) -> ResponseReturnValue:
    draft, division, planned = _look(token)
    return render_template(
        "reports/declared_preview.html",
        draft=draft,
        division=division,
        plan=planned,
        page=page_of(planned.lines, request.args.get("pagina"), PER_PAGE),
        faults=planned.faults[:MOST_FAULTS],
        names=names,
    )


@bp.post("/<token>/confirmacao", allow=DECLARES)
def create_confirmation(token: str) -> ResponseReturnValue:
    draft, division, planned = _look(token)
    rows, by = [line.past for line in planned.new], current_person()
    entered = declaring.bring_all(division.id, rows, by=by, now=clock.now())
    imports.drop(draft.kind, token, by=by)
    flash(ngettext("%(num)s total is declared.", "%(num)s totals are declared.", entered))
    return redirect(url_for("declared_totals.index"), 303)


@bp.post("/<token>/descarte", allow=DECLARES)
def delete(token: str) -> ResponseReturnValue:
    draft, _division, _plan = _look(token)
    imports.drop(draft.kind, token, by=current_person())
    flash(_("Nothing was taken in."))
    return redirect(url_for("declared_sheets.new"), 303)


def _look(token: str) -> tuple[ImportDraft, Division, Plan]:
    """Return a kept sheet, the Division it is for, and what it would do there now.

    :raises NotFound: if it is another's, a day old, or for a Division that is no more theirs.
    """
    person, now = current_person(), clock.now()
    for division in _divisions():
        try:
            draft = imports.fetch(_kind(division.id), token, by=person, now=now)
        except NotFound:
            continue
        return draft, division, plan(read(draft.content), division, now)
    raise NotFound


def _page(form: SheetForm) -> str:
    form.offer(_divisions())
    facts = {"columns": COLUMNS, "needed": NEEDED, "portuguese": current_language() == DEFAULT}
    return render_template("reports/declared_import.html", form=form, **facts)


def _headers() -> list[str]:
    portuguese = current_language() == DEFAULT
    return [column.portuguese if portuguese else column.name for column in COLUMNS]


def _division(division_id: int) -> Division:
    return next(one for one in _divisions() if one.id == division_id)


def _divisions() -> list[Division]:
    return list(db.session.scalars(declared.divisions_declared_by(current_person())))


def _kind(division_id: int) -> str:
    return f"declared:{division_id}"
