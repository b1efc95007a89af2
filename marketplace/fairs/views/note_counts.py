"""Where staff count the box of reais that backs notes, and see how it was before."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.errors import DomainError, FormSentBefore
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.fairs.forms.note_counts import BoxForm
from marketplace.fairs.note_errors import BoxDiffers
from marketplace.fairs.operations import note_counts
from marketplace.fairs.queries import note_counts as queries
from marketplace.fairs.queries import notes

bp = Blueprint("note_counts", __name__, url_prefix="/gestao/moeda-social/caixa")
SEES = role("articulation", "head", "finance")
COUNTS = role("articulation", "finance")


@bp.get("", allow=SEES)
def index() -> ResponseReturnValue:
    return _page(BoxForm())


@bp.post("", allow=COUNTS)
def create() -> ResponseReturnValue:
    form, person = BoxForm(), current_person()
    _offer(form)
    if not form.validate():
        return _page(form), 422
    key, division_id = form.key.data or "", form.division_id.data
    try:
        note_counts.count_box(division_id, form.told, key=key, by=person, now=clock.now())
    except BoxDiffers as error:
        form.reason.errors = [str(error)]
        return _page(form), error.status
    except DomainError as error:
        if isinstance(error, FormSentBefore):
            form.key.renew()
        form.counted.errors = [str(error)]
        return _page(form), error.status
    flash(_("The count is kept. The books stay as they are."), "success")
    return redirect(url_for("note_counts.index"))


def _offer(form: BoxForm) -> None:
    here = accounts.divisions_of(current_person())
    form.offer([(one.id, one.name) for one in here], notes.fairs_of([one.id for one in here]))


def _page(form: BoxForm) -> str:
    _offer(form)
    person = current_person()
    return render_template(
        "fairs/note_counts.html",
        form=form,
        boxes=queries.boxes(accounts.divisions_of(person)),
        page=paginate(queries.listed(person), request.args.get("pagina")),
        zone=accounts.time_zone_of(person),
        counts=COUNTS(person),
    )
