"""Where staff close a fair that is over, with what is still pending, and open it again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.fairs import end_labels as labels
from marketplace.fairs.end_errors import WhyClosedNow
from marketplace.fairs.forms.ending import CloseForm, ReopenForm
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations import ending as operations
from marketplace.fairs.queries import calendar, ending

bp = Blueprint("fair_endings", __name__, url_prefix="/gestao/feiras/<int:fair_id>")
PLANS = role("articulation", "head")


@bp.get("/encerramento", allow=PLANS)
def new(fair_id: int) -> ResponseReturnValue:
    return _close_page(_theirs(fair_id), CloseForm())


@bp.post("/encerramento", allow=PLANS)
def create(fair_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), CloseForm()
    if not form.validate():
        return _close_page(fair, form), 422
    why = form.reason.data or ""
    try:
        operations.close_fair(fair_id, why, by=current_person(), now=clock.now())
    except WhyClosedNow as error:
        form.reason.errors = [str(error)]
        return _close_page(_theirs(fair_id), form), error.status
    flash(_("The fair is closed. What a till still tells is taken, and named here."), "success")
    return redirect(url_for("fairs.show", fair_id=fair_id))


@bp.get("/reabertura", allow=PLANS)
def new_reopening(fair_id: int) -> ResponseReturnValue:
    return _reopen_page(_theirs(fair_id), ReopenForm())


@bp.post("/reabertura", allow=PLANS)
def create_reopening(fair_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), ReopenForm()
    if not form.validate():
        return _reopen_page(fair, form), 422
    operations.reopen_fair(fair_id, form.reason.data, by=current_person(), now=clock.now())
    flash(_("The fair is open again. Close it once it is right."), "success")
    return redirect(url_for("fairs.show", fair_id=fair_id))


def _theirs(fair_id: int) -> Fair:
    return find_one(calendar.visible_to(current_person()).where(Fair.id == fair_id))


def _close_page(fair: Fair, form: CloseForm) -> str:
    pending = list(labels.pending(ending.pending(fair)))
    over = ending.is_over(fair, clock.today(fair.time_zone))
    return render_template("fairs/close.html", fair=fair, form=form, pending=pending, over=over)


def _reopen_page(fair: Fair, form: ReopenForm) -> str:
    return render_template("fairs/reopen.html", fair=fair, form=form)
