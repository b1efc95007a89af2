"""Stock from the list of products: one more, one less, or as counted."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.errors import BadQuantity, OutOfStock
from marketplace.catalogue.operations import stock
from marketplace.core import clock
from marketplace.core.numbers import BadNumber, parse_decimal_ptbr, scaled
from marketplace.core.rights import current_person, role

bp = Blueprint("product_stock", __name__, url_prefix="/painel/produtos")
SELLS = role("member", "manager", "facilitator")


@bp.post("/<int:product_id>/estoque", allow=SELLS)
def update(product_id: int) -> ResponseReturnValue:
    try:
        _change(product_id)
    except (BadNumber, BadQuantity, OutOfStock) as error:
        flash(str(error), "error")
    return redirect(f"{_back()}#p{product_id}")


def _change(product_id: int) -> None:
    person, now = current_person(), clock.now()
    if "more" in request.form or "less" in request.form:
        difference = 1 if "more" in request.form else -1
        stock.change_stock(product_id, difference, by=person, now=now)
        return
    typed = request.form.get(f"quantity-{product_id}", "")
    counted = scaled(parse_decimal_ptbr(typed), 0)
    stock.count_stock(product_id, counted, by=person, now=now)
    flash(_("Stock kept."), "success")


def _back() -> str:
    """Return to the page of the list that was shown, with its search."""
    index = url_for("products.index")
    came_from = urlsplit(request.referrer or "")
    query = came_from.query if came_from.path == index else ""
    return f"{index}?{query}" if query else index
