"""The editor of a product, in blocks that are each kept alone."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from marketplace.catalogue import labels
from marketplace.catalogue.errors import BadQuantity, Incomplete
from marketplace.catalogue.forms import (
    KindForm,
    MeasureForm,
    PhotosForm,
    PriceForm,
    SupplyForm,
    TextForm,
)
from marketplace.catalogue.models.products import Product, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import products, stock
from marketplace.catalogue.queries import lists
from marketplace.catalogue.queries import products as queries
from marketplace.catalogue.views.sums import Sum, recipe_in
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.language import current_language
from marketplace.core.rights import current_person, role

bp = Blueprint("product_editor", __name__, url_prefix="/painel/produtos")
SELLS = role("member", "manager", "facilitator")


@bp.get("/<int:product_id>", allow=SELLS)
def edit(product_id: int) -> ResponseReturnValue:
    product = theirs(product_id)
    asked = request.args if "material" in request.args else None
    return page(product, price=_price_form(product, asked))


@bp.post("/<int:product_id>/texto", allow=SELLS)
def update_text(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), TextForm()
    if not form.validate():
        return page(product, text=form), 422
    told = {name: form[name].data for name in ("name", "description", "story")}
    return _keep(product.id, told, "texto")


@bp.post("/<int:product_id>/tipo", allow=SELLS)
def update_kind(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), KindForm()
    offered = _categories(product)
    form.offer(offered, current_language())
    if not form.validate():
        return page(product, kind=form), 422
    return _keep(product.id, form.values(offered), "tipo")


@bp.post("/<int:product_id>/medidas", allow=SELLS)
def update_measures(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), MeasureForm()
    if not form.validate():
        return page(product, measures=form), 422
    return _keep(product.id, form.values(), "medidas")


@bp.post("/<int:product_id>/venda", allow=SELLS)
def update_supply(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), SupplyForm()
    if not form.validate():
        return page(product, supply=form), 422
    by: Any = {"by": current_person(), "now": clock.now()}
    values = form.values()
    if values["supply"] is Supply.STOCK and form.left.data is not None:
        try:
            stock.count_stock(product.id, form.left.data, **by)
        except BadQuantity as error:
            form.left.errors = [str(error)]
            return page(product, supply=form), error.status
    return _keep(product.id, values, "venda")


@bp.post("/<int:product_id>/publicacao", allow=SELLS)
def create_publication(product_id: int) -> ResponseReturnValue:
    product = theirs(product_id)
    try:
        products.publish_product(product.id, by=current_person(), now=clock.now())
    except Incomplete as error:
        return _incomplete(theirs(product_id)), error.status
    flash(_("%(name)s is on sale.", name=product.name), "success")
    return redirect(url_for("product_editor.edit", product_id=product_id))


@bp.post("/<int:product_id>/retirada", allow=SELLS)
def create_withdrawal(product_id: int) -> ResponseReturnValue:
    product = products.withdraw_product(product_id, by=current_person(), now=clock.now())
    flash(_("%(name)s is off sale. Orders already placed stay.", name=product.name), "success")
    return redirect(url_for("product_editor.edit", product_id=product_id))


def theirs(product_id: int) -> Product:
    return find_one(queries.theirs(current_person(), product_id))


def page(product: Product, **typed: FlaskForm) -> str:
    """Show the editor; a form typed and refused stands in its block with what was typed."""
    refused = next((form for form in typed.values() if form.errors), None)
    forms = _forms(product, typed)
    present = db.session.get(Stock, product.id)
    return render_template(
        "catalogue/edit.html",
        product=product,
        form=refused,
        forms=forms,
        sum=_sum(product, forms["price"]),
        held=present.held_count if present else 0,
        versions=queries.versions_of(product.id),
        materials=lists.material_names(),
        techniques=lists.technique_names(),
        labels=labels,
    )


def _forms(product: Product, typed: dict[str, FlaskForm]) -> dict[str, Any]:
    """Return every block's form, those not typed with what is kept."""
    present = db.session.get(Stock, product.id)
    left = present.left_count if present else 0
    none: Any = None  # what the request brought is another block's
    kind = typed.get("kind") or KindForm(none, data=KindForm.data_of(product))
    kind.offer(_categories(product), current_language())
    return {
        "text": typed.get("text") or TextForm(none, obj=product),
        "kind": kind,
        "measures": typed.get("measures") or MeasureForm(none, obj=product),
        "supply": typed.get("supply") or SupplyForm(none, data=SupplyForm.data_of(product, left)),
        "price": typed.get("price") or _price_form(product),
        "photos": typed.get("photos") or PhotosForm(none),
    }


def _price_form(product: Product, asked: Any = None) -> PriceForm:
    if asked is not None:
        form = PriceForm(asked)
        form.validate()
        return form
    recipe = recipe_in(product)
    return PriceForm(None, data=PriceForm.data_of(product.price_cents, recipe))


def _sum(product: Product, form: PriceForm) -> Sum:
    today = clock.today(product.enterprise.municipality.time_zone)
    return Sum.of(form, wage_floor=lists.wage_floor(today))


def _categories(product: Product) -> list[Any]:
    """Return the categories on offer, with the product's own although it be retired."""
    offered = list(db.session.scalars(lists.categories()))
    if product.category and product.category not in offered:
        offered.append(product.category)
    return offered


def _keep(product_id: int, fields: dict[str, Any], block: str) -> ResponseReturnValue:
    products.save_product(product_id, fields, by=current_person(), now=clock.now())
    flash(_("Kept."), "success")
    return redirect(url_for("product_editor.edit", product_id=product_id, _anchor=block))


def _incomplete(product: Product) -> str:
    text, price = TextForm(None, obj=product), _price_form(product)
    if not product.name:
        text.name.errors = [_("Write the name of the product")]
        return page(product, text=text)
    price.price.errors = [_("Write the price")]
    return page(product, price=price)
