"""Enterprises by spreadsheet: sent, looked at, confirmed; and the sheet to take away."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core import clock, imports, limits
from marketplace.core.rights import MB, current_person, role
from marketplace.core.sheets.errors import BadSheet
from marketplace.core.sheets.reading import read
from marketplace.enterprises import cases
from marketplace.enterprises.cases import filters_from
from marketplace.enterprises.forms.vetting import SheetForm
from marketplace.enterprises.importing import exporting
from marketplace.enterprises.importing.columns import BY_KEY, COLUMNS, NEEDED
from marketplace.enterprises.importing.planning import plan
from marketplace.enterprises.operations import registration

bp = Blueprint("enterprise_imports", __name__, url_prefix="/gestao/empreendimentos")
VETS = role("articulation", "head")
KIND = "enterprises"
SHOWN = 200
LABELS = {column.key: column.label for column in COLUMNS} | {
    "municipality_code": BY_KEY["municipality"].label,
    "neighbourhood_id": BY_KEY["neighbourhood"].label,
}
HOUR, EXPORTS_PER_HOUR = 3600, 60


@bp.get("/importar", allow=VETS)
def new() -> ResponseReturnValue:
    return _form_page(SheetForm())


@bp.post("/importar", allow=VETS, limit=6 * MB)
def create() -> ResponseReturnValue:
    """Keep the file and show what it would do."""
    form, person, now = SheetForm(), current_person(), clock.now()
    if not (sent := form.sheet.data):
        form.sheet.errors = [_("Choose a file first.")]
        return _form_page(form), 422
    content = sent.stream.read()
    try:
        read(content)
    except BadSheet as error:
        form.sheet.errors = [str(error)]
        return _form_page(form), error.status
    token = imports.keep(KIND, sent.filename or "", content, by=person, now=now)
    return redirect(url_for("enterprise_imports.show", token=token), 303)


@bp.get("/importar/<token>", allow=VETS)
def show(token: str) -> ResponseReturnValue:
    person = current_person()
    draft = imports.fetch(KIND, token, by=person, now=clock.now())
    planned = plan(read(draft.content), by=person)
    facts = {"plan": planned, "draft": draft, "shown": SHOWN, "labels": LABELS}
    return render_template("enterprises/imports/show.html", **facts)


@bp.post("/importar/<token>/confirmacao", allow=VETS)
def create_confirmation(token: str) -> ResponseReturnValue:
    person, now = current_person(), clock.now()
    draft = imports.fetch(KIND, token, by=person, now=now)
    done = registration.import_enterprises(draft.content, by=person, now=now)
    imports.drop(KIND, token, by=person)
    added, changed = done.count("new"), done.count("changed")
    flash(
        ngettext("%(num)s enterprise is new.", "%(num)s enterprises are new.", added)
        + " "
        + ngettext("%(num)s was changed.", "%(num)s were changed.", changed),
        "success",
    )
    return redirect(url_for("vetting.index"), 303)


@bp.post("/importar/<token>/descarte", allow=VETS)
def delete(token: str) -> ResponseReturnValue:
    person = current_person()
    imports.fetch(KIND, token, by=person, now=clock.now())
    imports.drop(KIND, token, by=person)
    flash(_("Nothing was taken in."))
    return redirect(url_for("enterprise_imports.new"), 303)


@bp.get("/planilha.csv", allow=VETS)
def export() -> ResponseReturnValue:
    person = current_person()
    limits.pace("export", str(person.id), limit=EXPORTS_PER_HOUR, seconds=HOUR)
    rows = cases.in_listing(person, filters_from(request.args))
    name = {"Content-Disposition": 'attachment; filename="empreendimentos.csv"'}
    return Response(exporting.sheet_of(rows), mimetype="text/csv", headers=name)


def _form_page(form: SheetForm) -> str:
    facts = {"form": form, "columns": COLUMNS, "needed": NEEDED}
    return render_template("enterprises/imports/new.html", **facts)
