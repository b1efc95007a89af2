"""Where staff note places where a fair might be held, and what they saw there."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.catalogue.uploads import UPLOAD, pictures_in
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.pictures import BadPicture
from marketplace.core.rights import current_person, role
from marketplace.fairs import labels
from marketplace.fairs.errors import TooManyVisitPhotos, VenueNameTaken, VisitAhead
from marketplace.fairs.forms.venues import VenueForm, VisitForm
from marketplace.fairs.models.venues import Venue
from marketplace.fairs.operations import venues as operations
from marketplace.fairs.queries import venues as queries

bp = Blueprint("venues", __name__, url_prefix="/gestao/feiras/locais")
PLANS = role("articulation", "head")
SEES = role("articulation", "head", "qualification")
LATEST = 6
"""How many fairs stand on the page of their place."""


@bp.get("", allow=SEES)
def index() -> ResponseReturnValue:
    page = paginate(queries.visible_to(current_person()), request.args.get("pagina"))
    last = queries.last_visits(venue.id for venue in page.items)
    return render_template("fairs/venues.html", page=page, last=last, labels=labels)


@bp.get("/novo", allow=PLANS)
def new() -> ResponseReturnValue:
    return _form_page(VenueForm())


@bp.post("", allow=PLANS)
def create() -> ResponseReturnValue:
    form, person = VenueForm(), current_person()
    _offer(form)
    if not form.validate():
        return _form_page(form), 422
    try:
        venue = operations.add_venue(form.division_id.data, form.plan, by=person, now=clock.now())
    except VenueNameTaken as error:
        form.name.errors = [str(error)]
        return _form_page(form), error.status
    flash(_("The place is noted. Now say what you saw there."), "success")
    return redirect(url_for("venues.show", venue_id=venue.id))


@bp.get("/<int:venue_id>", allow=SEES)
def show(venue_id: int) -> ResponseReturnValue:
    venue = _theirs(venue_id)
    return _page(venue, VisitForm(visited_on=clock.today(venue.division.time_zone)))


@bp.get("/<int:venue_id>/feiras", allow=SEES)
def show_fairs(venue_id: int) -> ResponseReturnValue:
    venue = _theirs(venue_id)
    page = paginate(queries.fairs_at(venue_id), request.args.get("pagina"))
    return render_template("fairs/venue_fairs.html", venue=venue, page=page)


@bp.get("/<int:venue_id>/editar", allow=PLANS)
def edit(venue_id: int) -> ResponseReturnValue:
    venue = _theirs(venue_id)
    return _form_page(VenueForm(data=VenueForm.values_of(venue)), venue)


@bp.post("/<int:venue_id>", allow=PLANS)
def update(venue_id: int) -> ResponseReturnValue:
    venue, form = _theirs(venue_id), VenueForm()
    _offer(form)
    form.division_id.data = venue.division_id
    if not form.validate():
        return _form_page(form, venue), 422
    try:
        operations.change_venue(venue_id, form.plan, by=current_person(), now=clock.now())
    except VenueNameTaken as error:
        form.name.errors = [str(error)]
        return _form_page(form, _theirs(venue_id)), error.status
    flash(_("Kept."), "success")
    return redirect(url_for("venues.show", venue_id=venue_id))


@bp.post("/<int:venue_id>/visitas", allow=PLANS, limit=6 * UPLOAD)
def create_visit(venue_id: int) -> ResponseReturnValue:
    venue, form = _theirs(venue_id), VisitForm()
    if not form.validate() or form.visited_on.data is None:
        return _page(venue, form), 422
    told: dict[str, Any] = {"fit": form.fit.data, "words": form.words.data}
    by: dict[str, Any] = {"by": current_person(), "now": clock.now()}
    try:
        sent = [picture for picture, _name in pictures_in(form.photos.data or ())]
        operations.note_visit(venue_id, form.visited_on.data, pictures=sent, **told, **by)
    except VisitAhead as error:
        form.visited_on.errors = [str(error)]
        return _page(_theirs(venue_id), form), error.status
    except (BadPicture, TooManyVisitPhotos) as error:
        form.photos.errors = [str(error)]
        return _page(_theirs(venue_id), form), error.status
    flash(_("The visit is noted."), "success")
    return redirect(url_for("venues.show", venue_id=venue_id))


@bp.post("/<int:venue_id>/fotos/<int:photo_id>/exclusao", allow=PLANS)
def create_photo_removal(venue_id: int, photo_id: int) -> ResponseReturnValue:
    operations.remove_photo(venue_id, photo_id, by=current_person(), now=clock.now())
    flash(_("The photo is deleted."), "success")
    return redirect(url_for("venues.show", venue_id=venue_id))


def _theirs(venue_id: int) -> Venue:
    return find_one(queries.visible_to(current_person()).where(Venue.id == venue_id))


def _offer(form: VenueForm) -> None:
    form.offer((one.id, one.name) for one in accounts.divisions_of(current_person()))


def _form_page(form: VenueForm, venue: Venue | None = None) -> str:
    _offer(form)
    return render_template("fairs/venue_form.html", form=form, venue=venue)


def _page(venue: Venue, form: VisitForm) -> str:
    return render_template(
        "fairs/venue.html",
        venue=venue,
        form=form,
        page=paginate(queries.visits(venue.id), request.args.get("pagina")),
        fairs=paginate(queries.fairs_at(venue.id), 1, LATEST),
        labels=labels,
    )
