"""The basket: put in, count, take out; without an account."""

from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.models.products import Showing
from marketplace.catalogue.queries import products
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import Busy, DomainError, NotFound
from marketplace.core.numbers import row_id
from marketplace.core.rights import anyone, current_person
from marketplace.orders import basket_cookie
from marketplace.orders.errors import QuantityOutOfRange
from marketplace.orders.forms.baskets import Change, Changes, read, read_item
from marketplace.orders.operations import baskets
from marketplace.orders.operations.baskets import MOST_PIECES
from marketplace.orders.queries import baskets as basket_queries
from marketplace.orders.queries import shares
from marketplace.orders.queries.baskets import Contents

bp = Blueprint("baskets", __name__)


@bp.app_template_global("basket_count")
def basket_count() -> int:
    """Return how many pieces the visitor carries; who carries none costs nothing."""
    known = basket_cookie.noted_pieces()
    return basket_queries.pieces(basket_cookie.token()) if known is None else known


@bp.get("/cesta", allow=anyone)
def show() -> ResponseReturnValue:
    contents = basket_queries.contents(basket_cookie.token(), clock.now())
    return _page(contents)


@bp.post("/cesta/itens", allow=anyone)
def create_item() -> ResponseReturnValue:
    product_id, quantity = read_item(request.form)
    if not product_id:
        return _refused(str(QuantityOutOfRange(most=MOST_PIECES)))
    by, now = current_person(), clock.now()
    try:
        put = baskets.put_in(basket_cookie.token(), product_id, quantity, by=by, now=now)
    except (NotFound, Busy):
        raise
    except DomainError as error:
        return _refused(str(error))
    if "go" in request.form:  # reserve at once: what else is in the basket goes along
        flash(_("%(name)s is in your basket.", name=put.name), "success")
        return basket_cookie.keep(make_response(redirect(url_for("checkout.new"), 303)), put.token)
    to = url_for("baskets.show", _anchor=f"p{product_id}", posto=product_id)
    return basket_cookie.keep(make_response(redirect(to, 303)), put.token)


@bp.post("/cesta", allow=anyone)
def update() -> ResponseReturnValue:
    token, now = basket_cookie.token(), clock.now()
    contents = basket_queries.contents(token, now)
    if token is None or not contents.items:
        return redirect(url_for("baskets.show"), 303)
    changes = read(request.form, contents.items)
    by: Any = {"by": current_person(), "now": now}
    for change in changes.changed:
        baskets.change_quantity(token, change.item.product_id, change.quantity, **by)
    if changes.wrong:
        return _page(basket_queries.contents(token, now), wrong=changes.wrong), 422
    if changes.goes_on and changes.told:
        baskets.accept_prices(token, **by)
    return basket_cookie.keep(_after(changes), token)


def _after(changes: Changes) -> Response:
    if changes.goes_on:
        return make_response(redirect(url_for("checkout.new"), 303))
    if gone := changes.taken_out:
        return make_response(redirect(url_for("baskets.show", tirado=_noted(gone)), 303))
    return _to_basket(f"p{changes.touched}" if changes.touched else None)


def _noted(gone: Change) -> str:
    """Write down in the address what was taken out, so that the page can offer it back."""
    return f"{gone.item.product_id}-{gone.item.quantity}"


def _to_basket(anchor: str | None) -> Response:
    return make_response(redirect(url_for("baskets.show", _anchor=anchor), 303))


def _refused(said: str) -> ResponseReturnValue:
    flash(said, "error")
    return redirect(url_for("baskets.show"), 303)


def _page(contents: Contents, *, wrong: Mapping[int, str] | None = None) -> Response:
    basket_cookie.note_pieces(contents.pieces)
    shown = render_template(
        "orders/basket.html",
        contents=contents,
        parts=shares.parts_of(contents.items),
        wrong=wrong or {},
        put=_put_in(contents),
        gone=_taken_out(),
    )
    answer = make_response(shown)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _put_in(contents: Contents) -> str | None:
    """Return the name of what was just put in, as the address says; no cookie has to."""
    key = request.args.get("posto", type=row_id)
    return next((item.name for item in contents.items if item.product_id == key), None)


def _taken_out() -> dict[str, Any] | None:
    """Return what was just taken out, as the address says."""
    key, _dash, quantity = request.args.get("tirado", "").partition("-")
    numbers = [int(n) for n in (key, quantity) if n.isascii() and n.isdigit() and len(n) < 19]
    if len(numbers) < 2 or not 1 <= numbers[1] <= MOST_PIECES:
        return None
    product = db.session.scalar(products.by_id(numbers[0]))
    if product is None or product.showing is not Showing.PUBLISHED:
        return None
    return {"product": product, "quantity": numbers[1]}
