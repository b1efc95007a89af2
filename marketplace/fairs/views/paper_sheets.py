"""Where staff type what was sold on paper, and take back what was typed wrongly."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.fairs.forms.sheets import PaperForm
from marketplace.fairs.forms.tills import ReasonForm
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.sheets import PaperSheet
from marketplace.fairs.operations import sheets
from marketplace.fairs.queries import calendar
from marketplace.fairs.queries import sheets as queries

bp = Blueprint("paper_sheets", __name__)
BINDS = role("articulation", "head")


@bp.get("/gestao/feiras/<int:fair_id>/folhas", allow=BINDS)
def index(fair_id: int) -> ResponseReturnValue:
    return _page(_theirs(fair_id), PaperForm())


@bp.post("/gestao/feiras/<int:fair_id>/folhas", allow=BINDS)
def create(fair_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), PaperForm()
    form.offer(fair)
    if not form.validate():
        return _page(fair, form), 422
    who = (fair.id, form.day_id.data, form.enterprise_id.data)
    key, person, now = form.key.data or "", current_person(), clock.now()
    try:
        sheets.type_sheet(*who, form.typed, key=key, by=person, now=now)
    except DomainError as error:
        form.cash.errors = [str(error)]
        return _page(fair, form), error.status
    flash(_("The sheet is counted."), "success")
    return redirect(url_for("paper_sheets.index", fair_id=fair.id))


@bp.post("/gestao/feiras/<int:fair_id>/folhas/<int:sheet_id>/desfeita", allow=BINDS)
def create_undoing(fair_id: int, sheet_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), ReasonForm()
    theirs = queries.visible_to(current_person())
    find_one(theirs.where(PaperSheet.id == sheet_id, PaperSheet.fair_id == fair.id))
    try:
        sheets.undo_sheet(sheet_id, form.reason.data or "", by=current_person(), now=clock.now())
    except DomainError as error:
        flash(str(error), "error")
    else:
        flash(_("What was typed is taken back."), "success")
    return redirect(url_for("paper_sheets.index", fair_id=fair.id))


def _theirs(fair_id: int) -> Fair:
    return find_one(calendar.visible_to(current_person()).where(Fair.id == fair_id))


def _page(fair: Fair, form: PaperForm) -> str:
    form.offer(fair)
    page = paginate(queries.of_fair(fair.id), request.args.get("pagina"))
    return render_template("fairs/paper_sheets.html", fair=fair, form=form, page=page)
