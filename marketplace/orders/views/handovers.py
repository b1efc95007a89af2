"""Hand-over at the stall: by the buyer's code, typed or read by the camera."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.headers import allow_camera
from marketplace.core.look import opens
from marketplace.core.money import format_cents
from marketplace.core.rights import current_person, role
from marketplace.orders import labels, progress
from marketplace.orders.errors import (
    CodeLocked,
    MethodNotOffered,
    NothingLeft,
    QuantityWrong,
    ReasonMissing,
    WrongCode,
)
from marketplace.orders.forms.moving import HandoverForm, QuickForm, boxes, paid_there, quantities
from marketplace.orders.models.orders import Order
from marketplace.orders.operations import handovers
from marketplace.orders.queries import orders, panels
from marketplace.payments.models.payments import Method

bp = Blueprint("handovers", __name__, url_prefix="/painel")
GIVES = role("member", "manager", "facilitator", "stall_till", "desk_till")
allow_camera("handovers.new_quick", "handovers.create_quick", "handovers.new", "handovers.create")
ABOUT_PIECES = (QuantityWrong, NothingLeft, ReasonMissing)


@bp.get("/entregas", allow=GIVES)
def new_quick() -> ResponseReturnValue:
    return render_template("orders/quick.html", form=QuickForm(formdata=None))


@bp.post("/entregas", allow=GIVES)
def create_quick() -> ResponseReturnValue:
    """Open the hand-over of the order with this number, its code filled in."""
    form = QuickForm()
    if not form.validate():
        return render_template("orders/quick.html", form=form), 422
    found = db.session.scalars(panels.called(current_person(), form.number.data or "")).all()
    if len(found) != 1:
        form.number.errors = [_not_one(len(found))]
        return render_template("orders/quick.html", form=form), 422
    handover = _form(found[0], formdata=None, code=form.code.data)
    return _page(found[0], handover)


@bp.get("/pedidos/<int:order_id>/entrega", allow=GIVES)
def new(order_id: int) -> ResponseReturnValue:
    order = _theirs(order_id)
    return _page(order, _form(order, formdata=None))


@bp.post("/pedidos/<int:order_id>/entrega", allow=GIVES)
def create(order_id: int) -> ResponseReturnValue:
    order = _theirs(order_id)
    form, typed = _form(order), boxes(request.form, order.lines)
    known = "without_code" in request.form and opens("orders.show")
    if known:
        form.without_code()
    if not form.validate():
        return _page(order, form, typed=typed), 422
    try:
        given = _given(order_id, form, quantities(typed), known=known)
    except NotFound:
        raise
    except DomainError as error:
        again = _theirs(order_id)
        shown = _form(again)
        _mark(shown, error)
        return _page(again, shown, typed=typed, refusal=error), error.status
    return _done(given)


def _given(order_id: int, form: HandoverForm, typed: dict[int, int], *, known: bool) -> Order:
    facts: Any = {
        "quantities": typed or None,
        "reason": form.reason.data or "",
        "paid_with": Method(form.paid_with.data),
        "by": current_person(),
        "now": clock.now(),
    }
    if known:
        return handovers.hand_over_without_code(order_id, **facts)
    return handovers.hand_over(order_id, form.digits, **facts)


def _done(order: Order) -> ResponseReturnValue:
    facts = {"code": order.code, "amount": format_cents(order.total_cents)}
    online = _("Order %(code)s is handed over; it was paid online.", **facts)
    here = _("Order %(code)s is handed over; %(amount)s received.", **facts)
    flash(online if order.is_prepaid else here, "success")
    if opens("orders.show"):
        return redirect(url_for("orders.show", order_id=order.id), 303)
    return redirect(url_for("handovers.new_quick"), 303)


def _mark(form: HandoverForm, error: DomainError) -> None:
    """Show a refusal beside the field it is about."""
    if isinstance(error, WrongCode | CodeLocked):
        form.code.errors = [str(error)]
    elif isinstance(error, ABOUT_PIECES):
        form.reason.errors = [str(error)]
    elif isinstance(error, MethodNotOffered):
        form.paid_with.errors = [str(error)]


def _not_one(number: int) -> str:
    if number:
        return str(_("Several of your orders have this number. Write its letter too: 2481-A."))
    return str(_("No order of yours has this number."))


def _theirs(order_id: int) -> Order:
    return find_one(orders.given_by(current_person()).where(Order.id == order_id))


def _form(order: Order, **start: Any) -> HandoverForm:
    there = paid_there(order, clock.now())
    asked = order.method if order.method in there else there[0]
    form = HandoverForm(paid_with=asked.value, **start)
    form.offer(there)
    return form


def _page(
    order: Order,
    form: HandoverForm,
    *,
    typed: dict[int, str] | None = None,
    refusal: DomainError | None = None,
) -> str:
    return render_template(
        "orders/handover.html",
        order=order,
        form=form,
        typed=typed or {},
        refusal=refusal,
        locked=order.handover_tries >= handovers.MOST_TRIES,
        knows_buyers=opens("orders.show"),
        labels=labels,
        where=progress.where(order),
    )
