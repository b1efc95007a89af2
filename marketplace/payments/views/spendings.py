"""What is paid out of a solidarity fund: asked with the vote, confirmed by another person."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.models import Division
from marketplace.accounts.queries import time_zone_of
from marketplace.core import clock, papers
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.uploads import WITH_PAPER, paper_in
from marketplace.payments import spending_labels as labels
from marketplace.payments.forms import FundProofForm, FundSpendingForm, ReturnForm
from marketplace.payments.models.debts import DebtWaiver
from marketplace.payments.models.funds import Fund, FundSpending
from marketplace.payments.operations import spendings
from marketplace.payments.operations.spendings import Wanted
from marketplace.payments.published import minutes_of
from marketplace.payments.queries import funds
from marketplace.payments.queries import spendings as known

bp = Blueprint("spendings", __name__, url_prefix="/gestao/fundo/usos")
READS, PAYS = role("finance", "head", "council"), role("finance")
SHOWN = 50


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    return _index(FundSpendingForm(formdata=None))


@bp.post("", allow=PAYS, limit=WITH_PAPER)
def create() -> ResponseReturnValue:
    form = FundSpendingForm()
    form.offer(_payable())
    fine = form.validate()
    if not fine or (file := _paper_in(form)) is None:
        return _index(form), 422
    wanted = Wanted(form.amount.data or 0, form.purpose.data or "", form.minute.data or "", file)
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        made = spendings.ask_spending(form.division_id.data, wanted, **by)
    except DomainError as no:
        form.form_errors.append(str(no))
        return _index(form), no.status
    flash(_("It is noted: another person of finance confirms that the bank paid it."), "success")
    return redirect(url_for("spendings.show", spending_id=made), 303)


@bp.get("/<int:spending_id>", allow=READS)
def show(spending_id: int) -> ResponseReturnValue:
    return _show(spending_id, FundProofForm(formdata=None), ReturnForm(formdata=None))


@bp.get("/<int:spending_id>/ata", allow=READS)
def minute(spending_id: int) -> ResponseReturnValue:
    return papers.answer(_spending(spending_id).file)


@bp.get("/dividas/<int:waiver_id>/ata", allow=READS)
def waiver_minute(waiver_id: int) -> ResponseReturnValue:
    """Send the minute by which a fund bears a debt."""
    return papers.answer(
        find_one(known.voted(current_person()).where(DebtWaiver.id == waiver_id)).file
    )


@bp.post("/<int:spending_id>/confirmacao", allow=PAYS)
def create_confirmation(spending_id: int) -> ResponseReturnValue:
    form = FundProofForm()
    if not form.validate():
        return _show(spending_id, form, ReturnForm(formdata=None)), 422
    proof, said = form.proof.data or "", _("It is paid, and in the books.")
    return _answered(spending_id, lambda **by: _confirm(spending_id, proof, **by), said)


@bp.post("/<int:spending_id>/descarte", allow=PAYS)
def create_drop(spending_id: int) -> ResponseReturnValue:
    said = _("It was let go: nothing was paid.")
    return _answered(spending_id, lambda **by: spendings.drop_spending(spending_id, **by), said)


@bp.post("/<int:spending_id>/devolucao", allow=PAYS)
def create_return(spending_id: int) -> ResponseReturnValue:
    form = ReturnForm()
    if not form.validate():
        return _show(spending_id, FundProofForm(formdata=None), form), 422
    why, said = form.reason.data or "", _("Noted: the amount is in the fund again.")
    return _answered(spending_id, lambda **by: _return(spending_id, why, **by), said)


def _confirm(spending_id: int, proof: str, **by: Any) -> None:
    spendings.confirm_spending(spending_id, proof=proof, **by)


def _return(spending_id: int, reason: str, **by: Any) -> None:
    spendings.return_spending(spending_id, reason=reason, **by)


def _answered(spending_id: int, act: Callable[..., None], said: str) -> ResponseReturnValue:
    there = redirect(url_for("spendings.show", spending_id=_spending(spending_id).id), 303)
    try:
        act(by=current_person(), now=clock.now())
    except DomainError as no:
        flash(str(no), "error")
        return there
    flash(said, "success")
    return there


def _paper_in(form: FundSpendingForm) -> str | None:
    """Take the minute in; none if it is not there or cannot be read, as its field says then."""
    if not form.paper.data:
        form.paper.errors = [_("Add the minute.")]
        return None
    return paper_in(form.paper)


def _index(form: FundSpendingForm) -> str:
    person = current_person()
    form.offer(_payable())
    seen = db.session.scalars(funds.divisions_seen_by(person).order_by(Division.id))
    page = paginate(known.listed(person), request.args.get("pagina"), SHOWN)
    return _page(
        "payments/spendings.html",
        form=form,
        page=page,
        minutes=minutes_of([one.id for one in page.items]),
        borne=known.last_borne(person, SHOWN),
        stands=[(each, funds.balance_of(each.id), known.debt_of(each.id)) for each in seen],
    )


def _show(spending_id: int, proof: FundProofForm, back: ReturnForm) -> str:
    told: dict[str, Any] = {"it": _spending(spending_id), "proof": proof, "back": back}
    minutes = minutes_of([spending_id]).get(spending_id)
    return _page("payments/spending.html", **told, minutes=minutes)


def _page(template: str, **facts: Any) -> str:
    person = current_person()
    shown = {"zone": time_zone_of(person), "labels": labels}
    return render_template(template, **facts, **shown, pays=PAYS(person), reader_id=person.id)


def _payable() -> list[Division]:
    """Return the Divisions out of whose fund this person may pay."""
    mine = known.paid_by(current_person()).with_only_columns(Fund.division_id)
    asked = sa.select(Division).where(Division.id.in_(mine)).order_by(Division.id)
    return list(db.session.scalars(asked))


def _spending(spending_id: int) -> FundSpending:
    return find_one(known.listed(current_person()).where(FundSpending.id == spending_id))
