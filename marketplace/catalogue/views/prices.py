"""The price of a product: reckoned without keeping, kept, and used as suggested."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue import fair_price
from marketplace.catalogue.editing import floors_of, mark_arrived, page, theirs
from marketplace.catalogue.fair_price import Recipe
from marketplace.catalogue.forms.products import PriceForm
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.operations import price_sheets, prices
from marketplace.catalogue.sums import Sum, is_empty, recipe_in
from marketplace.core import clock
from marketplace.core.rights import current_person, role

bp = Blueprint("product_prices", __name__, url_prefix="/painel/produtos")
SELLS = role("member", "manager", "facilitator")


@bp.get("/<int:product_id>/conta", allow=SELLS)
def show(product_id: int) -> ResponseReturnValue:
    """Answer only the sum, for the page to take in while somebody types."""
    product = theirs(product_id)
    form = PriceForm(request.args)
    form.validate()
    reckoned = Sum.of(form, floors_of(product))
    return render_template("catalogue/_sum.html", sum=reckoned, alone=True)


@bp.post("/<int:product_id>/preco", allow=SELLS)
def update(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), PriceForm()
    valid = form.validate()
    if "reckon" in request.form:
        return page(product, price=form), 200 if valid else 422
    if valid and "use" in request.form:
        form.price.process_formdata([request.form["use"]])
    price: int | None = form.price.data
    if valid and not price:
        form.price.errors = [_("Write the price")]
    if not (valid and price):
        return page(product, price=form), 422
    recipe = form.recipe()
    _keep(product, price, recipe)
    mark_arrived(product_id, "price")
    flash(_("The price is kept."), "success")
    return redirect(url_for("product_editor.edit", product_id=product_id, _anchor="preco"))


def _keep(product: Product, price: int, recipe: Recipe) -> None:
    """Keep a price; while only it is another, the sheet that tells its parts stays with it."""
    by: Any = {"by": current_person(), "now": clock.now()}
    if recipe_in(product) != recipe:
        lines = [] if is_empty(recipe) else fair_price.lines_for(price, recipe)
        prices.set_price(product.id, price, lines, **by)
    elif product.price_cents != price:
        price_sheets.reprice(product.id, price, **by)
