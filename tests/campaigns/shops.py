"""A small shop to fight over, and how people buy there by HTTP."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from marketplace.catalogue.models.products import Product
from marketplace.catalogue.operations import stock
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.places import Collection
from marketplace.orders.operations.collections import WindowPlan
from tests.campaigns.servers import Answer, Browser, Installation, Server
from tests.factories import catalogue
from tests.factories.enterprises import make_producer
from tests.factories.orders import at, make_basket, make_collection, soon

WHO = {"name": "Lúcia Andrade", "mobile": "(92) 99999-0000", "method": "cash"}
CROWD = 100_000  # more than any campaign sends


class Shop(NamedTuple):
    """An enterprise at a fair with one product, by their ids."""

    enterprise_id: int
    user_id: int  # of its manager
    product_id: int
    collection_id: int
    window_ids: list[int]
    price_cents: int


def open_shop(left: int, capacity: int = CROWD) -> Shop:
    """Put pieces of a product on sale; each of the fair's two windows takes so many purchases."""
    user, enterprise = make_producer()
    product = catalogue.make_published(enterprise=enterprise, left=0, now=clock.now())
    if left:
        stock.receive(product.id, left, by=HOUSE, now=clock.now())
    collection = _fair(enterprise, capacity)
    windows = [window.id for window in collection.windows]
    return Shop(enterprise.id, user.id, product.id, collection.id, windows, product.price_cents)


def _fair(enterprise: Enterprise, capacity: int) -> Collection:
    hours = soon()
    noon = at(12, hours["day"])
    halves = ((hours["opens_at"], noon), (noon, hours["ends_at"]))
    windows = tuple(WindowPlan(start, end, capacity) for start, end in halves)
    return make_collection(enterprise, windows=windows, **hours)


def fill_basket(place: Installation, shop: Shop, quantity: int = 1) -> Browser:
    """Return a browser with pieces in its basket."""
    product = db.session.get_one(Product, shop.product_id)
    token = make_basket(product, quantity=quantity, now=clock.now())
    return Browser(place, cesta=token)


def put_in(browser: Browser, server: Server, shop: Shop, quantity: int = 1) -> Answer:
    """Put pieces into the basket, as the product's page does."""
    form = {"product_id": shop.product_id, "quantity": quantity}
    return browser.post(server, "/cesta/itens", form)


def order_form(shop: Shop, *, token: str, key: str = "", window: int = 0) -> dict[str, object]:
    """Return what the page of the checkout would send: one piece, collected at the fair."""
    return WHO | {
        "csrf_token": token,
        "key": key or secrets.token_urlsafe(12),
        "total": shop.price_cents,
        "plan": f"c{shop.collection_id}",
        f"window_{shop.collection_id}": shop.window_ids[window],
    }


def order(browser: Browser, server: Server, form: dict[str, object]) -> Answer:
    return browser.post(server, "/finalizar", form)


def buy(browser: Browser, servers: Sequence[Server], shop: Shop) -> Answer:
    """Walk from the product's page to the order's, a server for each step."""
    first, then, last = servers[0], servers[1 % len(servers)], servers[-1]
    put_in(browser, first, shop)
    page = browser.get(then, "/finalizar")
    form = order_form(shop, token=page.hidden("csrf_token"), key=page.hidden("key"))
    return order(browser, last, form | {"total": page.hidden("total")})
