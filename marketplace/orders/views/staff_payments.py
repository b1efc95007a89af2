"""How an order was paid, step by step, as finance reads it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.orders.models.orders import PAYABLE, Order
from marketplace.orders.queries import orders
from marketplace.payments import labels
from marketplace.payments.queries import timeline

bp = Blueprint("order_payments", __name__, url_prefix="/gestao/pedidos")
READS = role("finance", "head")


@bp.get("/<int:order_id>/pagamentos", allow=READS)
def index(order_id: int) -> ResponseReturnValue:
    order = find_one(orders.visible_to(current_person()).where(Order.id == order_id))
    story = timeline.story_of(PAYABLE, order.id)
    return render_template("orders/staff_payments.html", order=order, story=story, labels=labels)
