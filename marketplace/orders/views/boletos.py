"""A buyer says who pays the boleto, and gets it."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.core import clock, limits
from marketplace.core.headers import keep_secret
from marketplace.core.rights import anyone, current_person
from marketplace.orders import attempting, labels, payment_page
from marketplace.orders.errors import MethodNotOffered
from marketplace.orders.forms.boletos import PayerForm, payer_form
from marketplace.orders.operations import boletos
from marketplace.orders.payment_page import Face, Standing
from marketplace.payments import bank_days, methods
from marketplace.payments.errors import PaymentMoved
from marketplace.payments.models.payments import Method

bp = Blueprint("boletos", __name__, url_prefix="/pedidos/<link_key>/pagamento/boleto")
ASKS_AN_HOUR, AN_HOUR = 60, 3600  # of the provider, for one purchase, whatever is asked

bp.after_request(keep_secret)


@bp.get("", allow=anyone)
def new(link_key: str) -> ResponseReturnValue:
    standing = payment_page.standing_of(link_key, clock.now())
    if standing is None or not _is_asked(standing):
        return _to_payment(link_key)
    return _page(standing, payer_form(standing.purchase))


@bp.post("", allow=anyone)
def create(link_key: str) -> ResponseReturnValue:
    """Ask for a boleto in somebody's name; what another attempt asked for is given up."""
    now = clock.now()
    standing = payment_page.standing_of(link_key, now)
    if standing is None or not _is_asked(standing):
        return _to_payment(link_key)
    form = payer_form(standing.purchase)
    if not form.validate():
        return _page(standing, form), HTTPStatus.UNPROCESSABLE_ENTITY
    purchase_id, payer = standing.purchase.id, form.payer
    facts: Any = {"limit": ASKS_AN_HOUR, "seconds": AN_HOUR, "now": now}
    limits.take("payment", link_key, **facts)
    try:
        boletos.ask(purchase_id, payer, by=current_person(), now=now)
    except MethodNotOffered as error:
        flash(str(error), "error")
        return _to_payment(link_key)
    except PaymentMoved:
        return _to_payment(link_key)  # where it is told what became of it
    attempting.open_code(purchase_id, now=clock.now())
    return _to_payment(link_key)


def _is_asked(standing: Standing) -> bool:
    """Whether a boleto can be asked for: none waits, and what is due can wait for one."""
    ours = standing.method is Method.BOLETO
    asks = standing.face in (Face.PAYER, Face.EXPIRED, Face.REFUSED) if ours else False
    return Method.BOLETO in standing.others or (asks and standing.is_renewable)


def _page(standing: Standing, form: PayerForm) -> Response:
    shown = render_template(
        "orders/boleto.html",
        form=form,
        standing=standing,
        purchase=standing.purchase,
        due_on=bank_days.due_day(clock.now()),
        ways=methods.registry,
        icons=labels.METHOD_ICONS,
    )
    answer = make_response(shown)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _to_payment(link_key: str) -> ResponseReturnValue:
    return redirect(url_for("paying.show", link_key=link_key), HTTPStatus.SEE_OTHER)
