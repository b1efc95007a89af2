"""What the editor of a product shows: every block with what is kept, or with what was refused."""

import hashlib
from typing import Any

from flask import render_template, session
from flask_wtf import FlaskForm

from marketplace.catalogue import labels
from marketplace.catalogue.forms.products import (
    KindForm,
    MeasureForm,
    PhotosForm,
    PriceForm,
    SupplyForm,
    TextForm,
)
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.queries import hours, lists
from marketplace.catalogue.queries import products as queries
from marketplace.catalogue.sums import Floors, Sum, recipe_in
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.language import current_language
from marketplace.core.rights import current_person

ARRIVED = "product_block"


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
        arrived=session.pop(ARRIVED, None),
        states={key: _state(form) for key, form in forms.items()},
    )


def mark_arrived(product_id: int, block: str) -> None:
    """Let the next page forget what this device kept of a block's form: it is saved."""
    session[ARRIVED] = f"product-{product_id}-{block}"


def _forms(product: Product, typed: dict[str, FlaskForm]) -> dict[str, Any]:
    """Return every block's form, those not typed with what is kept."""
    present = db.session.get(Stock, product.id)
    left = present.left_count if present else 0
    none: Any = None  # what the request brought is another block's
    kind = typed.get("kind") or KindForm(none, data=KindForm.data_of(product))
    kind.offer(categories_for(product), current_language())
    return {
        "text": typed.get("text") or TextForm(none, obj=product),
        "kind": kind,
        "measures": typed.get("measures") or MeasureForm(none, obj=product),
        "supply": typed.get("supply") or SupplyForm(none, data=SupplyForm.data_of(product, left)),
        "price": typed.get("price") or price_form(product),
        "photos": typed.get("photos") or PhotosForm(none),
    }


def price_form(product: Product) -> PriceForm:
    recipe = recipe_in(product)
    return PriceForm(None, data=PriceForm.data_of(product.price_cents, recipe))


def floors_of(product: Product) -> Floors:
    """Return what an hour of its makers' work is held against today."""
    today = clock.today(product.enterprise.municipality.time_zone)
    wanted = hours.holding(product.enterprise_id, today)
    return Floors(lists.wage_floor(today), wanted.hour_cents if wanted else None)


def _sum(product: Product, form: PriceForm) -> Sum:
    return Sum.of(form, floors_of(product))


def _state(form: FlaskForm) -> str:
    """Return a mark of what a block shows, so that a device keeps what was typed over just that."""
    return hashlib.sha256(repr(form.data).encode()).hexdigest()[:12]


def categories_for(product: Product) -> list[Any]:
    """Return the categories on offer, with the product's own although it be retired."""
    offered = list(db.session.scalars(lists.categories()))
    if product.category and product.category not in offered:
        offered.append(product.category)
    return offered
