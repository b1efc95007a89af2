"""A producer's list of products, and the quick way to a new one."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue import labels
from marketplace.catalogue.errors import Blocked, NotSelling
from marketplace.catalogue.forms.products import NewProductForm
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.operations import photos, products
from marketplace.catalogue.queries import own
from marketplace.catalogue.uploads import UPLOAD, pictures_in
from marketplace.core import clock
from marketplace.core.paging import paginate
from marketplace.core.pictures import BadPicture
from marketplace.core.rights import current_person, role
from marketplace.core.text import clean
from marketplace.enterprises.choosing import current_enterprise

bp = Blueprint("products", __name__, url_prefix="/painel/produtos")
SELLS = role("member", "manager", "facilitator")
LONGEST_QUESTION, LONGEST_KEY = 80, 40


@bp.record_once
def _offer_words(state: BlueprintSetupState) -> None:
    state.app.jinja_env.filters["per_unit"] = labels.per_unit


@bp.get("", allow=SELLS)
def index() -> ResponseReturnValue:
    enterprise = current_enterprise()
    text = clean(request.args.get("q", ""))[:LONGEST_QUESTION]
    state = request.args.get("estado", "")
    rows = own.of_enterprise(enterprise.id, text=text, state=state)
    return render_template(
        "catalogue/index.html",
        enterprise=enterprise,
        page=paginate(rows, request.args.get("pagina")),
        counts=own.counts_of(enterprise.id),
        text=text,
        state=state,
        labels=labels,
    )


@bp.get("/novo", allow=SELLS)
def new() -> ResponseReturnValue:
    return _page(NewProductForm(left=1), key=secrets.token_urlsafe(12))


@bp.post("", allow=SELLS, limit=UPLOAD)
def create() -> ResponseReturnValue:
    enterprise, form = current_enterprise(), NewProductForm()
    publish = request.form.get("act") == "publish"
    key = request.form.get("key", "")[:LONGEST_KEY]
    ready = form.validate() and (not publish or form.ask_for_all())
    if not ready:
        return _page(form, key=key), 422
    try:
        pictures = pictures_in([form.photo.data])
    except BadPicture as error:
        form.photo.errors = [str(error)]
        return _page(form, key=key), error.status
    product = _create(enterprise.id, form, key, pictures)
    if publish and not _published(product):
        return redirect(url_for("product_editor.edit", product_id=product.id))
    return _done(product, publish)


def _create(
    enterprise_id: int, form: NewProductForm, key: str, pictures: list[tuple[str, str]]
) -> Product:
    by: Any = {"by": current_person(), "now": clock.now()}
    product = products.create_product(
        enterprise_id,
        name=form.name.data,
        price_cents=form.price.data or 0,
        left=form.left.data or 0,
        key=key or None,
        **by,
    )
    for picture, file_name in pictures:
        photos.add_photo(product.id, picture, alt=form.name.data, file_name=file_name, **by)
    return product


def _published(product: Product) -> bool:
    """Whether the product is on sale now; if not, the reader is told why it stays a draft."""
    try:
        products.publish_product(product.id, by=current_person(), now=clock.now())
    except (NotSelling, Blocked) as error:
        flash(str(error), "warning")
        return False
    return True


def _done(product: Product, publish: bool) -> ResponseReturnValue:
    name = product.name or _("No name yet")
    if publish:
        flash(_("%(name)s is on sale.", name=name), "success")
    else:
        flash(_("%(name)s is kept as a draft.", name=name), "success")
    return redirect(url_for("product_editor.edit", product_id=product.id))


def _page(form: NewProductForm, *, key: str) -> str:
    return render_template(
        "catalogue/new.html", form=form, key=key, enterprise=current_enterprise()
    )
