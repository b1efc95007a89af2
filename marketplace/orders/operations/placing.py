"""The rows of a purchase, written once everything it needs is checked and locked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.operations import stock
from marketplace.catalogue.queries.products import Frozen
from marketplace.core.database import connection, rows
from marketplace.core.rights import Person
from marketplace.orders.models.orders import (
    PAYABLE,
    Order,
    OrderEvent,
    OrderLine,
    Purchase,
    State,
    subject_of,
)
from marketplace.orders.models.places import Way
from marketplace.orders.operations import offers
from marketplace.orders.queries.baskets import Part
from marketplace.payments.models.payments import DIRECT, Method
from marketplace.payments.operations import payments

LINK_BYTES = 15  # 120 bits
ANSWER_TERM = timedelta(hours=48)
SHORTEST_TERM = timedelta(hours=2)
PAYING_TERM = timedelta(minutes=60)
"""For which goods are held until an order that is paid online is paid."""
COPIED = (
    *("product_id", "name", "unit", "segment", "category", "price_cents", "makers_cents"),
    *("materials_cents", "packing_cents", "fund_cents", "fees_cents", "minutes"),
    *("real_hour_cents", "lead_days", "perishable", "to_order"),
    *("unit_grams", "law_subject", "law_region"),
)
GROUPS = ("makers_cents", "materials_cents", "packing_cents", "fund_cents", "fees_cents")
OF_PRICE = (*GROUPS, "real_hour_cents", "price_version_id")
"""What is known of a line only where it was sold at the catalogue's price."""
Row = dict[str, Any]  # values of one, by column


@dataclass(frozen=True)
class Destination:
    """Where the goods of one order go; instants and price follow from what was offered."""

    way: Way
    opens_at: datetime | None = None  # when the buyer may first come
    due_at: datetime | None = None  # no-show after this
    collection_id: int | None = None
    window_id: int | None = None
    point_id: int | None = None
    collect_on: date | None = None
    zone_id: int | None = None
    address: str = ""
    delivery_cents: int = 0
    pools: Mapping[int, int] = field(default_factory=dict)  # product to offer: set apart for it
    prices: Mapping[int, int] = field(default_factory=dict)  # of products that cost others there


@dataclass(frozen=True)
class Plan:
    part: Part
    to: Destination
    method: Method

    @property
    def amount_cents(self) -> int:
        """Return what is to be paid for it, its delivery included."""
        return self.part.total_at(self.to.prices) + self.to.delivery_cents


class Placed(NamedTuple):
    """A purchase that was written; ``link_key`` opens its page."""

    id: int
    number: int
    link_key: str


def write(
    facts: Mapping[str, Any],
    plans: list[Plan],
    frozen: Mapping[int, Frozen],
    *,
    by: Person,
    now: datetime,
) -> Placed:
    """Write a purchase with its orders, hold their stock and ask for their payments.

    ``facts`` are the purchase's columns but for those made here. Orders, lines and events take a
    statement each.
    """
    link_key = secrets.token_urlsafe(LINK_BYTES)
    is_demo = any(item.is_demo for plan in plans for item in plan.part.items)
    placed = {**facts, "user_id": by.id, "placed_at": now, "link_key": link_key}
    ((purchase_id,),) = rows(_PURCHASE, placed | {"is_demo": is_demo})
    orders = [
        _order(plan, chr(ord("A") + i), frozen, now=now) | {"purchase_id": purchase_id}
        for i, plan in enumerate(plans)
    ]
    ids = dict(_written(_ORDERS, orders))
    told = {"by_id": by.id, "acted_as": "buyer", "happened_at": now}
    _written(
        _EVENTS,
        [told | {"order_id": ids[o["letter"]], "kind": o["state"].value} for o in orders],
    )
    lines = [
        _line(frozen[item.product_id], item.quantity, plan.to.prices.get(item.product_id))
        | {"order_id": ids[order["letter"]], "offer_id": plan.to.pools.get(item.product_id)}
        for order, plan in zip(orders, plans, strict=True)
        for item in plan.part.items
    ]
    _hold(lines, dict(_written(_LINES, lines)), by=by, now=now)
    number: int = facts["number"]
    asked = [_asked(ids[order["letter"]], order, number) for order in orders]
    payments.request_payments(PAYABLE, asked, by=by, now=now)
    return Placed(purchase_id, number, link_key)


