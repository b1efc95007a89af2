"""A basket becomes a purchase: one order per enterprise, all or nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.queries import products
from marketplace.catalogue.queries.products import Frozen
from marketplace.core import audit, failpoints
from marketplace.core.database import connection, operation, rows
from marketplace.core.identifiers import BadIdentifier, email, mobile
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.orders.errors import (
    BasketEmpty,
    BuyerMissing,
    NotForSale,
    OneVisit,
    PriceChanged,
    PriceLine,
    ShortLine,
    SoldOut,
    TooManySellers,
    TotalChanged,
    WayNotOffered,
)
from marketplace.orders.models.baskets import Basket, BasketLine
from marketplace.orders.models.orders import Purchase
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import choosing, numbers, offers, paying, placing, windows
from marketplace.orders.operations.choosing import Choice
from marketplace.orders.operations.placing import Placed, Plan
from marketplace.orders.queries import baskets
from marketplace.orders.queries import choices as ways
from marketplace.orders.queries import offers as offer_queries
from marketplace.orders.queries.baskets import Contents, Item
from marketplace.orders.signals import order_placed
from marketplace.payments.models.payments import DIRECT, Method

NAME_LENGTH = 80
MOST_SELLERS = 26  # A … Z
ASKED_AT_ONCE = {Method.PIX, Method.CARD}  # for a boleto its payer is asked first


@dataclass(frozen=True)
class Buyer:
    """Who buys, as typed: name and mobile are enough."""

    name: str
    mobile: str  # any way people write it
    email: str = ""
    language: str = "pt_BR"


@operation(keyed=True)
def place_order(
    basket_token: str,
    *,
    checkout_key: str,
    buyer: Buyer,
    choices: Mapping[int, Choice],
    total_cents: int | None = None,
    by: Person,
    now: datetime,
) -> Placed:
    """Order all that is in the basket; ``choices`` by enterprise id.

    ``total_cents`` is what the buyer was told, where somebody was; a fair may have its own prices.

    The same ``checkout_key`` from the same basket returns the first purchase again. What is paid
    online is asked for here; the provider is called by who calls this, or by a job.

    :raises BasketEmpty, NotForSale, PriceChanged, SoldOut: see ``lines``; nothing was ordered.
    :raises TotalChanged: if it comes to another total than was told.
    :raises BuyerMissing: without a name or a readable mobile number.
    :raises OverLimit: for more of what is apart for a fair than one buyer may have.
    :raises WayNotOffered, WindowFull, OneVisit, MethodNotOffered, TooSoonForBoleto: the choice does
        not hold.
    """
    basket_id = _locked(basket_token, now)
    key = hashlib.sha256(f"{basket_token}:{checkout_key}".encode()).hexdigest()
    if first := rows(_PLACED, {"key": key}):
        return Placed._make(first[0])
    who = _checked(buyer)
    contents = baskets.contents(basket_token, now)
    frozen = products.frozen_each(item.product_id for item in contents.items)
    _check(contents, frozen)
    plans = _plans(contents, choices, now)
    if total_cents not in (None, sum(plan.amount_cents for plan in plans)):
        raise TotalChanged
    failpoints.point("orders.place.check")
    apart = {product: offer for plan in plans for product, offer in plan.to.pools.items()}
    _lock_stock(contents.items, apart)
    _check_limits(contents.items, apart, who["buyer_mobile"], by)
    _take_windows(plans)
    facts = {"number": numbers.next_number(), "checkout_key": key, **who}
    placed = placing.write(facts, plans, frozen, by=by, now=now)
    connection().execute(_EMPTY, {"basket": basket_id})
    audit.record("purchase_placed", by=by, now=now, purchase_id=placed.id)
    if any(plan.method in ASKED_AT_ONCE for plan in plans):
        paying.ask(placed.id, by=by, now=now)
    heard = bool(who["buyer_email"]) or any(plan.method in DIRECT for plan in plans)
    order_placed.send(purchase_id=placed.id, heard=heard, by=by, now=now)
    return placed


def _locked(token: str, now: datetime) -> int:
    """Lock the basket: of two presses, the second sees what the first one did."""
    known = rows(_BASKET, {"token": baskets.hashed(token), "since": now - baskets.KEPT})
    if not known:
        raise BasketEmpty
    basket_id: int = known[0].id
    return basket_id


def _checked(buyer: Buyer) -> dict[str, str]:
    """Return the buyer's columns."""
    if len(name := clean(buyer.name)) < 2 or len(name) > NAME_LENGTH:
        raise BuyerMissing("name")
    address = clean(buyer.email)
    return {
        "buyer_name": name,
        "buyer_mobile": _readable("mobile", buyer.mobile),
        "buyer_email": _readable("email", address) if address else "",
        "language": buyer.language,
    }


