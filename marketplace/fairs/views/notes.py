"""Where staff give out notes of a social currency, take them back, and see what circulates."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.errors import DomainError, FormSentBefore
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.fairs import labels
from marketplace.fairs.forms.notes import NotesForm
from marketplace.fairs.forms.tills import ReasonForm
from marketplace.fairs.models.notes import NoteMove
from marketplace.fairs.operations import notes
from marketplace.fairs.queries import notes as queries

bp = Blueprint("notes", __name__, url_prefix="/gestao/moeda-social")
SEES = role("articulation", "head", "finance")
MOVES = role("articulation", "finance")


@bp.get("", allow=SEES)
def index() -> ResponseReturnValue:
    return _page(NotesForm())


@bp.post("", allow=MOVES)
def create() -> ResponseReturnValue:
    form, person = NotesForm(), current_person()
    _offer(form)
    if not form.validate():
        return _page(form), 422
    key, division_id = form.key.data or "", form.division_id.data
    try:
        notes.move_notes(division_id, form.plan, key=key, by=person, now=clock.now())
    except FormSentBefore as error:
        form.key.renew()
        form.amount.errors = [str(error)]
        return _page(form), error.status
    except DomainError as error:
        form.amount.errors = [str(error)]
        return _page(form), error.status
    flash(_("Noted, and entered in the books."), "success")
    return redirect(url_for("notes.index"))


@bp.post("/<int:move_id>/desfeita", allow=MOVES)
def create_undoing(move_id: int) -> ResponseReturnValue:
    find_one(queries.seen_by(current_person()).where(NoteMove.id == move_id))
    reason = ReasonForm().reason.data or ""
    try:
        notes.undo_move(move_id, reason, by=current_person(), now=clock.now())
    except DomainError as error:
        flash(str(error), "error")
    else:
        flash(_("What was noted is taken back."), "success")
    return redirect(url_for("notes.index"))


def _offer(form: NotesForm) -> None:
    here = accounts.divisions_of(current_person())
    ids = [one.id for one in here]
    named = [(one.id, one.name) for one in here]
    form.offer(named, queries.fairs_of(ids), queries.groups_of(ids))


def _page(form: NotesForm) -> str:
    _offer(form)
    here = accounts.divisions_of(current_person())
    return render_template(
        "fairs/notes.html",
        form=form,
        sums=[(one, queries.of_division(one.id), queries.kept_of(one.id)) for one in here],
        page=paginate(queries.listed(current_person()), request.args.get("pagina")),
        zone=accounts.time_zone_of(current_person()),
        labels=labels,
        moves=MOVES(current_person()),
    )
