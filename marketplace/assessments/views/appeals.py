"""Where a group asks the commission to look again."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.assessments.forms.ruling import AppealForm
from marketplace.assessments.operations import appeals
from marketplace.assessments.queries import assessments as queries
from marketplace.assessments.queries import rulings
from marketplace.core import clock, papers
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import MB, current_person, role
from marketplace.core.uploads import paper_in
from marketplace.enterprises.choosing import current_enterprise

bp = Blueprint("fair_trade_appeals", __name__)
OURS = "/painel/grupo/comercio-justo/recurso"
RUNS = role("manager", "facilitator")
READS = role("member", "manager", "facilitator", "articulation", "qualification", "head")


@bp.get(OURS, allow=RUNS)
def new() -> ResponseReturnValue:
    return _page(AppealForm())


@bp.post(OURS, allow=RUNS, limit=9 * MB)
def create() -> ResponseReturnValue:
    form = AppealForm()
    if not form.validate_on_submit() or (file := paper_in(form.paper)) is None:
        return _page(form), 422
    told: Any = {"words": form.words.data or "", "file": file}
    appeals.appeal(current_enterprise().id, **told, by=current_person(), now=clock.now())
    flash(_("The appeal is sent. The commission looks again and tells you."), "success")
    return redirect(url_for("fair_trade.show"), 303)


@bp.get("/comercio-justo/recursos/<int:appeal_id>", allow=READS)
def show_paper(appeal_id: int) -> ResponseReturnValue:
    person = current_person()
    for seen in (queries.theirs(person), queries.seen_by(person)):
        found = db.session.scalar(rulings.appeal_in(seen, appeal_id))
        if found and found.file:
            return papers.answer(found.file)
    raise NotFound


def _page(form: AppealForm) -> str:
    enterprise = current_enterprise()
    last, now = rulings.last_of(enterprise.id), clock.now()
    facts: dict[str, Any] = {
        "enterprise": enterprise,
        "ruling": last,
        "seats": rulings.seats(enterprise.division_id, [last.met_on]) if last else {},
        "open": last is not None
        and rulings.appeal_against(last.id) is None
        and appeals.may_appeal(last, now),
        "days": appeals.APPEAL_DAYS,
        "form": form,
    }
    return render_template("assessments/appeal.html", **facts)
