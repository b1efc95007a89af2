"""Baskets, places to collect at, and orders: made by the operations, like any other."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from marketplace.catalogue.models.products import Product
from marketplace.core import clock, queue
from marketplace.core.clock import instant_of
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.enterprises.models import Access, Enterprise
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import Collection, ServicePoint, Way
from marketplace.orders.operations import baskets, checkout, collections, moves, places
from marketplace.orders.operations.checkout import Buyer, Choice
from marketplace.payments.models.payments import Method
from tests.factories.accounts import make_zone
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer

ZONE = "America/Manaus"
FAIR_DAY = date(2026, 12, 5)  # a Saturday, twelve days after NOW
EVERY_DAY = {str(day): ["08:00", "14:00"] for day in range(1, 6)}  # Monday to Friday
BUYER = Buyer(name="Lúcia Andrade", mobile="(92) 99999-0000")
_serial = count(10**6)  # of fair days, beside those that fairs number


def at(hour: int, day: date = FAIR_DAY) -> datetime:
    """Return an instant by the clocks of Manaus."""
    return instant_of(day, time(hour), ZONE)


def make_plan(enterprise: Enterprise, **given: Any) -> collections.CollectionPlan:
    """Return the plan of a fair day: 8 h to 17 h, two windows for 2, closing at 18 h before."""
    opens_at, ends_at = given.pop("opens_at", at(8)), given.pop("ends_at", at(17))
    noon = at(12, given.get("day", FAIR_DAY))
    windows = (
        collections.WindowPlan(opens_at, noon, 2),
        collections.WindowPlan(noon, ends_at, 2),
    )
    facts = {
        "division_id": enterprise.division_id,
        "title": "Feira de Natal",
        "path": "/feiras/feira-de-natal",
        "place": "Largo de São Sebastião",
        "municipality_code": enterprise.municipality_code,
        "day": FAIR_DAY,
        "opens_at": opens_at,
        "ends_at": ends_at,
        "closes_at": at(18, FAIR_DAY - timedelta(days=1)),
        "windows": windows,
        "fair_id": 7,
    }
    return collections.CollectionPlan(**facts | given)


def make_collection(*enterprises: Enterprise, **given: Any) -> Collection:
    """Open a collection at which these have stalls 1, 2, …"""
    plan = make_plan(enterprises[0], **given)
    collection = collections.open_collection("fair_day", next(_serial), plan, by=HOUSE, now=NOW)
    stalls = {enterprise.id: str(n) for n, enterprise in enumerate(enterprises, 1)}
    collections.set_sellers(collection.id, stalls, by=HOUSE, now=NOW)
    return collection


def soon(days: int = 6) -> dict[str, Any]:
    """Return the hours of a fair so many days from now: pages ask the real clock."""
    day = clock.today(ZONE) + timedelta(days=days)
    closes_at = at(18, day - timedelta(days=1))
    return {"day": day, "opens_at": at(8, day), "ends_at": at(17, day), "closes_at": closes_at}


def make_point(enterprise: Enterprise, **given: Any) -> ServicePoint:
    facts = {"name": "Galpão", "address": "Rua Um, 10", "hours": EVERY_DAY}
    return places.open_point(enterprise.division_id, **facts | given, by=HOUSE, now=NOW)


def make_delivery(enterprise: Enterprise, **given: Any) -> int:
    """Offer delivery to a zone of the Division's municipality; return the zone's id."""
    zone = make_zone(municipality_code=enterprise.division.municipality_code)
    facts = {"price_cents": 1400, "days": 4}
    places.set_delivery_price(zone.id, **facts | given, by=HOUSE, now=NOW)
    return zone.id


def make_basket(*products: Product, quantity: int = 1, now: datetime = NOW) -> str:
    """Return the token of a basket with so many of each."""
    token: str | None = None
    for product in products:
        token = baskets.put_in(token, product.id, quantity, by=VISITOR, now=now).token
    assert token
    return token


def choose_collection(collection: Collection, **given: Any) -> Choice:
    """Choose the first window, paid in cash."""
    window_id = collection.windows[0].id if collection.windows else None
    facts = {"way": Way.COLLECTION, "collection_id": collection.id, "window_id": window_id}
    return Choice(**facts | given)


def place(
    token: str,
    choices: dict[int, Choice],
    *,
    key: str = "",
    buyer: Buyer = BUYER,
    by: Person = VISITOR,
    now: datetime = NOW,
) -> Purchase:
    key = key or f"checkout-{next(_serial)}"
    placed = checkout.place_order(
        token, checkout_key=key, buyer=buyer, choices=choices, by=by, now=now
    )
    return db.session.get_one(Purchase, placed.id)


def make_order(
    *,
    products: list[Product] | None = None,
    quantity: int = 2,
    choice: Choice | None = None,
    buyer: Buyer = BUYER,
    by: Person = VISITOR,
    now: datetime = NOW,
    method: Method = Method.CASH,
) -> Order:
    """Place an order of one enterprise, collected at a fair unless chosen otherwise."""
    products = products or [make_published()]
    seller = products[0].enterprise
    choice = choice or choose_collection(make_collection(seller), method=method)
    token = make_basket(*products, quantity=quantity, now=now)
    return place(token, {seller.id: choice}, buyer=buyer, by=by, now=now).orders[0]


def make_delivered(**given: Any) -> Order:
    """Place an order that is delivered for R$ 14,00, as far as nothing else is given."""
    product = make_published(by_delivery=True, **given.pop("product", {}))
    zone_id = make_delivery(product.enterprise)
    to = Choice(Way.DELIVERY, zone_id=zone_id, address="Rua das Flores, 10")
    return make_order(products=[product], choice=to, **given)


def make_accepted(**given: Any) -> Order:
    order = make_order(**given)
    return moves.accept_order(order.id, by=HOUSE, now=given.get("now", NOW))


def seller_of(order: Order, access: str = "member") -> Person:
    """Return somebody who acts for the order's enterprise."""
    user, _enterprise = make_producer(access, enterprise=order.enterprise)
    return Person(user.id, frozenset({str(Access(access))}), acting=access)


def reread(order: Order) -> Order:
    """Return the order as it is in the database now."""
    db.session.expire_all()
    return db.session.get_one(Order, order.id)


def work() -> None:
    """Do all jobs that wait, whatever the calendar on the wall says."""
    queue.work_all(now=max(NOW, clock.now()) + timedelta(minutes=1))
