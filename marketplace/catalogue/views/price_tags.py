"""Where a group prints price tags, and where what they say leads."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.catalogue import price_tags
from marketplace.catalogue.forms.price_tags import FIRST, TagsForm
from marketplace.catalogue.label_sheets import SHEETS
from marketplace.catalogue.queries import own, products
from marketplace.core import pdf
from marketplace.core.finding import find_one
from marketplace.core.rights import anyone, role
from marketplace.enterprises.choosing import current_enterprise

bp = Blueprint("price_tags", __name__)
SELLS = role("member", "manager", "facilitator")


@bp.get("/painel/etiquetas", allow=SELLS)
def new() -> ResponseReturnValue:
    enterprise, form = current_enterprise(), TagsForm(request.args)
    if request.args:
        form.validate()
    return render_template(
        "catalogue/price_tags.html",
        enterprise=enterprise,
        form=form,
        products=own.on_sale(enterprise.id),
    )


@bp.get("/painel/etiquetas/folha.pdf", allow=SELLS)
def show() -> ResponseReturnValue:
    """Show the tags that were asked for; what was asked wrongly is asked again."""
    enterprise, form = current_enterprise(), TagsForm(request.args)
    wanted = form.of(own.on_sale(enterprise.id))
    if not (form.validate() and wanted):
        asked = request.query_string.decode(errors="replace") or f"sheet={FIRST}"
        return redirect(f"{url_for('price_tags.new')}?{asked}")
    sheet = SHEETS[form.sheet.data]
    made = price_tags.printed(wanted, sheet, form.start.data or 1, enterprise.name)
    return pdf.answer(made, "etiquetas")


@bp.get("/p/<int:product_id>", allow=anyone)
def show_product(product_id: int) -> ResponseReturnValue:
    """Lead from the short address on a tag to the product's page."""
    product = find_one(products.published(product_id))
    return redirect(f"{request.script_root}/produtos/{product.slug}")
