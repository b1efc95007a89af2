"""The rows of a purchase, written once everything it needs is checked and locked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.catalogue.operations import stock
from marketplace.catalogue.queries.products import Frozen
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.orders.models.orders import Order, OrderEvent, OrderLine, Purchase, State
from marketplace.orders.models.places import Way
from marketplace.orders.operations.steps import PAYABLE
from marketplace.orders.queries.baskets import Part
from marketplace.payments.models.payments import Method
from marketplace.payments.operations import payments

LINK_BYTES = 15  # 120 bits
ANSWER_TERM = timedelta(hours=48)
SHORTEST_TERM = timedelta(hours=2)


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


@dataclass(frozen=True)
class Plan:
    part: Part
    to: Destination
    method: Method


def write(
    purchase: Purchase,
    plans: list[Plan],
    frozen: Mapping[int, Frozen],
    *,
    by: Person,
    now: datetime,
) -> Purchase:
    """Write a purchase with its orders, hold their stock and ask for their payments."""
    purchase.link_key = secrets.token_urlsafe(LINK_BYTES)
    purchase.is_demo = any(item.is_demo for plan in plans for item in plan.part.items)
    purchase.orders = [
        _order(plan, chr(ord("A") + i), frozen, by=by, now=now) for i, plan in enumerate(plans)
    ]
    db.session.add(purchase)
    db.session.flush()
    _hold(purchase, by=by, now=now)
    asked = [_asked(order, purchase.number) for order in purchase.orders]
    payments.request_payments(PAYABLE, asked, by=by, now=now)
    return purchase


def answer_term(to: Destination, now: datetime) -> datetime:
    """Return until when the enterprise may answer.

    Two days, cut short by the opening of the place where the buyer comes; never less than two
    hours, but for the end of waiting there.
    """
    latest = now + ANSWER_TERM
    if to.opens_at is None or to.due_at is None:
        return latest
    return min(max(min(latest, to.opens_at), now + SHORTEST_TERM), to.due_at)


def _order(
    plan: Plan, letter: str, frozen: Mapping[int, Frozen], *, by: Person, now: datetime
) -> Order:
    part, to = plan.part, plan.to
    lines = [_line(frozen[item.product_id], item.quantity) for item in part.items]
    goods = sum(line.total_cents for line in lines)
    placed = OrderEvent(
        kind=State.PLACED.value, by_id=by.id, acted_as="buyer", happened_at=now, facts={}
    )
    return Order(
        letter=letter,
        enterprise_id=part.enterprise.id,
        division_id=part.enterprise.division_id,
        to_order=any(line.to_order for line in lines),
        way=to.way,
        collection_id=to.collection_id,
        window_id=to.window_id,
        point_id=to.point_id,
        collect_on=to.collect_on,
        zone_id=to.zone_id,
        address=to.address,
        method=plan.method,
        goods_cents=goods,
        delivery_cents=to.delivery_cents,
        total_cents=goods + to.delivery_cents,
        handover_code=f"{secrets.randbelow(10**6):06d}",
        answer_by=answer_term(to, now),
        due_at=to.due_at,
        lines=lines,
        events=[placed],
    )


def _line(product: Frozen, quantity: int) -> OrderLine:
    """Copy a product onto an order line: later changes of it leave the order as it is."""
    return OrderLine(
        product_id=product.product_id,
        price_version_id=product.version_id,
        name=product.name,
        unit=product.unit,
        segment=product.segment,
        category=product.category,
        price_cents=product.price_cents,
        makers_cents=product.makers_cents,
        materials_cents=product.materials_cents,
        packing_cents=product.packing_cents,
        fund_cents=product.fund_cents,
        fees_cents=product.fees_cents,
        minutes=product.minutes,
        real_hour_cents=product.real_hour_cents,
        lead_days=product.lead_days,
        perishable=product.perishable,
        to_order=product.to_order,
        ordered=quantity,
        charged=quantity,
    )


def _hold(purchase: Purchase, *, by: Person, now: datetime) -> None:
    lines = [line for order in purchase.orders for line in order.lines]
    wanted = {line.product_id: (line.ordered, line.subject) for line in lines}
    stock.hold_each(wanted, by=by, now=now)


def _asked(order: Order, number: int) -> payments.Asked:
    return payments.Asked(
        payable_id=order.id,
        enterprise_id=order.enterprise_id,
        amount_cents=order.total_cents,
        method=order.method,
        txid=f"P{number}{order.letter}",
    )
