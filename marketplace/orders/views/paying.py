"""A buyer pays online: the code, a fresh one, "I paid", and what to do where it came to nothing."""

from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock, limits
from marketplace.core.finding import find_one
from marketplace.core.headers import keep_secret
from marketplace.core.rights import anyone, current_person
from marketplace.orders import attempting, basket_cookie, labels, payment_page
from marketplace.orders.errors import MethodNotOffered
from marketplace.orders.models.orders import Purchase, State
from marketplace.orders.operations import baskets, paying
from marketplace.orders.payment_page import Face, Standing
from marketplace.orders.queries import orders
from marketplace.payments import methods
from marketplace.payments.errors import PaymentMoved
from marketplace.payments.models.payments import Method

bp = Blueprint("paying", __name__, url_prefix="/pedidos/<link_key>")
ASKS_AN_HOUR, AN_HOUR = 60, 3600  # of the provider, for one purchase

bp.after_request(keep_secret)


@bp.get("/pagamento", allow=anyone)
def show(link_key: str) -> ResponseReturnValue:
    """Show how the payment stands here: nothing that the address adds is believed."""
    now = clock.now()
    if (standing := payment_page.standing_of(link_key, now)) is None:
        return redirect(url_for("purchases.show", link_key=link_key), HTTPStatus.SEE_OTHER)
    if standing.face is Face.PAYER and standing.is_renewable:
        return redirect(url_for("boletos.new", link_key=link_key), HTTPStatus.SEE_OTHER)
    return render_template(
        "orders/payment.html",
        standing=standing,
        purchase=standing.purchase,
        zone=standing.purchase.orders[0].time_zone,
        invented_bank=_invented_bank(standing),
        ways=methods.registry,
        icons=labels.METHOD_ICONS,
    )


@bp.get("/pagamento/volta", allow=anyone)
def show_back(link_key: str) -> ResponseReturnValue:
    """Come back from the provider's page: that proves nothing, so the provider is asked."""
    standing = payment_page.standing_of(link_key, clock.now())
    if standing and standing.is_waited_for:
        attempting.look_again(_counted(link_key), now=clock.now())
    return _to_payment(link_key)


@bp.post("/pagamento", allow=anyone)
def create(link_key: str) -> ResponseReturnValue:
    """Open the payment of what still waits anew, in the way chosen; what is open stays."""
    purchase_id, by = _counted(link_key), current_person()
    try:
        if (method := _chosen()) is None:
            paying.ask(purchase_id, by=by, now=clock.now())
        else:
            paying.ask_by(purchase_id, method, by=by, now=clock.now())
    except MethodNotOffered as error:
        flash(str(error), "error")
        return _to_payment(link_key)
    except PaymentMoved:
        return _to_payment(link_key)  # where it is told what became of it
    attempting.open_code(purchase_id, now=clock.now())
    return _to_payment(link_key)


@bp.post("/pagamento/consulta", allow=anyone)
def create_look(link_key: str) -> ResponseReturnValue:
    """Ask the provider what became of the payment."""
    if not attempting.look_again(_counted(link_key), now=clock.now()):
        flash(_("The bank does not answer. We go on asking: look again in a minute."), "warning")
    elif (standing := payment_page.standing_of(link_key, clock.now())) and standing.is_waited_for:
        flash(_("The payment has not arrived yet. Wait a little, then press again."), "warning")
    return _to_payment(link_key)


@bp.post("/cesta", allow=anyone)
def create_basket(link_key: str) -> ResponseReturnValue:
    """Put what was not paid in time into the basket again."""
    purchase = find_one(orders.purchase_by_key(link_key))
    let_go = [order for order in purchase.orders if order.state is State.NOT_PAID]
    wanted = {key: line.ordered for order in let_go for key, line in order.stocked}
    by: Any = {"by": current_person(), "now": clock.now()}
    if (token := baskets.put_each_in(basket_cookie.token(), wanted, **by)) is None:
        flash(_("Nothing of it is for sale at the moment."), "error")
        return redirect(url_for("purchases.show", link_key=link_key), HTTPStatus.SEE_OTHER)
    flash(_("It is in your basket again, as far as it is still for sale."), "success")
    answer = make_response(redirect(url_for("baskets.show"), HTTPStatus.SEE_OTHER))
    return basket_cookie.keep(answer, token)


def _chosen() -> Method | None:
    chosen = request.form.get("method", "")
    return Method(chosen) if chosen in list(Method) else None


def _counted(link_key: str) -> int:
    """Return which purchase a link opens, and count that its provider is asked."""
    purchase_id = find_one(sa.select(Purchase.id).where(Purchase.link_key == link_key))
    facts: Any = {"limit": ASKS_AN_HOUR, "seconds": AN_HOUR, "now": clock.now()}
    limits.take("payment", link_key, **facts)
    return purchase_id


def _to_payment(link_key: str) -> ResponseReturnValue:
    return redirect(url_for("paying.show", link_key=link_key), HTTPStatus.SEE_OTHER)


def _invented_bank(standing: Standing) -> str:
    """Return where a demonstration's code is paid by hand; empty elsewhere."""
    config, attempt = current_app.config, standing.attempt
    drawn_here = (Method.PIX, Method.BOLETO)
    if not (config["DEMO"] and attempt and attempt.intent_id and attempt.method in drawn_here):
        return ""
    return f"{config['STRIPE_API']}/{attempt.method}/{attempt.intent_id}"
