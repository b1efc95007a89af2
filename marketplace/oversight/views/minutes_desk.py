"""Where the Division publishes minutes, corrects them and takes them down."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.uploads import WITH_PAPER, paper_in
from marketplace.oversight.errors import (
    MeetingToCome,
    MinutesCorrected,
    MinutesIncomplete,
    MinutesSayWhy,
    MinutesThere,
    SpendingNamed,
    WithheldSaysWhy,
)
from marketplace.oversight.forms.minutes import (
    CorrectionForm,
    MinutesForm,
    SpendingForm,
    WithholdingForm,
    WrittenForm,
)
from marketplace.oversight.minutes_words import BODIES
from marketplace.oversight.models.minutes import Body, Minutes
from marketplace.oversight.operations import minutes as operations
from marketplace.oversight.operations import spent as naming
from marketplace.oversight.operations.minutes import Written
from marketplace.oversight.queries import minutes as queries
from marketplace.oversight.queries import spent

bp = Blueprint("minutes_desk", __name__, url_prefix="/gestao/atas")
PUBLISHES = role("head", "articulation")
REFUSALS = (MeetingToCome, MinutesCorrected, MinutesIncomplete, MinutesSayWhy, MinutesThere)


@bp.get("", allow=PUBLISHES)
def index() -> ResponseReturnValue:
    mine = queries.published_by(current_person())
    newest = mine.order_by(Minutes.held_on.desc(), Minutes.id.desc())
    page = paginate(newest, request.args.get("pagina"))
    return render_template("oversight/minutes_desk.html", page=page, bodies=BODIES)


@bp.get("/nova", allow=PUBLISHES)
def new() -> ResponseReturnValue:
    return _form(MinutesForm(formdata=None))


@bp.post("", allow=PUBLISHES, limit=WITH_PAPER)
def create() -> ResponseReturnValue:
    form = MinutesForm()
    _offer(form)
    if not form.validate() or (file := _pdf_in(form, needed=True)) is None:
        return _form(form), 422
    day: Any = form.held_on.data
    meeting = (Body(form.body.data), day, str(form.number.data))
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        made = operations.publish(form.division_id.data, meeting, _written(form, file), **by)
    except REFUSALS as no:
        field: Any = form.held_on if isinstance(no, MeetingToCome) else form.number
        field.errors = [str(no)]
        return _form(form), no.status
    flash(_("The minutes are public now."), "success")
    return redirect(url_for("minutes.show", minutes_id=made), 303)


@bp.get("/<int:minutes_id>", allow=PUBLISHES)
def edit(minutes_id: int) -> ResponseReturnValue:
    form = CorrectionForm(formdata=None)
    form.show(_mine(minutes_id))
    return _correction(minutes_id, form)


@bp.post("/<int:minutes_id>", allow=PUBLISHES, limit=WITH_PAPER)
def update(minutes_id: int) -> ResponseReturnValue:
    form, minutes = CorrectionForm(), _mine(minutes_id)
    if not form.validate() or (file := _pdf_in(form)) is None:
        return _correction(minutes_id, form), 422
    by: Any = {"reason": str(form.reason.data), "by": current_person(), "now": clock.now()}
    try:
        operations.correct(minutes.id, _written(form, file), seen=form.version, **by)
    except REFUSALS as no:
        form.reason.errors = [str(no)]
        if isinstance(no, MinutesCorrected):
            form.seen.data = str(_mine(minutes_id).versions[0].number)
        return _correction(minutes_id, form), no.status
    flash(_("The correction is public; what was there before stays."), "success")
    return redirect(url_for("minutes.show", minutes_id=minutes_id), 303)


@bp.post("/<int:minutes_id>/retiradas", allow=PUBLISHES)
def create_withholding(minutes_id: int) -> ResponseReturnValue:
    """Take a version down."""
    form, minutes = WithholdingForm(), _mine(minutes_id)
    form.offer(minutes)
    if not form.validate():
        return _withholding(minutes_id, form), 422
    try:
        by: Any = {"by": current_person(), "now": clock.now()}
        operations.withhold(minutes.id, form.number.data, str(form.why.data), **by)
    except WithheldSaysWhy as no:
        form.why.errors = [str(no)]
        return _withholding(minutes_id, form), no.status
    flash(_("It is taken down: anybody reads the reason instead."), "success")
    return redirect(url_for("minutes.show", minutes_id=minutes_id), 303)


@bp.post("/<int:minutes_id>/pagamentos", allow=PUBLISHES)
def create_spending(minutes_id: int) -> ResponseReturnValue:
    """Say that the minutes decided what the fund pays."""
    form, minutes, by = SpendingForm(), _mine(minutes_id), current_person()
    form.offer(spent.open_to(by, minutes))
    if not form.validate():
        return _naming(minutes_id, form), 422
    try:
        naming.link(minutes.id, form.spending_id.data, by=by, now=clock.now())
    except SpendingNamed as no:
        form.spending_id.errors = [str(no)]
        return _naming(minutes_id, form), no.status
    flash(_("Both pages lead to each other now."), "success")
    return redirect(url_for("minutes_desk.edit", minutes_id=minutes_id), 303)


@bp.post("/<int:minutes_id>/pagamentos/<int:spending_id>/retirada", allow=PUBLISHES)
def create_spending_removal(minutes_id: int, spending_id: int) -> ResponseReturnValue:
    """Take back that the minutes decided what the fund pays."""
    naming.unlink(minutes_id, spending_id, by=current_person(), now=clock.now())
    flash(_("Taken back: the pages no longer lead to each other."))
    return redirect(url_for("minutes_desk.edit", minutes_id=minutes_id), 303)


def _written(form: WrittenForm, file: str) -> Written:
    return Written(str(form.subject.data), str(form.summary.data), file)


def _pdf_in(form: WrittenForm, *, needed: bool = False) -> str | None:
    """Take the PDF in; none if it is missing, or is none, as its field says then."""
    if needed and not form.paper.data:
        form.paper.errors = [_("Add the PDF.")]
        return None
    file = paper_in(form.paper)
    if file and not file.startswith("pdf-"):
        form.paper.errors = [_("Send the minutes as PDF, not as a photo.")]
        return None
    return file


def _mine(minutes_id: int) -> Minutes:
    return find_one(queries.published_by(current_person()).where(Minutes.id == minutes_id))


def _offer(form: MinutesForm) -> None:
    form.offer(db.session.scalars(queries.divisions_of(current_person())).all())


def _form(form: MinutesForm) -> str:
    _offer(form)
    return render_template("oversight/minutes_new.html", form=form)


def _withholding(minutes_id: int, down: WithholdingForm) -> str:
    form = CorrectionForm(formdata=None)
    form.show(_mine(minutes_id))
    return _correction(minutes_id, form, down)


def _naming(minutes_id: int, spending: SpendingForm) -> str:
    form = CorrectionForm(formdata=None)
    form.show(_mine(minutes_id))
    return _correction(minutes_id, form, spending=spending)


def _correction(
    minutes_id: int,
    form: CorrectionForm,
    down: WithholdingForm | None = None,
    spending: SpendingForm | None = None,
) -> str:
    minutes, down = _mine(minutes_id), down or WithholdingForm(formdata=None)
    down.offer(minutes)
    spending = spending or SpendingForm(formdata=None)
    spending.offer(spent.open_to(current_person(), minutes))
    told = {"form": form, "down": down, "spending": spending, "it": minutes, "bodies": BODIES}
    return render_template(
        "oversight/minutes_edit.html", **told, decided=spent.of_minutes(minutes_id)
    )
