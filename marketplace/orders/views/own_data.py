"""What the house keeps of one purchase: for whoever has its secret link, account or not."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.core import clock, disclosure, limits, privacy
from marketplace.core.finding import find_one
from marketplace.core.headers import keep_secret
from marketplace.core.rights import anyone
from marketplace.orders.models.orders import Purchase
from marketplace.orders.queries import orders

A_DAY, COPIES_A_DAY = 24 * 3600, 5

bp = Blueprint("purchase_data", __name__, url_prefix="/pedidos/<link_key>/dados")

bp.after_request(keep_secret)


@bp.get("", allow=anyone)
def show(link_key: str) -> ResponseReturnValue:
    purchase = find_one(orders.purchase_by_key(link_key))
    purposes = disclosure.purposes(_of(purchase), purchase.orders[0].time_zone)
    return render_template("orders/own_data.html", purchase=purchase, purposes=purposes)


@bp.post("/copia", allow=anyone)
def create_copy(link_key: str) -> ResponseReturnValue:
    purchase, now = find_one(orders.purchase_by_key(link_key)), clock.now()
    limits.take("copy", link_key, limit=COPIES_A_DAY, seconds=A_DAY, now=now)
    return disclosure.copy(_of(purchase), now)


def _of(purchase: Purchase) -> privacy.Subject:
    return privacy.subject("purchase", purchase.id, proven=True)
