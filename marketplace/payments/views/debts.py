"""What enterprises owe: why, what is left, and who lets one go."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.queries import time_zone_of
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.uploads import WITH_PAPER, paper_in
from marketplace.payments import labels, settings
from marketplace.payments.forms import WaiverForm
from marketplace.payments.models.debts import Debt
from marketplace.payments.models.funds import Fund
from marketplace.payments.operations import debts
from marketplace.payments.operations.debts import Vote
from marketplace.payments.queries import debts as known
from marketplace.payments.queries import spendings

bp = Blueprint("debts", __name__, url_prefix="/gestao/dividas")
READS, FORGIVES = role("finance", "head"), role("finance")
SHOWN = 50


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    person = current_person()
    page = paginate(known.listed(person), request.args.get("pagina"), SHOWN)
    return _page("payments/debts.html", page=page, left_cents=known.left_cents(person))


@bp.get("/<int:debt_id>", allow=READS)
def show(debt_id: int) -> ResponseReturnValue:
    return _show(debt_id, WaiverForm())


@bp.post("/<int:debt_id>/perdao", allow=FORGIVES, limit=WITH_PAPER)
def create_waiver(debt_id: int) -> ResponseReturnValue:
    form = WaiverForm()
    _debt(debt_id)
    fine = form.validate()
    if not fine or (file := paper_in(form.paper) if form.of_fund else "") is None:
        return _show(debt_id, form), 422
    told: Any = {"reason": form.reason.data or "", "by": current_person(), "now": clock.now()}
    vote = Vote(form.minute.data or "", file) if form.of_fund else None
    try:
        debts.ask_waiver(debt_id, vote=vote, **told)
    except DomainError as no:
        form.form_errors.append(str(no))
        return _show(debt_id, form), no.status
    flash(_("It is noted: another person looks at it and decides."), "success")
    return redirect(url_for("debts.show", debt_id=debt_id), 303)


@bp.post("/<int:debt_id>/perdao/aprovacao", allow=FORGIVES)
def create_grant(debt_id: int) -> ResponseReturnValue:
    waiver_id, said = _waiver_id(debt_id), _("The debt is forgiven, and the group told.")
    return _answered(debt_id, lambda **by: debts.grant_waiver(waiver_id, **by), said)


@bp.post("/<int:debt_id>/perdao/descarte", allow=FORGIVES)
def create_drop(debt_id: int) -> ResponseReturnValue:
    waiver_id, said = _waiver_id(debt_id), _("The debt stands as it was.")
    return _answered(debt_id, lambda **by: debts.drop_waiver(waiver_id, **by), said)


def _answered(debt_id: int, act: Callable[..., Any], said: str) -> ResponseReturnValue:
    there = redirect(url_for("debts.show", debt_id=debt_id), 303)
    try:
        act(by=current_person(), now=clock.now())
    except DomainError as no:
        flash(str(no), "error")
        return there
    flash(said, "success")
    return there


def _show(debt_id: int, form: WaiverForm) -> str:
    debt, person = _debt(debt_id), current_person()
    of_group = Fund.division_id == debt.enterprise.division_id
    fund = db.session.scalar(spendings.paid_by(person).where(of_group))
    free = spendings.free_cents(fund.id) if fund else 0
    return _page("payments/debt.html", debt=debt, form=form, fund=fund, free_cents=free)


def _page(template: str, **facts: Any) -> str:
    person = current_person()
    shown = {"zone": time_zone_of(person), "labels": labels, "percent": settings.debt_percent()}
    may = {"forgives": FORGIVES(person), "reader_id": person.id}
    return render_template(template, **facts, **shown, **may)


def _debt(debt_id: int) -> Debt:
    return find_one(known.listed(current_person()).where(Debt.id == debt_id))


def _waiver_id(debt_id: int) -> int:
    """Return what waits to be decided; 0, which is none, where nothing does."""
    waiver = _debt(debt_id).waiver_asked
    return waiver.id if waiver else 0
