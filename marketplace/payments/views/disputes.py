"""Payments that a buyer's bank disputes: how long there is to answer, and the one answer."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.queries import time_zone_of
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.payments import labels
from marketplace.payments.errors import DisputeMoved
from marketplace.payments.forms import AnswerForm
from marketplace.payments.models.disputes import Dispute
from marketplace.payments.operations import disputes
from marketplace.payments.queries import disputes as known

bp = Blueprint("disputes", __name__, url_prefix="/gestao/contestacoes")
READS, ANSWERS = role("finance", "head"), role("finance")
SHOWN = 50


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    page = paginate(known.listed(), request.args.get("pagina"), SHOWN)
    facts = {"zone": time_zone_of(current_person()), "now": clock.now(), "labels": labels}
    return render_template("payments/disputes.html", page=page, **facts)


@bp.get("/<int:dispute_id>", allow=READS)
def show(dispute_id: int) -> ResponseReturnValue:
    return _page(dispute_id, AnswerForm())


@bp.post("/<int:dispute_id>", allow=ANSWERS)
def create_answer(dispute_id: int) -> ResponseReturnValue:
    form, person = AnswerForm(), current_person()
    find_one(known.answered_by(person).where(Dispute.id == dispute_id))
    if not form.validate():
        return _page(dispute_id, form), 422
    try:
        disputes.answer_dispute(dispute_id, form.answer.data or "", by=person, now=clock.now())
    except DisputeMoved as no:
        flash(str(no), "error")
    else:
        flash(_("The answer is on its way to the buyer's bank."), "success")
    return redirect(url_for("disputes.show", dispute_id=dispute_id), 303)


def _page(dispute_id: int, form: AnswerForm) -> str:
    dispute = find_one(known.listed().where(Dispute.id == dispute_id))
    person, now = current_person(), clock.now()
    mine = known.answered_by(person).where(Dispute.id == dispute_id)
    answers = ANSWERS(person) and dispute.can_be_answered(now) and db.session.scalar(mine)
    return render_template(
        "payments/dispute.html",
        dispute=dispute,
        shares=db.session.execute(known.shares_of(dispute_id)).all(),
        form=form if answers else None,
        refused=known.was_refused(dispute_id),
        zone=time_zone_of(person),
        labels=labels,
        now=now,
    )
