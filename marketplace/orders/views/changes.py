"""What a buyer may change of an order, by its secret link: the time, or the wish for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.errors import OutOfStock
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.headers import keep_secret
from marketplace.core.rights import anyone, current_person
from marketplace.orders import progress
from marketplace.orders.errors import NotRevived, TooLateToChange, WindowFull, WithdrawalNotGiven
from marketplace.orders.forms.purchases import BuyerReasonForm, WindowForm
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import Collection
from marketplace.orders.models.states import OPEN
from marketplace.orders.operations import buyers, reviving
from marketplace.orders.queries import orders

bp = Blueprint("changes", __name__, url_prefix="/pedidos/<link_key>")

bp.after_request(keep_secret)


@bp.get("/<letter>/cancelamento", allow=anyone)
def new_cancellation(link_key: str, letter: str) -> ResponseReturnValue:
    order = _order(link_key, letter)
    if not order.can_be_cancelled(clock.now()):
        return _back(link_key, str(TooLateToChange()))
    return _page("orders/cancel.html", order, BuyerReasonForm())


@bp.post("/<letter>/cancelamento", allow=anyone)
def create_cancellation(link_key: str, letter: str) -> ResponseReturnValue:
    order, form = _order(link_key, letter), BuyerReasonForm()
    if not form.validate():
        return _page("orders/cancel.html", order, form), 422
    said = _("Order %(code)s is cancelled. You pay nothing for it.", code=order.code)
    if order.is_prepaid:
        said = _("Order %(code)s is cancelled. What you paid goes back to you.", code=order.code)
    return _done(buyers.cancel_order, link_key, letter, form, said)


@bp.get("/<letter>/desistencia", allow=anyone)
def new_withdrawal(link_key: str, letter: str) -> ResponseReturnValue:
    order = _order(link_key, letter)
    until = order.withdrawable_until
    if until is None or clock.now() >= until:
        return _back(link_key, str(WithdrawalNotGiven()))
    return _page("orders/withdraw.html", order, BuyerReasonForm(), until=until)


@bp.post("/<letter>/desistencia", allow=anyone)
def create_withdrawal(link_key: str, letter: str) -> ResponseReturnValue:
    order, form = _order(link_key, letter), BuyerReasonForm()
    if not form.validate():
        return _page("orders/withdraw.html", order, form, until=order.withdrawable_until), 422
    said = _("It is noted. %(enterprise)s returns your money.", enterprise=order.enterprise.name)
    if order.is_prepaid:
        said = _("It is noted. Your money goes back to you.")
    return _done(buyers.withdraw_order, link_key, letter, form, said)


@bp.post("/<letter>/retomada", allow=anyone)
def create_revival(link_key: str, letter: str) -> ResponseReturnValue:
    """Take up again what nobody collected in time, while its day and its goods last."""
    try:
        reviving.revive_own(link_key, letter, by=current_person(), now=clock.now())
    except (NotRevived, OutOfStock) as error:
        return _back(link_key, str(error))
    flash(_("It is kept for you again, until the end of the day."), "success")
    return redirect(url_for("purchases.show", link_key=link_key), 303)


@bp.get("/horario/<int:collection_id>", allow=anyone)
def edit_window(link_key: str, collection_id: int) -> ResponseReturnValue:
    there = _open_at(link_key, collection_id)
    collection = _collection(there)
    if not collection.takes_orders(clock.now()):
        return _back(link_key, str(TooLateToChange()))
    form = WindowForm(data={"window": there[0].window_id})
    form.offer(collection)
    return _window_page(there, form)


@bp.post("/horario/<int:collection_id>", allow=anyone)
def update_window(link_key: str, collection_id: int) -> ResponseReturnValue:
    there, form = _open_at(link_key, collection_id), WindowForm()
    form.offer(_collection(there))
    if not form.validate():
        return _window_page(there, form), 422
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        buyers.change_window(link_key, collection_id, form.window.data, **by)
    except WindowFull as error:
        form.window.errors = [str(error)]
        return _window_page(_open_at(link_key, collection_id), form), error.status
    except TooLateToChange as error:
        return _back(link_key, str(error))
    flash(_("Your time is changed."), "success")
    return redirect(url_for("purchases.show", link_key=link_key), 303)


def _done(
    operation: Callable[..., Order], link_key: str, letter: str, form: BuyerReasonForm, said: str
) -> ResponseReturnValue:
    person, now, reason = current_person(), clock.now(), form.reason.data or ""
    try:
        operation(link_key, letter, reason=reason, by=person, now=now)
    except (TooLateToChange, WithdrawalNotGiven) as error:
        return _back(link_key, str(error))
    flash(said, "success")
    return redirect(url_for("purchases.show", link_key=link_key), 303)


def _back(link_key: str, said: str) -> ResponseReturnValue:
    flash(said, "error")
    return redirect(url_for("purchases.show", link_key=link_key), 303)


def _order(link_key: str, letter: str) -> Order:
    return find_one(orders.of_link(link_key, letter))


def _open_at(link_key: str, collection_id: int) -> list[Order]:
    """Return the orders of the purchase still to be collected there."""
    purchase = find_one(orders.purchase_by_key(link_key))
    there = [o for o in purchase.orders if o.collection_id == collection_id and o.state in OPEN]
    if not there:
        raise NotFound
    return there


def _collection(there: list[Order]) -> Collection:
    if (collection := there[0].collection) is None:
        raise NotFound
    return collection


def _page(template: str, order: Order, form: BuyerReasonForm, **facts: datetime | None) -> str:
    where = progress.where(order)
    return render_template(template, order=order, form=form, where=where, **facts)


def _window_page(there: list[Order], form: WindowForm) -> str:
    collection = _collection(there)
    return render_template("orders/window.html", orders=there, collection=collection, form=form)
