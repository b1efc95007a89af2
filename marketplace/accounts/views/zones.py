"""Zones and neighbourhoods of the Division's municipality: the administrator's pages."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries
from marketplace.accounts.errors import NeighbourhoodExists, ZoneExists
from marketplace.accounts.forms import NeighbourhoodForm, ZoneForm
from marketplace.accounts.models import Municipality, Neighbourhood, Zone
from marketplace.accounts.operations import places
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role

ADMINISTRATOR = role("administrator")
PREFIX = "new-"  # beside the form of a new zone

bp = Blueprint("zones", __name__, url_prefix="/gestao")


@bp.get("/zonas", allow=ADMINISTRATOR)
def index() -> ResponseReturnValue:
    return _page(ZoneForm(), NeighbourhoodForm(formdata=None, prefix=PREFIX))


@bp.post("/zonas", allow=ADMINISTRATOR)
def create() -> ResponseReturnValue:
    form, here = ZoneForm(), _municipality()
    if not form.validate():
        return _page(form, NeighbourhoodForm(formdata=None, prefix=PREFIX)), 422
    try:
        places.add_zone(here.code, form.name.data, by=current_person(), now=clock.now())
    except ZoneExists as error:
        form.name.errors = [str(error)]
        return _page(form, NeighbourhoodForm(formdata=None, prefix=PREFIX)), error.status
    flash(_("The zone is added."), "success")
    return redirect(url_for("zones.index"), 303)


@bp.get("/zonas/<int:zone_id>", allow=ADMINISTRATOR)
def edit(zone_id: int) -> ResponseReturnValue:
    zone = _zone(zone_id)
    return render_template("accounts/zone.html", zone=zone, form=ZoneForm(name=zone.name))


@bp.post("/zonas/<int:zone_id>", allow=ADMINISTRATOR)
def update(zone_id: int) -> ResponseReturnValue:
    form, zone = ZoneForm(), _zone(zone_id)
    if not form.validate():
        return render_template("accounts/zone.html", zone=zone, form=form), 422
    places.rename_zone(zone_id, form.name.data, by=current_person(), now=clock.now())
    flash(_("The zone is kept."), "success")
    return redirect(url_for("zones.index"), 303)


@bp.post("/bairros", allow=ADMINISTRATOR)
def create_neighbourhood() -> ResponseReturnValue:
    form = NeighbourhoodForm(prefix=PREFIX)
    form.offer(queries.zones_of(_municipality().code))
    if not form.validate():
        return _page(ZoneForm(formdata=None), form), 422
    typed = (form.zone_id.data, form.name.data)
    try:
        places.add_neighbourhood(*typed, by=current_person(), now=clock.now())
    except NeighbourhoodExists as error:
        form.name.errors = [str(error)]
        return _page(ZoneForm(formdata=None), form), error.status
    flash(_("The neighbourhood is added."), "success")
    return redirect(url_for("zones.index"), 303)


@bp.get("/bairros/<int:neighbourhood_id>", allow=ADMINISTRATOR)
def edit_neighbourhood(neighbourhood_id: int) -> ResponseReturnValue:
    place = _neighbourhood(neighbourhood_id)
    return _page_of(place, NeighbourhoodForm(obj=place))


@bp.post("/bairros/<int:neighbourhood_id>", allow=ADMINISTRATOR)
def update_neighbourhood(neighbourhood_id: int) -> ResponseReturnValue:
    form, place = NeighbourhoodForm(), _neighbourhood(neighbourhood_id)
    form.offer(queries.zones_of(place.municipality_code))
    if not form.validate():
        return _page_of(place, form), 422
    typed = (neighbourhood_id, form.name.data, form.zone_id.data)
    try:
        places.change_neighbourhood(*typed, by=current_person(), now=clock.now())
    except NeighbourhoodExists as error:
        form.name.errors = [str(error)]
        return _page_of(_neighbourhood(neighbourhood_id), form), error.status
    flash(_("The neighbourhood is kept."), "success")
    return redirect(url_for("zones.index"), 303)


def _municipality() -> Municipality:
    return queries.divisions_of(current_person())[0].municipality


def _zone(zone_id: int) -> Zone:
    return find_one(queries.zone_in(_municipality().code, zone_id))


def _neighbourhood(neighbourhood_id: int) -> Neighbourhood:
    return find_one(queries.neighbourhood_in(_municipality().code, neighbourhood_id))


def _page(form: ZoneForm, neighbourhood_form: NeighbourhoodForm) -> str:
    here = _municipality()
    zones, neighbourhoods = queries.zones_of(here.code), queries.neighbourhoods_of(here.code)
    neighbourhood_form.offer(zones)
    facts = {"municipality": here, "zones": zones, "neighbourhoods": neighbourhoods}
    wrong = neighbourhood_form if neighbourhood_form.errors else form
    forms = {"form": wrong, "zone_form": form, "neighbourhood_form": neighbourhood_form}
    return render_template("accounts/zones.html", **facts, **forms)


def _page_of(place: Neighbourhood, form: NeighbourhoodForm) -> str:
    form.offer(queries.zones_of(place.municipality_code))
    return render_template("accounts/neighbourhood.html", place=place, form=form)
