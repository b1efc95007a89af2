"""A buyer's own orders: by their link, by number, mobile and code, or by login."""

from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock, limits
from marketplace.core.headers import keep_secret
from marketplace.core.paging import paginate
from marketplace.core.rights import anyone, current_person
from marketplace.orders import labels, progress, tickets
from marketplace.orders.errors import LookupFailed
from marketplace.orders.forms.purchases import NumberForm, SearchForm
from marketplace.orders.models.orders import PAYABLE
from marketplace.orders.operations import lookup
from marketplace.orders.queries import giving_back, orders, shown
from marketplace.payments import methods
from marketplace.payments.queries import funds

bp = Blueprint("purchases", __name__)
PER_PAGE = 10
AN_HOUR, A_DAY = 3600, 24 * 3600
PREFIX = "letter-"

bp.after_request(keep_secret)


@bp.get("/pedidos", allow=anyone)
def index() -> ResponseReturnValue:
    return _index(SearchForm(formdata=None), NumberForm(formdata=None, prefix=PREFIX))


@bp.post("/pedidos", allow=anyone)
def create_search() -> ResponseReturnValue:
    form, other = SearchForm(), NumberForm(formdata=None, prefix=PREFIX)
    if not form.validate():
        return _index(form, other), 422
    most, now = current_app.config["LOOKUPS_AN_HOUR"], clock.now()
    limits.take("lookup", request.remote_addr or "", limit=most, seconds=AN_HOUR, now=now)
    typed: Any = (form.number.data, form.mobile.data, form.digits)
    try:
        link_key = lookup.find_purchase(*typed, now=now)
    except LookupFailed as error:
        form.code.errors = [str(error)]
        return _index(form, other), error.status
    return redirect(url_for("purchases.show", link_key=link_key), 303)


@bp.post("/pedidos/codigo", allow=anyone)
def create_letter() -> ResponseReturnValue:
    """Send a code by e-mail, where the order has an address; the answer never tells."""
    form = NumberForm(prefix=PREFIX)
    if not form.validate():
        return _index(SearchForm(formdata=None), form), 422
    typed: Any = (form.number.data, form.mobile.data)
    now = clock.now()
    most = current_app.config["LETTERS_A_DAY"]
    limits.take("lookup_letter", str(typed), limit=most, seconds=A_DAY, now=now)
    lookup.mail_lookup_code(*typed, by=current_person(), now=now)
    flash(_("If this order has an e-mail address, a code is on its way to it."), "success")
    return redirect(url_for("purchases.index"), 303)


@bp.get("/pedidos/<link_key>", allow=anyone)
def show(link_key: str) -> ResponseReturnValue:
    purchase, now = shown.purchase_by_key(link_key), clock.now()
    base = current_app.config["BASE_URL"].rstrip("/")
    return render_template(
        "orders/purchase.html",
        purchase=purchase,
        zone=purchase.orders[0].time_zone,
        tickets=tickets.tickets_of(purchase, f"{base}/painel/entregas", now),
        steps=progress.steps(purchase),
        backs=giving_back.backs_of(purchase),
        fund_cents=funds.got_of(PAYABLE, [one.id for one in purchase.orders if one.is_prepaid]),
        link=f"{base}/pedidos/{link_key}",
        labels=labels,
        methods=methods.registry,
        icons=labels.METHOD_ICONS,
        now=now,
    )


def _index(form: SearchForm, other: NumberForm) -> str:
    person = current_person()
    page = paginate(orders.purchases_of(person), request.args.get("pagina"), PER_PAGE)
    return render_template(
        "orders/purchases.html",
        form=other if other.errors else form,
        search=form,
        letter=other,
        page=page if person.id else None,
        labels=labels,
    )
