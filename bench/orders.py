"""What an order costs from the basket to the hand-over, on real commits."""

import re
import secrets
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.measure import Figure
from bench.shop import SELLER, Shop
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import Way
from marketplace.orders.operations import baskets, checkout, moves
from marketplace.payments.models import Method

WHO = {"name": "Lúcia Andrade", "mobile": "(92) 99999-0000", "method": "cash"}
GIVEN = 14  # orders handed over, the first two to warm up
HIDDEN = r'name="{name}"[^>]*value="([^"]*)"'


class Waiting(NamedTuple):
    """An order that its buyer may fetch."""

    id: int
    code: str


def purchase(shop: Shop) -> Figure:
    """Measure seven requests: three products of two makers, basket, form, order, its page."""
    basket = baskets_of(shop)
    value = shop.meter.ms(lambda: _order(shop, next(basket)))
    floor = shop.meter.ms(lambda: _bare_order(shop))
    does = "7 requests to bare Flask, one transaction: 3 guarded updates, 5 rows"
    return Figure("order.purchase", value, "ms CPU/order", floor, does)


def hand_over(shop: Shop) -> Figure:
    """Measure two requests of a maker: the page of an order that waits, and its hand-over."""
    with shop.app.app_context():
        waiting = [_waiting(shop) for _ in range(GIVEN)]
    seller, bare = shop.browser(SELLER), shop.bare.test_client()
    value = shop.meter.ms_each(waiting, lambda order: _give(seller, order))
    floor = shop.meter.ms_each(waiting, lambda order: _bare_give(bare, order))
    does = "2 requests to bare Flask, one transaction: 2 guarded updates, 1 row"
    return Figure("order.hand_over", value, "ms CPU/order", floor, does)


def baskets_of(shop: Shop) -> Iterator[tuple[int, ...]]:
    """Yield baskets of three products, of two makers that stand at the fair."""
    for number in count():
        first = number % (min(shop.makers, 40) - 1) + 1
        yield *shop.products_of(first), shop.products_of(first + 1)[0]


def _order(shop: Shop, products: tuple[int, ...]) -> None:
    browser = shop.browser()
    for product_id in products:
        _ok(browser.post("/cesta/itens", data={"product_id": product_id, "quantity": 1}), 303)
    _ok(browser.get("/cesta"))
    page = _ok(browser.get("/finalizar")).text
    hidden = {name: _hidden(page, name) for name in ("csrf_token", "key", "total")}
    at = shop.collection_id
    chosen = {"plan": f"c{at}", f"window_{at}": str(shop.window_id)}
    answer = _ok(browser.post("/finalizar", data=WHO | hidden | chosen), 303)
    _ok(browser.get(answer.location))


def _bare_order(shop: Shop) -> None:
    browser = shop.bare.test_client()
    for _ in range(3):
        _ok(browser.post("/hello", data={"product_id": 1, "quantity": 1}))
    for _ in range(3):
        _ok(browser.get("/hello"))
    _ok(browser.post("/order", data=WHO))


def _waiting(shop: Shop) -> Waiting:
    by, now = HOUSE, clock.now()
    token: str | None = None
    for product_id in shop.products_of(1):
        token = baskets.put_in(token, product_id, 1, by=VISITOR, now=now)
    choice = checkout.Choice(
        Way.COLLECTION, Method.CASH, collection_id=shop.collection_id, window_id=shop.window_id
    )
    buyer = checkout.Buyer(WHO["name"], WHO["mobile"])
    key, choices = secrets.token_urlsafe(12), {1: choice}
    placed = checkout.place_order(
        token or "", checkout_key=key, buyer=buyer, choices=choices, by=VISITOR, now=now
    )
    found = sa.select(Order.id, Order.handover_code).where(Order.purchase_id == placed.id)
    order = Waiting(*db.session.execute(found).one())
    moves.mark_ready(order.id, by=by, now=now)
    return order


def _give(seller: FlaskClient, order: Waiting) -> None:
    path = f"/painel/pedidos/{order.id}/entrega"
    token = _hidden(_ok(seller.get(path)).text, "csrf_token")
    typed = {"csrf_token": token, "code": order.code, "paid_with": "cash"}
    _ok(seller.post(path, data=typed), 303)


def _bare_give(browser: FlaskClient, order: Waiting) -> None:
    _ok(browser.get("/hello"))
    _ok(browser.post("/given", data={"id": order.code}))


def _hidden(page: str, name: str) -> str:
    """Return the value of a hidden box of a form."""
    if found := re.search(HIDDEN.format(name=name), page):
        return found[1]
    raise LookupError(name)


def _ok(answer: TestResponse, status: int = 200) -> TestResponse:
    if answer.status_code != status:
        raise RuntimeError(f"{answer.request.path}: {answer.status}")
    return answer


FIGURES: dict[str, Callable[[Shop], Figure]] = {
    "order.purchase": purchase,
    "order.hand_over": hand_over,
}
