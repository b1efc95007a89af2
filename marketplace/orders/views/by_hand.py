"""Where finance gives money back that the provider cannot: one pays it, another confirms."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from marketplace.accounts.queries import time_zone_of
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.orders.forms.refunds import RefundKeyForm
from marketplace.orders.queries import giving_back
from marketplace.orders.queries.giving_back import Due
from marketplace.payments import labels
from marketplace.payments.forms import ConfirmationForm, ReturnForm
from marketplace.payments.models.by_hand import HandRefund
from marketplace.payments.operations import by_hand
from marketplace.payments.queries import by_hand as known

bp = Blueprint("hand_refunds", __name__, url_prefix="/gestao/devolucoes")
READS, PAYS = role("finance", "head"), role("finance")
SHOWN = 50


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    page = paginate(known.listed(current_person()), request.args.get("pagina"), SHOWN)
    return _page("orders/hand_refunds.html", page=page, found=giving_back.with_orders(page.items))


@bp.get("/<int:hand_id>", allow=READS)
def show(hand_id: int) -> ResponseReturnValue:
    return _show(hand_id, ConfirmationForm())


@bp.get("/<int:hand_id>/chave", allow=PAYS)
def edit_key(hand_id: int) -> ResponseReturnValue:
    return _ask("orders/hand_refund_key.html", hand_id, RefundKeyForm())


@bp.post("/<int:hand_id>/chave", allow=PAYS)
def update_key(hand_id: int) -> ResponseReturnValue:
    form = RefundKeyForm()

    def keep(**by: Any) -> None:
        if form.key.data:
            by_hand.type_key(hand_id, form.key.data, holder=form.holder.data or "", **by)

    ask = _asking("orders/hand_refund_key.html", hand_id, form)
    return _answered(hand_id, form, ask, keep, _("The Pix key is noted."))


@bp.post("/<int:hand_id>/comprovante", allow=PAYS)
def create_proof(hand_id: int) -> ResponseReturnValue:
    form = ConfirmationForm()

    def note(**by: Any) -> None:
        told = {"amount_cents": form.amount.data or 0, "proof": form.proof.data or ""}
        by_hand.note_sent(hand_id, **told, **by)  # type: ignore[arg-type]

    said = _("Noted: now another person looks at the proof and confirms it.")
    return _answered(hand_id, form, lambda: _show(hand_id, form), note, said)


@bp.post("/<int:hand_id>/confirmacao", allow=PAYS)
def create_confirmation(hand_id: int) -> ResponseReturnValue:
    _due(hand_id)
    try:
        by_hand.confirm_sent(hand_id, by=current_person(), now=clock.now())
    except DomainError as no:
        return _back(hand_id, str(no), "error")
    return _back(hand_id, _("The refund is confirmed, and the buyer told."), "success")


@bp.get("/<int:hand_id>/retorno", allow=PAYS)
def new_return(hand_id: int) -> ResponseReturnValue:
    return _ask("orders/hand_refund_return.html", hand_id, ReturnForm())


@bp.post("/<int:hand_id>/retorno", allow=PAYS)
def create_return(hand_id: int) -> ResponseReturnValue:
    form = ReturnForm()

    def give(**by: Any) -> None:
        by_hand.return_sent(hand_id, reason=form.reason.data or "", **by)

    ask = _asking("orders/hand_refund_return.html", hand_id, form)
    return _answered(hand_id, form, ask, give, _("Noted: it waits for another Pix key."))


def _answered(
    hand_id: int, form: FlaskForm, ask: Callable[[], str], act: Callable[..., None], said: str
) -> ResponseReturnValue:
    """Do what was typed, and say so; a refusal is shown with the form."""
    _due(hand_id)
    if not form.validate():
        return ask(), 422
    try:
        act(by=current_person(), now=clock.now())
    except DomainError as no:
        form.form_errors.append(str(no))
        return ask(), no.status
    return _back(hand_id, said, "success")


def _back(hand_id: int, said: str, kind: str) -> ResponseReturnValue:
    flash(said, kind)
    return redirect(url_for("hand_refunds.show", hand_id=hand_id), 303)


def _show(hand_id: int, form: ConfirmationForm) -> str:
    return _ask("orders/hand_refund.html", hand_id, form)


def _asking(page: str, hand_id: int, form: FlaskForm) -> Callable[[], str]:
    return lambda: _ask(page, hand_id, form)


def _ask(page: str, hand_id: int, form: FlaskForm) -> str:
    return _page(page, it=_due(hand_id), form=form)


def _page(template: str, **facts: Any) -> str:
    person = current_person()
    shown = {"zone": time_zone_of(person), "labels": labels, "now": clock.now()}
    return render_template(template, **facts, **shown, pays=PAYS(person), reader_id=person.id)


def _due(hand_id: int) -> Due:
    found = find_one(known.seen_by(current_person()).where(HandRefund.id == hand_id))
    return giving_back.with_orders([found])[0]
