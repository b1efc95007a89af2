"""The sheet by which a group reckons a price, line by line; and how its prices came about."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue import labels
from marketplace.catalogue.editing import floors_of, theirs
from marketplace.catalogue.errors import NotOfTheGroup
from marketplace.catalogue.fair_price import recipe_of
from marketplace.catalogue.forms.price_sheets import EACH, PriceSheetForm
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.operations import price_sheets
from marketplace.catalogue.price_sheet import Input, PriceSheet, changes
from marketplace.catalogue.queries import price_sheets as queries
from marketplace.catalogue.queries import products
from marketplace.catalogue.sums import Sum
from marketplace.core import clock
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role

bp = Blueprint("price_sheets", __name__, url_prefix="/painel/produtos/<int:product_id>/preco")
SELLS = role("member", "manager", "facilitator")
PER_PAGE = 20


@bp.get("/planilha", allow=SELLS)
def edit(product_id: int) -> ResponseReturnValue:
    product = theirs(product_id)
    sheet = _kept(product)
    names = queries.names_of(line.supplier_id for line in sheet.lines if line.supplier_id)
    shown = PriceSheetForm.data_of(sheet, product.price_cents, names)
    return _page(product, PriceSheetForm(None, data=shown))


@bp.post("/planilha", allow=SELLS)
def update(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), PriceSheetForm()
    if (part := request.form.get("more", "")) in EACH:
        form.grow(part)
        return _page(product, form)
    form.offer(_workers(product))
    known = queries.suppliers(form.supplier_names())
    valid = form.validate() & form.find_suppliers(known)
    if "reckon" in request.form:
        return _page(product, form), 200 if valid else 422
    if valid and "use" in request.form:
        form.price.process_formdata([request.form["use"]])
    price: int | None = form.price.data
    if valid and not price:
        form.price.errors = [_("Write the price")]
    if not (valid and price):
        return _page(product, form), 422
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        price_sheets.write_sheet(product.id, price, form.sheet(known), **by)
    except NotOfTheGroup as error:
        form.form_errors = [str(error)]
        return _page(product, form), error.status
    flash(_("The price is kept, with its sheet."), "success")
    return redirect(url_for("product_editor.edit", product_id=product_id, _anchor="preco"))


@bp.get("/historico", allow=SELLS)
def show_history(product_id: int) -> ResponseReturnValue:
    product = theirs(product_id)
    page = paginate(queries.versions(product.id), request.args.get("pagina"), per_page=PER_PAGE)
    numbers = [version.number for version, _name in page.items]
    lines = queries.lines_by_number(
        product.id, min(numbers, default=1) - 1, max(numbers, default=0)
    )
    told = {n: changes(lines.get(n - 1, []), lines.get(n, [])) for n in numbers if n > 1}
    return render_template(
        "catalogue/price_history.html",
        product=product,
        page=page,
        changes=told,
        labels=labels,
    )


def _page(product: Product, form: PriceSheetForm) -> str:
    form.offer(_workers(product))
    sheet = form.sheet({})
    last = queries.last_sheet(product.id)
    return render_template(
        "catalogue/price_sheet.html",
        product=product,
        form=form,
        sum=Sum.of_sheet(form.price.data or 0, sheet, floors_of(product)),
        pieces=sheet.pieces,
        suppliers=queries.supplier_names(product.enterprise_id),
        older=last[0] if last and last[0].id != product.version_id else None,
    )


def _kept(product: Product) -> PriceSheet:
    """Return the last sheet, or what the short form told as one of a single piece."""
    if last := queries.last_sheet(product.id):
        return last[1]
    recipe = recipe_of(product.price_cents, products.lines_of(product.version_id))
    lines = [
        Input(kind, str(labels.LINES[kind]), 1000, cents) for kind, cents in recipe.costs.items()
    ]
    if recipe.hours:
        lines.append(Input(LineKind.LABOUR, "", recipe.hours))
    return PriceSheet(1, tuple(lines), recipe.shares, hour_cents=recipe.hour_cents or None)


def _workers(product: Product) -> list[tuple[int, str]]:
    """Return the members, and those of the last sheet who left since."""
    return queries.workers_of(product.enterprise_id, besides=product.id)
