"""Where staff call for the places of a fair, draw them, and give or take back one with a reason."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.enterprises import queries as enterprises
from marketplace.fairs import labels
from marketplace.fairs.errors import CallClosesTooLate, LotteryOutOfTime, NoSeries, QuotasTooMany
from marketplace.fairs.forms.calendar import listed
from marketplace.fairs.forms.calls import CallForm, DrawForm, PlaceForm, ReturnForm, read_marks
from marketplace.fairs.models.calls import Call, Mark, Place, PlaceState
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations import attendance, calls, drawing, places
from marketplace.fairs.queries import calendar
from marketplace.fairs.queries import calls as known

bp = Blueprint("fair_calls", __name__, url_prefix="/gestao/feiras/<int:fair_id>")
PLANS = role("articulation", "head")
SEES = role("articulation", "head", "qualification")


@bp.get("/chamada", allow=SEES)
def show(fair_id: int) -> ResponseReturnValue:
    return _page(_fair(fair_id))


@bp.get("/chamada/editar", allow=PLANS)
def edit(fair_id: int) -> ResponseReturnValue:
    fair = _fair(fair_id)
    call = _call(fair)
    values = CallForm.values_of(call) if call else {"missed_in_a_row": 2}
    return _form_page(fair, CallForm(data=values))


@bp.post("/chamada", allow=PLANS)
def update(fair_id: int) -> ResponseReturnValue:
    fair, form = _fair(fair_id), CallForm()
    if not form.validate():
        return _form_page(fair, form), 422
    plan = form.plan(fair.time_zone)
    try:
        calls.set_call(fair_id, plan, by=current_person(), now=clock.now())
    except (CallClosesTooLate, LotteryOutOfTime, NoSeries, QuotasTooMany) as error:
        form[error.field].errors = [str(error)]
        return _form_page(_fair(fair_id), form), error.status
    except DomainError as error:
        return _refused(error, fair_id)
    flash(_("The call is set, and those who may apply are told."), "success")
    return redirect(url_for("fair_calls.show", fair_id=fair_id))


@bp.post("/sorteio", allow=PLANS)
def create_draw(fair_id: int) -> ResponseReturnValue:
    fair, form = _fair(fair_id), DrawForm()
    if not form.validate():
        return _page(fair, drawing=form), 422
    act = drawing.draw_places
    return _acted(lambda **by: act(fair_id, form.prizes, **by), _("The places are drawn."), fair_id)


@bp.post("/vagas", allow=PLANS)
def create_place(fair_id: int) -> ResponseReturnValue:
    fair, form = _fair(fair_id), PlaceForm()
    _offer(form, fair)
    if not form.validate():
        return _page(fair, giving=form), 422
    who, instead_of = form.enterprise_id.data, form.instead_of.data or None
    act, reason = places.give_place, form.reason.data or ""
    return _acted(
        lambda **by: act(fair_id, who, reason, instead_of=instead_of, **by),
        _("The place is given, and the reason stands beside the draw."),
        fair_id,
    )


@bp.post("/vagas/<int:enterprise_id>/retirada", allow=PLANS)
def create_return(fair_id: int, enterprise_id: int) -> ResponseReturnValue:
    fair, form = _fair(fair_id), ReturnForm()
    place = _place(fair, enterprise_id)
    if place and not form.validate():
        form.reason.id = f"reason-{place.id}"
        return _page(fair, returning=form), 422
    act, reason = places.take_back_place, form.reason.data or ""
    return _acted(
        lambda **by: act(fair_id, enterprise_id, reason, **by),
        _("The place is taken back; the next in line is called."),
        fair_id,
    )


@bp.get("/presenca", allow=SEES)
def show_attendance(fair_id: int) -> ResponseReturnValue:
    fair = _fair(fair_id)
    exhibitors = calendar.exhibitors(fair_id)
    own = set(db.session.scalars(enterprises.belonged_to(current_person())))
    return render_template(
        "fairs/attendance.html",
        fair=fair,
        exhibitors=exhibitors,
        own=own,
        marks=known.marks(fair_id),
        labels=labels,
        kinds=list(Mark),
        begun=bool(fair.days) and fair.days[0].day <= clock.today(fair.time_zone),
    )


@bp.post("/presenca", allow=PLANS)
def create_attendance(fair_id: int) -> ResponseReturnValue:
    _fair(fair_id)
    ids = [shown.enterprise_id for shown in calendar.exhibitors(fair_id)]
    marks = read_marks(request.form, ids)
    try:
        attendance.take_attendance(fair_id, marks, by=current_person(), now=clock.now())
    except DomainError as error:
        flash(str(error), "error")
    else:
        flash(_("The attendance is kept."), "success")
    return redirect(url_for("fair_calls.show_attendance", fair_id=fair_id))


def _fair(fair_id: int) -> Fair:
    return find_one(calendar.visible_to(current_person()).where(Fair.id == fair_id))


def _call(fair: Fair) -> Call | None:
    return db.session.scalar(known.of_fair(fair.id))


def _place(fair: Fair, enterprise_id: int) -> Place | None:
    """Return the place that an enterprise holds in the fair's call; none if it only applied.

    :raises NotFound: if it has no part in the call.
    """
    call = _call(fair)
    held = known.place(call.id, enterprise_id) if call else None
    if call is None or not (held or known.application(call.id, enterprise_id)):
        raise NotFound
    return held if held and held.state is PlaceState.HELD else None


def _acted(act: Callable[..., Any], said: str, fair_id: int) -> ResponseReturnValue:
    try:
        act(by=current_person(), now=clock.now())
    except DomainError as error:
        return _refused(error, fair_id)
    flash(said, "success")
    return redirect(url_for("fair_calls.show", fair_id=fair_id))


def _refused(error: DomainError, fair_id: int) -> ResponseReturnValue:
    if error.status == 404:
        raise error
    flash(str(error), "error")
    return redirect(url_for("fair_calls.show", fair_id=fair_id))


def _form_page(fair: Fair, form: CallForm) -> str:
    return render_template("fairs/call_form.html", fair=fair, form=form)


def _offer(form: PlaceForm, fair: Fair) -> None:
    call = _call(fair)
    held = (
        {place.enterprise_id: place.enterprise.name for place in known.held(call.id)}
        if call
        else {}
    )
    form.enterprise_id.choices = listed(
        (each, name) for each, name in calendar.placeable(fair) if each not in held
    )
    form.instead_of.choices = listed([(0, _("A free one")), *held.items()])


def _page(
    fair: Fair,
    *,
    drawing: DrawForm | None = None,
    giving: PlaceForm | None = None,
    returning: ReturnForm | None = None,
) -> str:
    call, now = _call(fair), clock.now()
    drawing, giving = drawing or DrawForm(), giving or PlaceForm()
    _offer(giving, fair)
    drawn = call.draw if call else None
    return render_template(
        "fairs/call.html",
        fair=fair,
        call=call,
        drawn=drawn,
        drawing=drawing,
        giving=giving,
        returning=returning,
        form=next((each for each in (drawing, giving, returning) if each and each.errors), drawing),
        now=now,
        applied=known.applications(call.id) if call else [],
        places=known.places(call.id) if call else [],
        waiting=known.waiting(call) if call and drawn else [],
        barred=[lot for lot in known.lots(drawn.id) if lot.rule] if drawn else [],
        labels=labels,
    )
