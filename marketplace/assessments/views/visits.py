"""Where staff note a visit to a group, and read what was noted."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.assessments.errors import (
    NobodyVisited,
    PeersNeeded,
    TooManyVisitPhotos,
    VisitAhead,
)
from marketplace.assessments.forms.visiting import VisitForm, visit_form
from marketplace.assessments.models.assessments import Assessment
from marketplace.assessments.models.visits import Visit
from marketplace.assessments.operations import visiting
from marketplace.assessments.queries import assessments as queries
from marketplace.assessments.queries import criteria, visits
from marketplace.assessments.uploads import files_in
from marketplace.core import clock, papers
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.language import current_language
from marketplace.core.pictures import BadPicture
from marketplace.core.rights import MB, current_person, role

bp = Blueprint("fair_trade_visits", __name__)
CASES, PHOTOS = "/gestao/comercio-justo", "/comercio-justo/fotos"
CHECKS = role("articulation", "head")
READS = role("member", "manager", "facilitator", "articulation", "qualification", "head")


@bp.get(f"{CASES}/<int:assessment_id>/visitas/nova", allow=CHECKS)
def new(assessment_id: int) -> ResponseReturnValue:
    found = _case(assessment_id)
    day = clock.today(found.enterprise.division.time_zone)
    return _page(found, _form(found, visited_on=day), _corrected(found))


@bp.post(f"{CASES}/<int:assessment_id>/visitas", allow=CHECKS, limit=49 * MB)
def create(assessment_id: int) -> ResponseReturnValue:
    found = _case(assessment_id)
    form, old = _form(found), _corrected(found)
    if not form.validate_on_submit():
        return _page(found, form, old), 422
    try:
        files = files_in(form.photos.data or ())
        plan = form.told(files, old.id if old else None)
        visiting.note_visit(assessment_id, plan, by=current_person(), now=clock.now())
    except (BadPicture, TooManyVisitPhotos) as error:
        form.photos.errors = [str(error)]
    except VisitAhead as error:
        form.visited_on.errors = [str(error)]
    except (NobodyVisited, PeersNeeded) as error:
        form.name_1.errors = [str(error)]
    else:
        flash(_("The visit is noted, and the group was told."), "success")
        return redirect(url_for("fair_trade_cases.show", assessment_id=assessment_id), 303)
    return _page(_case(assessment_id), form, old), 422


@bp.get(f"{PHOTOS}/<int:photo_id>", allow=READS)
def show_photo(photo_id: int) -> ResponseReturnValue:
    person = current_person()
    for seen in (queries.theirs(person), queries.seen_by(person)):
        photo = db.session.scalar(visits.photo_in(seen, photo_id))
        if photo and photo.file:
            return papers.answer(photo.file)
    raise NotFound


def _case(assessment_id: int) -> Assessment:
    return find_one(queries.seen_by(current_person()).where(Assessment.id == assessment_id))


def _corrected(found: Assessment) -> Visit | None:
    """Return the visit whose place this one takes, as the address says."""
    asked = request.args.get("corrige", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 9):
        return None
    return db.session.scalar(visits.visit_in(queries.by_id(found.id), int(asked)))


def _form(found: Assessment, **known: Any) -> VisitForm:
    form = visit_form(criteria.of_set(found.set_id), current_language(), data=known)
    form.offer(visits.peers_of(found.enterprise))
    return form


def _page(found: Assessment, form: VisitForm, corrected: Visit | None) -> str:
    facts: dict[str, Any] = {
        "assessment": found,
        "enterprise": found.enterprise,
        "form": form,
        "criteria": criteria.of_set(found.set_id),
        "corrected": corrected,
    }
    return render_template("assessments/visit_form.html", **facts)
