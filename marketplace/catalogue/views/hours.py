"""The hour that a group's assembly decided: what holds, what held, and noting another."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.errors import NotYetDecided, VoteMissing
from marketplace.catalogue.forms.hours import HourForm
from marketplace.catalogue.operations.hours import Vote, note_hour
from marketplace.catalogue.queries import hours, lists
from marketplace.core import clock, papers
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.uploads import WITH_PAPER, paper_in
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.choosing import current_enterprise

bp = Blueprint("hours", __name__, url_prefix="/painel/hora")
READS, MANAGES = role("member", "manager", "facilitator"), role("manager")
PER_PAGE = 20


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    return _index(HourForm(formdata=None))


@bp.post("", allow=MANAGES, limit=WITH_PAPER)
def create() -> ResponseReturnValue:
    form, enterprise = HourForm(), current_enterprise()
    if not form.validate() or (file := paper_in(form.paper)) is None:
        return _index(form), 422
    told: Any = (form.hour.data, form.decided_on.data, form.minute.data or "", file)
    try:
        note_hour(enterprise.id, Vote(*told), by=current_person(), now=clock.now())
    except (NotYetDecided, VoteMissing) as no:
        field = form.decided_on if isinstance(no, NotYetDecided) else form.minute
        field.errors = [str(no)]
        return _index(form), no.status
    flash(_("It is noted. Each price that you reckon is held against it from now on."), "success")
    return redirect(url_for("hours.index"), 303)


@bp.get("/<int:decision_id>/ata", allow=READS)
def show_minute(decision_id: int) -> ResponseReturnValue:
    decision = find_one(hours.seen_by(current_person(), decision_id))
    return papers.answer(decision.file or "pdf-none")


def _index(form: HourForm) -> str:
    enterprise = current_enterprise()
    zone = enterprise.municipality.time_zone
    today = clock.today(zone)
    told: dict[str, Any] = {"zone": zone, "floor": lists.wage_floor(today), "form": form}
    return render_template(
        "catalogue/hours.html",
        enterprise=enterprise,
        holding=hours.holding(enterprise.id, today),
        page=paginate(hours.of_enterprise(enterprise.id), request.args.get("pagina"), PER_PAGE),
        decides=enterprises.is_manager(current_person(), enterprise.id),
        **told,
    )
