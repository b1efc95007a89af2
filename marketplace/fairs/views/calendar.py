"""Where staff plan fairs, and where a group sees those it will be at."""

import re
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.fairs import end_labels, labels
from marketplace.fairs.errors import (
    DayHasOrders,
    FairIncomplete,
    LotteryOutOfTime,
    NoStallsToFill,
    ReservationsAreClosed,
    ReservationsCloseLate,
    RulesStand,
    SeriesStands,
    TillsOfAnotherMode,
)
from marketplace.fairs.forms.calendar import CancelForm, CopyForm, ExhibitorForm, FairForm, listed
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.venues import Venue
from marketplace.fairs.operations import calendar as operations
from marketplace.fairs.operations import exhibitors, stalls
from marketplace.fairs.queries import calendar as queries
from marketplace.fairs.queries import calls, ending, series, venues

bp = Blueprint("fairs", __name__)
PLANS = role("articulation", "head")
SEES = role("articulation", "head", "qualification")
SELLS = role("member", "manager", "facilitator")
NUMBER = re.compile(r"[0-9]{1,9}")
STANDS = (RulesStand, SeriesStands, TillsOfAnotherMode)
CLOSING = (ReservationsAreClosed, ReservationsCloseLate)


@bp.get("/gestao/feiras", allow=SEES)
def index() -> ResponseReturnValue:
    past, text = request.args.get("quando") == "passadas", request.args.get("q", "").strip()[:80]
    fairs = queries.for_staff(current_person(), text=text, past=past, today=_today())
    page = paginate(fairs, request.args.get("pagina"))
    return render_template("fairs/index.html", page=page, past=past, text=text)


@bp.get("/gestao/feiras/nova", allow=PLANS)
def new() -> ResponseReturnValue:
    usual = {"window_minutes": 60, "window_capacity": 40, "tolerance_minutes": 60}
    asked = request.args.get("local", "")
    if NUMBER.fullmatch(asked):
        noted = venues.visible_to(current_person()).where(Venue.id == int(asked))
        usual |= FairForm.values_at(find_one(noted))
    return _form_page(FairForm(data=usual))


@bp.post("/gestao/feiras", allow=PLANS)
def create() -> ResponseReturnValue:
    form, person = FairForm(), current_person()
    _offer(form)
    if not form.validate():
        return _form_page(form), 422
    division = find_one(accounts.division(form.division_id.data))
    plan = form.plan(division.municipality_code, division.time_zone)
    try:
        fair = operations.plan_fair(division.id, plan, by=person, now=clock.now())
    except ReservationsCloseLate as error:
        form.close_day.errors = [str(error)]
        return _form_page(form), error.status
    flash(_("%(fair)s is planned. Now say who will be there.", fair=fair.name), "success")
    return redirect(url_for("fairs.show", fair_id=fair.id))


@bp.get("/gestao/feiras/<int:fair_id>", allow=SEES)
def show(fair_id: int) -> ResponseReturnValue:
    return _fair_page(_theirs(fair_id))


