"""Where a group looks after itself: profile, people, helpers, days away."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.errors import NotOneself
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.numbers import row_id
from marketplace.core.rights import MB, current_person, role
from marketplace.enterprises import choosing, own_number, queries
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.errors import NotAFacilitator, PauseEndsEarly
from marketplace.enterprises.forms.group import (
    FacilitatorForm,
    PauseForm,
    ProfileForm,
)
from marketplace.enterprises.forms.registration import PhotoForm
from marketplace.enterprises.models import Enterprise
from marketplace.enterprises.operations import facilitation, profile
from marketplace.enterprises.uploads import picture_in

bp = Blueprint("group", __name__, url_prefix="/painel")
SELLS = role("member", "manager", "facilitator")
RUNS = role("manager", "facilitator")
MANAGES = role("manager")


@bp.get("/grupo", allow=SELLS)
def show() -> ResponseReturnValue:
    return _page(current_enterprise())


@bp.post("/empreendimento", allow=SELLS)
def create_choice() -> ResponseReturnValue:
    """Work for another of the groups that one acts for; for others nothing changes."""
    wanted = request.form.get("enterprise_id", 0, type=row_id)
    if chosen := queries.current(current_person(), wanted):
        choosing.choose(chosen.id)
    return redirect(url_for("group.show"), 303)


@bp.get("/grupo/perfil", allow=RUNS)
def edit() -> ResponseReturnValue:
    enterprise = _run_here()
    return _profile_page(enterprise, None)


@bp.post("/grupo/perfil", allow=RUNS)
def update() -> ResponseReturnValue:
    enterprise, form = _run_here(), ProfileForm()
    if not form.validate_on_submit():
        return _profile_page(enterprise, form), 422
    profile.change_profile(
        enterprise.id,
        mobile=form.mobile.data or "",
        email=form.email.data or "",
        story=form.story.data,
        by=current_person(),
        now=clock.now(),
    )
    own_number.note(form, by=current_person(), now=clock.now())
    flash(_("Kept. It shows on your page now."), "success")
    return redirect(url_for("group.show"), 303)


@bp.post("/grupo/foto", allow=RUNS, limit=9 * MB)
def create_photo() -> ResponseReturnValue:
    enterprise, form = _run_here(), PhotoForm()
    if (picture := picture_in(form)) is None:
        return _profile_page(enterprise, None, form), 422
    alt, by, now = form.photo_alt.data or "", current_person(), clock.now()
    profile.set_photo(enterprise.id, picture, alt=alt, by=by, now=now)
    flash(_("Your photo is there."), "success")
    return redirect(url_for("group.edit"), 303)


@bp.post("/grupo/foto/remocao", allow=RUNS)
def delete_photo() -> ResponseReturnValue:
    profile.set_photo(_run_here().id, None, by=current_person(), now=clock.now())
    return redirect(url_for("group.edit"), 303)


@bp.post("/grupo/facilitadores", allow=MANAGES)
def create_facilitator() -> ResponseReturnValue:
    enterprise, form = _managed_here(), FacilitatorForm()
    if not form.validate_on_submit():
        return _page(enterprise, facilitator_form=form), 422
    try:
        accepted = facilitation.accept_facilitator(
            enterprise.id, mobile=form.mobile.data or "", by=current_person(), now=clock.now()
        )
    except (NotAFacilitator, NotOneself) as error:
        form.mobile.errors = [str(error)]
        return _page(enterprise, facilitator_form=form), error.status
    flash(_("%(name)s can act for the group now.", name=accepted.user.name), "success")
    return redirect(url_for("group.show"), 303)


@bp.post("/grupo/facilitadores/<int:facilitation_id>/fim", allow=RUNS)
def delete_facilitator(facilitation_id: int) -> ResponseReturnValue:
    ended = facilitation.end_facilitation(facilitation_id, by=current_person(), now=clock.now())
    flash(_("%(name)s no longer acts for the group.", name=ended.user.name), "success")
    return redirect(_after_ending(ended.user_id), 303)


@bp.post("/grupo/pausa", allow=RUNS)
def create_pause() -> ResponseReturnValue:
    enterprise, form = _run_here(), PauseForm()
    if not form.validate_on_submit() or (first := form.first_day.data) is None:
        return _page(enterprise, pause_form=form), 422
    last, note = form.last_day.data, form.note.data or ""
    by, now = current_person(), clock.now()
    try:
        profile.pause(enterprise.id, first, last_day=last, note=note, by=by, now=now)
    except PauseEndsEarly as error:
        form.last_day.errors = [str(error)]
        return _page(enterprise, pause_form=form), error.status
    flash(_("Buyers see that you are away."), "success")
    return redirect(url_for("group.show"), 303)


@bp.post("/grupo/pausa/fim", allow=RUNS)
def delete_pause() -> ResponseReturnValue:
    profile.resume(_run_here().id, by=current_person(), now=clock.now())
    flash(_("Welcome back: the group sells again."), "success")
    return redirect(url_for("group.show"), 303)


def _run_here() -> Enterprise:
    return find_one(queries.run_by(current_person(), current_enterprise().id))


def _managed_here() -> Enterprise:
    return find_one(queries.managed(current_person(), current_enterprise().id))


def _after_ending(user_id: int) -> str:
    """Return where to go on: a facilitator may act for nobody any more."""
    person = current_person()
    own = user_id == person.id and queries.first_of(person) is None
    return "/" if own else url_for("group.show")


def _profile_page(
    enterprise: Enterprise, form: ProfileForm | None, photo_form: PhotoForm | None = None
) -> str:
    shown = own_number.allowed(current_person())
    facts: dict[str, Any] = {
        "enterprise": enterprise,
        "form": form or ProfileForm(formdata=None, obj=enterprise, number_on_page=shown),
        "photo_form": photo_form or PhotoForm(formdata=None, obj=enterprise),
    }
    return render_template("enterprises/group/profile.html", **facts)


def _page(enterprise: Enterprise, **forms: Any) -> str:
    person = current_person()
    today = clock.today(enterprise.division.time_zone)
    facts: dict[str, Any] = {
        "enterprise": enterprise,
        "pix": enterprise.pix_at(clock.now()),
        "pix_waits": enterprise.pix_waits(clock.now()),
        "others": [e for e in queries.acted_for(person) if e.id != enterprise.id],
        "manages": queries.is_manager(person, enterprise.id),
        "runs": queries.runs(person, enterprise.id),
        "facilitators": queries.facilitators_of(enterprise.id),
        "me": person.id,
        "away": enterprise.away_on(today),
        "facilitator_form": FacilitatorForm(formdata=None),
        "pause_form": PauseForm(formdata=None, data={"first_day": today}),
    }
    return render_template("enterprises/group/show.html", **facts | forms)
