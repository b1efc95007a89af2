"""Where a buyer says, by the secret link, to which Pix key the money goes back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.headers import keep_secret
from marketplace.core.rights import anyone, current_person
from marketplace.orders.errors import NothingToGiveBack
from marketplace.orders.forms.refunds import RefundKeyForm
from marketplace.orders.models.orders import Order
from marketplace.orders.operations import refund_keys
from marketplace.orders.queries import giving_back, orders

bp = Blueprint("refund_keys", __name__, url_prefix="/pedidos/<link_key>/<letter>/devolucao")

bp.after_request(keep_secret)


@bp.get("", allow=anyone)
def edit(link_key: str, letter: str) -> ResponseReturnValue:
    order = find_one(orders.of_link(link_key, letter))
    if not giving_back.asks_for_key(order):
        return _back(link_key, str(NothingToGiveBack()), "error")
    return _page(order, RefundKeyForm())


@bp.post("", allow=anyone)
def update(link_key: str, letter: str) -> ResponseReturnValue:
    form, order = RefundKeyForm(), find_one(orders.of_link(link_key, letter))
    if not form.validate() or form.key.data is None:
        return _page(order, form), 422
    typed = {"holder": form.holder.data or ""}
    person, now = current_person(), clock.now()
    try:
        refund_keys.name_key(link_key, letter, form.key.data, **typed, by=person, now=now)
    except DomainError as no:
        return _back(link_key, str(no), "error")
    return _back(link_key, _("It is noted. You are told when the money was sent."), "success")


def _page(order: Order, form: RefundKeyForm) -> str:
    cents = giving_back.waiting_cents(order)
    return render_template("orders/refund_key.html", order=order, form=form, cents=cents)


def _back(link_key: str, said: str, kind: str) -> ResponseReturnValue:
    flash(said, kind)
    return redirect(url_for("purchases.show", link_key=link_key), 303)