def _readable(field: str, typed: str) -> str:
    try:
        return mobile(typed) if field == "mobile" else email(typed)
    except BadIdentifier as error:
        raise BuyerMissing(field) from error


def _check(contents: Contents, frozen: Mapping[int, Frozen]) -> None:
    items = contents.items
    if not items:
        raise BasketEmpty
    if len(contents.parts) > MOST_SELLERS:
        raise TooManySellers(most=MOST_SELLERS)
    if gone := next((item for item in items if not item.for_sale), None):
        raise NotForSale(name=gone.name)
    prices = [
        PriceLine(i.product_id, i.name, i.shown_cents, frozen[i.product_id].price_cents)
        for i in items
    ]
    if changed := [price for price in prices if price.was_cents != price.now_cents]:
        raise PriceChanged(changed)


def _plans(contents: Contents, choices: Mapping[int, Choice], now: datetime) -> list[Plan]:
    """Return how each part is handed over and paid, if it can be as chosen."""
    _hold_open({choice.collection_id for choice in choices.values() if choice.collection_id})
    asked = frozenset(choice.way for choice in choices.values())
    offers = ways.choices_for(contents, now, ways=asked)
    plans = []
    for part in contents.parts:
        offer, choice = offers.of(part.enterprise.id), choices.get(part.enterprise.id)
        found = offer and choice and choosing.destination(offer, choice)
        if not found or not choice:
            raise WayNotOffered(enterprise=part.enterprise.name)
        plans.append(Plan(part, found, choice.method))
    choosing.check_paying(plans, now)
    if any(choice.method is Method.BOLETO for choice in choices.values()):
        choosing.check_waiting(contents, choices, asked, now)
    return plans


def _hold_open(collection_ids: set[int]) -> None:
    """Keep these collections from being called off or changed until the order is placed."""
    if collection_ids:
        rows(_HOLD_OPEN, {"ids": list(collection_ids)})


def _lock_stock(items: list[Item], apart: Mapping[int, int]) -> None:
    """Lock the stock of what is ordered, in the order of ids.

    ``apart`` names, by product, the offer of a fair out of which it is taken.

    :raises SoldOut: naming all of which there is too little.
    """
    wanted = {item.product_id: item for item in items if not item.to_order}
    left = dict(map(tuple, rows(_STOCK, {"ids": list(wanted)})))
    left |= offer_queries.left_of(apart.values()) if apart else {}
    short = [
        ShortLine(key, item.name, left.get(key, 0))
        for key, item in wanted.items()
        if left.get(key, 0) < item.quantity
    ]
    if short:
        raise SoldOut(short)


def _check_limits(items: list[Item], apart: Mapping[int, int], mobile: str, by: Person) -> None:
    """Look whether one buyer may have so much of what is apart; its stock is locked.

    :raises OverLimit: naming what is too much.
    """
    wanted = {
        apart[item.product_id]: (item.name, item.quantity)
        for item in items
        if item.product_id in apart
    }
    if wanted:
        offers.check_limits(wanted, mobile=mobile, by=by)


def _take_windows(plans: list[Plan]) -> None:
    """Take one place for the purchase at each collection.

    :raises OneVisit: if two parts are to be collected at the same fair at different times.
    """
    chosen = {(p.to.window_id, p.to.collection_id) for p in plans if p.to.collection_id}
    if len({collection for _window, collection in chosen}) < len(chosen):
        raise OneVisit
    for window_id, collection_id in sorted((w, c) for w, c in chosen if w and c):
        windows.take(window_id, collection_id)


_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_BASKET = (
    sa.select(Basket.id)
    .where(Basket.token_hash == sa.bindparam("token"), Basket.touched_at > sa.bindparam("since"))
    .with_for_update()
)
_EMPTY = sa.delete(BasketLine).where(BasketLine.basket_id == sa.bindparam("basket"))
_HOLD_OPEN = (
    sa.select(Collection.id)
    .where(Collection.id.in_(_ids))
    .order_by(Collection.id)
    .with_for_update(read=True)
)
_PLACED = sa.select(Purchase.id, Purchase.number, Purchase.link_key).where(
    Purchase.checkout_key == sa.bindparam("key")
)
_STOCK = (
    sa.select(Stock.product_id, Stock.left_count)
    .where(Stock.product_id.in_(_ids))
    .order_by(Stock.product_id)
    .with_for_update()
)
