"""What an order costs from the basket to the hand-over, on real commits."""

import re
import secrets
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

import sqlalchemy as sa

from bench.measure import Figure
from bench.served import Browser, Served
from bench.shop import SELLER, Shop
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import Way
from marketplace.orders.operations import baskets, checkout, choosing, moves
from marketplace.payments.models.payments import Method

Typed = dict[str, str | int]
WHO: Typed = {"name": "Lúcia Andrade", "mobile": "(92) 99999-0000", "method": "cash"}
GIVEN = 14  # orders handed over, the first two to warm up
HIDDEN = r'name="{name}"[^>]*value="([^"]*)"'


class Waiting(NamedTuple):
    """An order that its buyer may fetch."""

    id: int
    code: str


class Buying:
    """A buyer's seven requests: three products of two makers, basket, form, order, its page."""

    def __init__(self, shop: Shop, server: Served, who: Typed) -> None:
        self._shop, self._baskets, self._server, self._who = shop, baskets_of(shop), server, who
        self._browser, self._form, self._placed = Browser(server), "", ""

    def steps(self) -> dict[str, Callable[[], object]]:
        return {
            "three into the basket": self.fill,
            "basket": lambda: self._browser.get("/cesta"),
            "form": self.open_form,
            "order": self.order,
            "page of the order": lambda: self._browser.get(self._placed),
        }

    def fill(self) -> None:
        self._browser = Browser(self._server)
        for product_id in next(self._baskets):
            typed: Typed = {"product_id": product_id, "quantity": 1}
            self._browser.post("/cesta/itens", typed, 303)

    def open_form(self) -> None:
        self._form = self._browser.get("/finalizar").body

    def order(self) -> None:
        at = self._shop.collection_id
        chosen: Typed = {"plan": f"c{at}", f"window_{at}": str(self._shop.window_id)}
        chosen |= {name: _hidden(self._form, name) for name in ("csrf_token", "key", "total")}
        self._placed = self._browser.post("/finalizar", self._who | chosen, 303).location


def purchase(shop: Shop) -> Figure:
    server, bare = shop.servers.house, shop.servers.floor
    parts = shop.meter.steps_ms(server, Buying(shop, server, WHO).steps())
    floor = shop.meter.ms(bare, lambda: bare_order(bare))
    does = "7 requests to bare Flask, one transaction: 3 guarded updates, 5 rows"
    return Figure("order.purchase", sum(parts.values()), "ms CPU/order", floor, does, parts)


def hand_over(shop: Shop) -> Figure:
    """Measure two requests of a maker: the page of an order that waits, and its hand-over."""
    with shop.app.app_context():
        waiting = [_waiting(shop) for _ in range(GIVEN)]
    server, bare = shop.servers.house, shop.servers.floor
    seller, stranger = Browser(server, shop.cookie_of(SELLER)), Browser(bare)
    value = shop.meter.ms_each(server, waiting, lambda order: _give(seller, order))
    floor = shop.meter.ms_each(bare, waiting, lambda order: _bare_give(stranger, order))
    does = "2 requests to bare Flask, one transaction: 2 guarded updates, 1 row"
    return Figure("order.hand_over", value, "ms CPU/order", floor, does)


def baskets_of(shop: Shop) -> Iterator[tuple[int, ...]]:
    """Yield baskets of three products, of two makers that stand at the fair."""
    for number in count():
        first = number % (min(shop.makers, 40) - 1) + 1
        yield *shop.products_of(first), shop.products_of(first + 1)[0]


def bare_order(bare: Served) -> None:
    browser = Browser(bare)
    for _ in range(3):
        browser.post("/hello", {"product_id": 1, "quantity": 1})
    for _ in range(3):
        browser.get("/hello")
    browser.post("/order", WHO)


def _waiting(shop: Shop) -> Waiting:
    by, now = HOUSE, clock.now()
    token: str | None = None
    for product_id in shop.products_of(1):
        token = baskets.put_in(token, product_id, 1, by=VISITOR, now=now).token
    choice = choosing.Choice(
        Way.COLLECTION, Method.CASH, collection_id=shop.collection_id, window_id=shop.window_id
    )
    buyer = checkout.Buyer(str(WHO["name"]), str(WHO["mobile"]))
    key, choices = secrets.token_urlsafe(12), {1: choice}
    placed = checkout.place_order(
        token or "", checkout_key=key, buyer=buyer, choices=choices, by=VISITOR, now=now
    )
    found = sa.select(Order.id, Order.handover_code).where(Order.purchase_id == placed.id)
    order = Waiting(*db.session.execute(found).one())
    moves.mark_ready(order.id, by=by, now=now)
    return order


def _give(seller: Browser, order: Waiting) -> None:
    path = f"/painel/pedidos/{order.id}/entrega"
    token = _hidden(seller.get(path).body, "csrf_token")
    seller.post(path, {"csrf_token": token, "code": order.code, "paid_with": "cash"}, 303)


def _bare_give(browser: Browser, order: Waiting) -> None:
    browser.get("/hello")
    browser.post("/given", {"id": order.code})


def _hidden(page: str, name: str) -> str:
    """Return the value of a hidden box of a form."""
    if found := re.search(HIDDEN.format(name=name), page):
        return found[1]
    raise LookupError(name)


FIGURES: dict[str, Callable[[Shop], Figure]] = {
    "order.purchase": purchase,
    "order.hand_over": hand_over,
}
