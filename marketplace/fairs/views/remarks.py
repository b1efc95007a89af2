"""Where those who work at a fair note what visitors say."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.fairs.errors import RemarksTooEarly
from marketplace.fairs.forms.remarks import RemarkForm
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.remarks import Remark
from marketplace.fairs.operations import remarks as operations
from marketplace.fairs.queries import remarks as queries

bp = Blueprint("remarks", __name__, url_prefix="/gestao/feiras/<int:fair_id>/observacoes")
HEARS = role("articulation", "head", "qualification", "desk_till")


@bp.get("", allow=HEARS)
def index(fair_id: int) -> ResponseReturnValue:
    return _page(_theirs(fair_id), RemarkForm())


@bp.post("", allow=HEARS)
def create(fair_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), RemarkForm()
    if not form.validate():
        return _page(fair, form), 422
    try:
        words = str(form.words.data)
        operations.note_remark(fair_id, words, by=current_person(), now=clock.now())
    except RemarksTooEarly as error:
        form.words.errors = [str(error)]
        return _page(_theirs(fair_id), form), error.status
    flash(_("Noted. It will stand in the fair's report."), "success")
    return redirect(url_for("remarks.index", fair_id=fair_id))


@bp.post("/<int:remark_id>/retirada", allow=HEARS)
def create_withdrawal(fair_id: int, remark_id: int) -> ResponseReturnValue:
    here, person = _theirs(fair_id).id, current_person()
    find_one(queries.noted_before(person).where(Remark.id == remark_id, Remark.fair_id == here))
    operations.withdraw_remark(remark_id, by=person, now=clock.now())
    flash(_("The remark is gone."), "success")
    return redirect(url_for("remarks.index", fair_id=fair_id))


def _theirs(fair_id: int) -> Fair:
    return find_one(queries.heard_by(current_person()).where(Fair.id == fair_id))


def _page(fair: Fair, form: RemarkForm) -> str:
    page = paginate(queries.of_fair(fair.id), request.args.get("pagina"))
    begun = bool(fair.days) and clock.today(fair.time_zone) >= fair.days[0].day
    return render_template("fairs/remarks.html", fair=fair, form=form, page=page, begun=begun)