def _written(insert: sa.Insert, values: list[Row]) -> list[tuple[Any, int]]:
    """Write rows; return what the statement tells of them, if it does."""
    told = connection().execute(insert, values)
    return [(key, row_id) for key, row_id in told] if told.returns_rows else []


def answer_term(to: Destination, now: datetime) -> datetime:
    """Return until when the enterprise may answer.

    Two days, cut short by the opening of the place where the buyer comes; never less than two
    hours, but for the end of waiting there.
    """
    latest = now + ANSWER_TERM
    if to.opens_at is None or to.due_at is None:
        return latest
    return min(max(min(latest, to.opens_at), now + SHORTEST_TERM), to.due_at)


def _order(plan: Plan, letter: str, frozen: Mapping[int, Frozen], *, now: datetime) -> Row:
    part, to = plan.part, plan.to
    products = [(frozen[item.product_id], item.quantity) for item in part.items]
    each = {one.product_id: one.price_cents for one, _quantity in products} | dict(to.prices)
    goods = sum(each[product.product_id] * quantity for product, quantity in products)
    online = plan.method not in DIRECT
    return {
        "letter": letter,
        "enterprise_id": part.enterprise.id,
        "division_id": part.enterprise.division_id,
        "to_order": any(product.to_order for product, _quantity in products),
        "way": to.way,
        "collection_id": to.collection_id,
        "window_id": to.window_id,
        "point_id": to.point_id,
        "collect_on": to.collect_on,
        "zone_id": to.zone_id,
        "address": to.address,
        "method": plan.method,
        "state": State.AWAITING if online else State.PLACED,
        "pay_by": now + PAYING_TERM if online else None,
        "goods_cents": goods,
        "delivery_cents": to.delivery_cents,
        "total_cents": goods + to.delivery_cents,
        "handover_code": f"{secrets.randbelow(10**6):06d}",
        "answer_by": answer_term(to, now),
        "due_at": to.due_at,
    }


def _line(product: Frozen, quantity: int, price_cents: int | None) -> Row:
    """Copy a product onto an order line: later changes of it leave the order as it is.

    ``price_cents`` is what it costs where it is collected, if that is another price.
    """
    copied = {name: getattr(product, name) for name in COPIED}
    copied |= {"price_version_id": product.version_id}
    if price_cents not in (None, product.price_cents):
        copied |= dict.fromkeys(OF_PRICE) | {"price_cents": price_cents}
    return copied | {"ordered": quantity, "charged": quantity}


def _hold(lines: list[Row], ids: Mapping[int, int], *, by: Person, now: datetime) -> None:
    wanted = {
        line["product_id"]: (line["ordered"], subject_of(ids[line["product_id"]]))
        for line in lines
        if not line["to_order"]
    }
    taken = [line for line in lines if line["offer_id"]]
    apart = {line["product_id"] for line in taken}
    stock.hold_each(wanted, apart=apart, by=by, now=now)
    for line in taken:
        offers.take(offers.Taking(*(line[name] for name in offers.Taking._fields)), by=by, now=now)


def _asked(order_id: int, order: Row, number: int) -> payments.Asked:
    return payments.Asked(
        payable_id=order_id,
        enterprise_id=order["enterprise_id"],
        amount_cents=order["total_cents"],
        method=order["method"],
        txid=f"P{number}{order['letter']}",
    )


_PURCHASE = sa.insert(Purchase).returning(Purchase.id)
_ORDERS = sa.insert(Order).returning(Order.letter, Order.id)
_EVENTS = sa.insert(OrderEvent)
_LINES = sa.insert(OrderLine).returning(OrderLine.product_id, OrderLine.id)