@bp.get("/gestao/feiras/<int:fair_id>/editar", allow=PLANS)
def edit(fair_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    return _form_page(FairForm(data=FairForm.values_of(fair)), fair)


@bp.post("/gestao/feiras/<int:fair_id>", allow=PLANS)
def update(fair_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), FairForm()
    _offer(form, fair)
    form.division_id.data = fair.division_id
    if not form.validate():
        return _form_page(form, fair), 422
    plan = form.plan(fair.municipality_code, fair.time_zone)
    try:
        operations.change_fair(fair_id, plan, by=current_person(), now=clock.now())
    except (DayHasOrders, LotteryOutOfTime, *CLOSING, *STANDS) as error:
        field = form.close_day if isinstance(error, CLOSING) else form.name
        field = form[error.field] if isinstance(error, STANDS) else field
        field.errors = [str(error)]
        return _form_page(form, _theirs(fair_id)), error.status
    flash(_("The fair is changed."), "success")
    return redirect(url_for("fairs.show", fair_id=fair_id))


@bp.post("/gestao/feiras/<int:fair_id>/anuncio", allow=PLANS)
def create_announcement(fair_id: int) -> ResponseReturnValue:
    try:
        fair = operations.announce_fair(fair_id, by=current_person(), now=clock.now())
    except FairIncomplete as error:
        flash(str(error), "error")
    else:
        flash(_("%(fair)s is on the calendar and takes reservations.", fair=fair.name), "success")
    return redirect(url_for("fairs.show", fair_id=fair_id))


@bp.get("/gestao/feiras/<int:fair_id>/cancelamento", allow=PLANS)
def new_cancellation(fair_id: int) -> ResponseReturnValue:
    return _cancel_page(_theirs(fair_id), CancelForm())


@bp.post("/gestao/feiras/<int:fair_id>/cancelamento", allow=PLANS)
def create_cancellation(fair_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), CancelForm()
    if not form.validate():
        return _cancel_page(fair, form), 422
    told: Any = {"to_next": form.to_next.data, "by": current_person(), "now": clock.now()}
    operations.cancel_fair(fair_id, form.reason.data, **told)
    flash(_("The fair is cancelled, and those who reserved will be told."), "success")
    return redirect(url_for("fairs.show", fair_id=fair_id))


@bp.post("/gestao/feiras/<int:fair_id>/copias", allow=PLANS)
def create_copy(fair_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), CopyForm()
    if not form.validate():
        return _fair_page(fair, copying=form), 422
    first_day: Any = form.first_day.data
    copy = operations.clone_fair(fair_id, first_day, by=current_person(), now=clock.now())
    flash(_("Here is the copy. Check days and stalls, then announce it."), "success")
    return redirect(url_for("fairs.show", fair_id=copy.id))


@bp.post("/gestao/feiras/<int:fair_id>/expositores", allow=PLANS)
def create_exhibitor(fair_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), ExhibitorForm()
    form.enterprise_id.choices = listed(queries.placeable(fair))
    if not form.validate():
        return _fair_page(fair, placing=form), 422
    enterprise_id, stall = form.enterprise_id.data, form.stall.data
    person, now = current_person(), clock.now()
    try:
        placed = exhibitors.place_exhibitor(fair_id, enterprise_id, stall, by=person, now=now)
    except OwnEnterprise as error:
        form.enterprise_id.errors = [str(error)]
        return _fair_page(fair, placing=form), error.status
    name = placed.enterprise.name
    flash(_("%(name)s will be at stall %(stall)s.", name=name, stall=stall), "success")
    return redirect(url_for("fairs.show", fair_id=fair_id, _anchor="bancas"))


@bp.post("/gestao/feiras/<int:fair_id>/bancas", allow=PLANS)
def create_filling(fair_id: int) -> ResponseReturnValue:
    try:
        count = stalls.fill_stalls(fair_id, by=current_person(), now=clock.now())
    except NoStallsToFill as error:
        flash(str(error), "error")
    else:
        told = ngettext("%(num)s enterprise has its stall.", "%(num)s have their stalls.", count)
        flash(told, "success")
    return redirect(url_for("fairs.show", fair_id=fair_id, _anchor="bancas"))


@bp.post("/gestao/feiras/<int:fair_id>/expositores/<int:enterprise_id>/retirada", allow=PLANS)
def create_removal(fair_id: int, enterprise_id: int) -> ResponseReturnValue:
    try:
        exhibitors.remove_exhibitor(fair_id, enterprise_id, by=current_person(), now=clock.now())
    except DomainError as error:
        if error.status == 404:
            raise
        flash(str(error), "error")
    else:
        flash(_("The place is free again."), "success")
    return redirect(url_for("fairs.show", fair_id=fair_id, _anchor="bancas"))


@bp.get("/painel/feiras", allow=SELLS)
def ours() -> ResponseReturnValue:
    enterprise = current_enterprise()
    today = clock.today(enterprise.division.time_zone)
    shown = queries.of_enterprise(enterprise.id, today)
    counts = queries.reservations_at([s.day.collection_id for s in shown], enterprise.id)
    coming = paginate(queries.upcoming(today, division_id=enterprise.division_id), 1).items
    now = clock.now()
    called = calls.shown_to(enterprise.division_id, today, now)
    return render_template(
        "fairs/ours.html",
        enterprise=enterprise,
        shown=shown,
        counts=counts,
        coming=coming,
        begun=queries.begun_of_enterprise(enterprise.id, today),
        called=called,
        labels=labels,
        applied=calls.applications_of(enterprise.id, [call.id for call in called]),
        now=now,
    )


def _theirs(fair_id: int) -> Fair:
    return find_one(queries.visible_to(current_person()).where(Fair.id == fair_id))


def _offer(form: FairForm, fair: Fair | None = None) -> None:
    divisions = accounts.divisions_of(current_person())
    codes = {fair.municipality_code} if fair else {d.municipality_code for d in divisions}
    near = [n for code in sorted(codes) for n in accounts.neighbourhoods_of(code)]
    here = fair.division_id if fair else form.division_id.data
    theirs, noted = (
        [(one.id, one.name) for one in db.session.scalars(known) if here in (None, one.division_id)]
        for known in (series.visible_to(current_person()), venues.visible_to(current_person()))
    )
    places = [(n.id, n.name) for n in near]
    form.offer([(d.id, d.name) for d in divisions], places, theirs, noted)


def _form_page(form: FairForm, fair: Fair | None = None) -> str:
    _offer(form, fair)
    return render_template("fairs/form.html", form=form, fair=fair)


def _cancel_page(fair: Fair, form: CancelForm) -> str:
    coming, reserved = series.next_edition(fair, clock.now()), queries.reservations(fair.id)
    return render_template(
        "fairs/cancel.html", fair=fair, form=form, reserved=reserved, coming=coming
    )


def _fair_page(
    fair: Fair, *, placing: ExhibitorForm | None = None, copying: CopyForm | None = None
) -> str:
    placing, copying = placing or ExhibitorForm(), copying or CopyForm()
    placing.enterprise_id.choices = listed(queries.placeable(fair))
    if fair.days and not copying.is_submitted():
        copying.first_day.data = fair.days[0].day + timedelta(days=28)
    closed = ending.closing_of(fair)
    return render_template(
        "fairs/show.html",
        fair=fair,
        placing=placing,
        copying=copying,
        labels=labels,
        form=placing if placing.errors else copying,
        exhibitors=queries.exhibitors(fair.id),
        moves=queries.moves(fair.id),
        reserved=queries.reservations(fair.id),
        call=db.session.scalar(calls.of_fair(fair.id)),
        over=ending.is_over(fair, clock.today(fair.time_zone)),
        closed=closed,
        late=ending.late_of(fair, closed),
        ends=end_labels,
        venue=db.session.get(Venue, fair.venue_id) if fair.venue_id else None,
    )


def _today() -> date:
    zones = [division.time_zone for division in accounts.divisions_of(current_person())]
    return clock.today(zones[0])
