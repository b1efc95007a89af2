"""Where and when the Division lets orders wait, and what deliveries cost: its staff's pages."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.accounts.models import Division, Zone
from marketplace.core import clock, formats
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.orders import plan_words
from marketplace.orders.errors import HoursWrong
from marketplace.orders.forms.places import ClosingDayForm, DeliveryForm, PointForm, hours_of
from marketplace.orders.models.places import ServicePoint
from marketplace.orders.operations import places
from marketplace.orders.queries import places as place_queries

bp = Blueprint("places", __name__, url_prefix="/gestao")
RUNS = role("articulation", "head", "administrator")


@bp.get("/pontos", allow=RUNS)
def points() -> ResponseReturnValue:
    shown = [(d, db.session.scalars(place_queries.points_of(d.id)).all()) for d in _divisions()]
    return render_template("orders/points.html", shown=shown, week=plan_words.week)


@bp.get("/pontos/novo", allow=RUNS)
def new_point() -> ResponseReturnValue:
    return _point_page(PointForm())


@bp.post("/pontos", allow=RUNS)
def create_point() -> ResponseReturnValue:
    form = PointForm()
    form.offer(_divisions())
    if not form.validate() or not form.check_days():
        return _point_page(form), 422
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        places.open_point(form.division_id.data, **_described(form), **by)
    except HoursWrong as error:
        return _hours_wrong(form, error)
    flash(_("%(name)s is open to orders.", name=form.name.data), "success")
    return redirect(url_for("places.points"), 303)


@bp.get("/pontos/<int:point_id>", allow=RUNS)
def edit_point(point_id: int) -> ResponseReturnValue:
    point = _point(point_id)
    return _point_page(PointForm(data=hours_of(point)), point)


@bp.post("/pontos/<int:point_id>", allow=RUNS)
def update_point(point_id: int) -> ResponseReturnValue:
    point, form = _point(point_id), PointForm()
    form.offer(_divisions())
    form.division_id.data = point.division_id
    if not form.validate() or not form.check_days():
        return _point_page(form, point), 422
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        places.change_point(point_id, **_described(form), **by)
    except HoursWrong as error:
        return _hours_wrong(form, error, point_id)
    flash(_("The service point is kept."), "success")
    return redirect(url_for("places.points"), 303)


@bp.post("/pontos/<int:point_id>/encerramento", allow=RUNS)
def create_point_closing(point_id: int) -> ResponseReturnValue:
    point = places.close_point(point_id, by=current_person(), now=clock.now())
    flash(
        _("%(name)s takes no more orders; those promised there stay.", name=point.name), "success"
    )
    return redirect(url_for("places.points"), 303)


@bp.get("/entregas", allow=RUNS)
def deliveries() -> ResponseReturnValue:
    return _deliveries_page()


@bp.post("/entregas/<int:zone_id>", allow=RUNS)
def update_delivery(zone_id: int) -> ResponseReturnValue:
    if zone_id not in {zone.id for _division, rows in _prices() for zone, _price in rows}:
        raise NotFound
    form = DeliveryForm(prefix=_prefix(zone_id))
    if not form.validate():
        return _deliveries_page({zone_id: form}), 422
    price: Any = {"price_cents": form.price.data, "days": form.days.data}
    by: Any = {"by": current_person(), "now": clock.now()}
    places.set_delivery_price(zone_id, offered=form.offered.data, **price, **by)
    flash(_("The price of this zone is kept. Orders already placed keep theirs."), "success")
    return redirect(url_for("places.deliveries", _anchor=f"zone-{zone_id}"), 303)


@bp.get("/dias-fechados", allow=RUNS)
def closing_days() -> ResponseReturnValue:
    return _days_page(ClosingDayForm(formdata=None))


@bp.post("/dias-fechados", allow=RUNS)
def create_closing_day() -> ResponseReturnValue:
    divisions = _divisions()
    form = ClosingDayForm(first=_today(divisions[0]))
    form.offer(divisions)
    if not form.validate():
        return _days_page(form), 422
    day: Any = form.day.data
    by: Any = {"reason": form.reason.data, "by": current_person(), "now": clock.now()}
    moved = places.close_day(form.division_id.data, day, **by)
    said = _("The service points stay closed on %(day)s.", day=formats.day(day))
    waits = ngettext(
        "%(num)s order waits for the next opening day.",
        "%(num)s orders wait for the next opening day.",
        moved,
    )
    flash(f"{said} {waits}" if moved else said, "success")
    return redirect(url_for("places.closing_days"), 303)


@bp.post("/dias-fechados/<int:division_id>/<day>/reabertura", allow=RUNS)
def create_reopening(division_id: int, day: str) -> ResponseReturnValue:
    find_one(place_queries.divisions_run_by(current_person()).where(Division.id == division_id))
    places.reopen_day(division_id, _read(day), by=current_person(), now=clock.now())
    flash(_("The service points open on that day after all."), "success")
    return redirect(url_for("places.closing_days"), 303)


def _divisions() -> list[Division]:
    query = place_queries.divisions_run_by(current_person()).order_by(Division.id)
    return list(db.session.scalars(query))


def _today(division: Division) -> date:
    return clock.today(division.time_zone)


def _read(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error


def _point(point_id: int) -> ServicePoint:
    points = [p for d in _divisions() for p in db.session.scalars(place_queries.points_of(d.id))]
    if (found := next((point for point in points if point.id == point_id), None)) is None:
        raise NotFound
    return found


def _described(form: Any) -> dict[str, Any]:
    return {"name": form.name.data, "address": form.address.data, "hours": form.hours}


def _hours_wrong(form: Any, error: HoursWrong, point_id: int = 0) -> ResponseReturnValue:
    form.opens_1.errors = [str(error)]
    return _point_page(form, _point(point_id) if point_id else None), error.status


def _point_page(form: Any, point: ServicePoint | None = None) -> str:
    divisions = _divisions()
    form.offer(divisions)
    facts = {"form": form, "point": point, "divisions": divisions}
    return render_template("orders/point.html", **facts)


def _prices() -> list[tuple[Division, Any]]:
    return [(d, db.session.execute(place_queries.prices_of(d.id)).all()) for d in _divisions()]


def _deliveries_page(sent: dict[int, DeliveryForm] | None = None) -> str:
    sent = sent or {}
    shown = [
        (division, [(zone, sent.get(zone.id) or _priced(zone, price)) for zone, price in rows])
        for division, rows in _prices()
    ]
    form = next(iter(sent.values()), None)
    return render_template("orders/deliveries.html", shown=shown, form=form)


def _priced(zone: Zone, price: Any) -> DeliveryForm:
    form = DeliveryForm(formdata=None, prefix=_prefix(zone.id))
    if price:
        form.price.data, form.days.data = price.price_cents, price.days
        form.offered.data = price.offered
    return form


def _prefix(zone_id: int) -> str:
    """Return what tells the boxes of one zone from those of the others on the page."""
    return f"z{zone_id}-"


def _days_page(form: ClosingDayForm) -> str:
    divisions = _divisions()
    form.offer(divisions)
    shown = [
        (d, db.session.scalars(place_queries.closing_days(d.id, _today(d))).all())
        for d in divisions
    ]
    facts = {"shown": shown, "form": form, "divisions": divisions}
    return render_template("orders/closing_days.html", **facts)
