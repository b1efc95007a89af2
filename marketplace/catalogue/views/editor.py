"""The editor of a product, in blocks that are each kept alone."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.editing import categories_for, mark_arrived, page, price_form, theirs
from marketplace.catalogue.errors import BadQuantity, Incomplete
from marketplace.catalogue.forms.products import (
    KindForm,
    MeasureForm,
    SupplyForm,
    TextForm,
)
from marketplace.catalogue.models.products import Product, Supply
from marketplace.catalogue.operations import products, stock
from marketplace.core import clock
from marketplace.core.language import current_language
from marketplace.core.rights import current_person, role

bp = Blueprint("product_editor", __name__, url_prefix="/painel/produtos")
SELLS = role("member", "manager", "facilitator")
ANCHORS = {"text": "texto", "kind": "tipo", "measures": "medidas", "supply": "venda"}


@bp.get("/<int:product_id>", allow=SELLS)
def edit(product_id: int) -> ResponseReturnValue:
    return page(theirs(product_id))


@bp.post("/<int:product_id>/texto", allow=SELLS)
def update_text(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), TextForm()
    if not form.validate():
        return page(product, text=form), 422
    told = {name: form[name].data for name in ("name", "description", "story")}
    return _keep(product.id, told, "text")


@bp.post("/<int:product_id>/tipo", allow=SELLS)
def update_kind(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), KindForm()
    offered = categories_for(product)
    form.offer(offered, current_language())
    if not form.validate():
        return page(product, kind=form), 422
    return _keep(product.id, form.values(offered), "kind")


@bp.post("/<int:product_id>/medidas", allow=SELLS)
def update_measures(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), MeasureForm()
    if not form.validate():
        return page(product, measures=form), 422
    return _keep(product.id, form.values(), "measures")


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
    return _keep(product.id, values, "supply")


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


def _keep(product_id: int, fields: dict[str, Any], block: str) -> ResponseReturnValue:
    products.save_product(product_id, fields, by=current_person(), now=clock.now())
    mark_arrived(product_id, block)
    flash(_("Kept."), "success")
    return redirect(url_for("product_editor.edit", product_id=product_id, _anchor=ANCHORS[block]))


def _incomplete(product: Product) -> str:
    text, price = TextForm(None, obj=product), price_form(product)
    if not product.name:
        text.name.errors = [_("Write the name of the product")]
        return page(product, text=text)
    price.price.errors = [_("Write the price")]
    return page(product, price=price)
