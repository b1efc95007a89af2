"""The facts of each sale: written by the operations that make a sale, never changed.

``record`` and ``take_back`` run inside those operations. Delivery is no part of a fact's gross:
it is the income of whoever delivers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.catalogue.models.prices import CompositionLine, LineKind
from marketplace.catalogue.queries import lists
from marketplace.core import audit
from marketplace.core.clock import today
from marketplace.core.database import connection, db, operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact
from marketplace.orders.models.orders import PAYABLE, Order, OrderLine
from marketplace.orders.models.places import ON_THE_SPOT, Way
from marketplace.orders.operations import rollups
from marketplace.orders.queries import counted, orders
from marketplace.payments.models.payments import DIRECT, Method
from marketplace.payments.queries import payments

CHANNELS = {
    Way.COLLECTION: Channel.ONLINE_FAIR,
    Way.POINT: Channel.ONLINE_POINT,
    Way.DELIVERY: Channel.ONLINE_DELIVERY,
    Way.STALL: Channel.FAIR_STALL,
    Way.DESK: Channel.FAIR_DESK,
}
FREE = {Method.CASH, Method.OWN_PIX, Method.SOCIAL, Method.BARTER}
"""No fee: that part of the price stays with who makes it."""
Less = list[tuple[SaleFact, int, str]]  # how many pieces of each, and what for
SIGNED = (
    *("quantity", "gross_cents", "makers_cents", "materials_cents", "packing_cents"),
    *("fund_cents", "fees_cents", "minutes"),
)
"""The columns that carry a minus on a row that takes back another."""


@operation(joins=True)
def record_sale(order_id: int, method: Method, *, by: Person, now: datetime) -> None:
    """Write the sale of an order's ready goods on the day of its payment.

    What was paid by a Pix that nobody had seen was written when it was handed over.
    """
    order = orders.counted(order_id)
    if method is Method.OWN_PIX and counted.latest([o.id for o in order.lines], FactKind.SALE):
        return
    record_ready(order, method, by=by, now=now)


def record_ready(order: Order, method: Method, *, by: Person, now: datetime) -> None:
    """Write the sale of what an order has of ready goods, as ``record``.

    What was made to order is left out: it was counted when the order was taken.
    """
    sold = {line.id: line.charged for line in order.lines if not line.to_order}
    record(order, FactKind.SALE, sold, method=method, by=by, now=now)


def record(
    order: Order,
    kind: FactKind,
    quantities: Mapping[int, int],
    *,
    method: Method,
    by: Person,
    now: datetime,
) -> None:
    """Write one fact for each of these lines, as everything is on this day; 0 pieces are none."""
    lines = [line for line in order.lines if quantities.get(line.id)]
    if not lines:
        return
    day = _sold_on(order, kind, method, now)
    common = _place(order.enterprise, day) | _circumstances(order, method)
    common |= {"kind": kind, "occurred_on": day, "recorded_at": now}
    names = lists.category_names({line.category for line in lines if line.category})
    fees = _payment_fees(lines) if method in FREE else {}
    wage = lists.wage_floor(day)
    rows = [
        common
        | _goods(line, quantities[line.id], fees.get(line.price_version_id or 0, 0))
        | _work(line, quantities[line.id], wage)
        | {"key": f"{line.subject}:{kind}", "category_name": names.get(line.category, "")}
        for line in lines
    ]
    append(rows)
    audit.record(f"{kind}_recorded", by=by, now=now, order_id=order.id, facts=len(rows))


def take_back_all(order: Order, *, by: Person, now: datetime) -> None:
    """Take back, on this day, all that was counted for an order and not taken back yet."""
    found = counted.left_of([line.id for line in order.lines])
    take_back(order, [(fact, left, "minus") for fact, left in found], by=by, now=now)


def take_back_less(order: Order, less: Mapping[int, int], *, by: Person, now: datetime) -> None:
    """Take back so many pieces, by line id, of orders taken that will not be handed over."""
    taken = counted.latest([line_id for line_id, n in less.items() if n], FactKind.ORDER_TAKEN)
    rows = [(fact, less[line_id], "less") for line_id, fact in taken.items()]
    take_back(order, rows, by=by, now=now)


def take_back_sold(order: Order, less: Mapping[int, int], *, by: Person, now: datetime) -> None:
    """Take back so many pieces, by line id, of goods paid in advance that will not be handed over.

    It may happen twice to a line: each time it is told how many are left.
    """
    left = {line.id: line.charged for line in order.lines if less[line.id] and not line.to_order}
    sold = counted.latest(left, FactKind.SALE)
    rows = [(fact, less[line_id], f"left-{left[line_id]}") for line_id, fact in sold.items()]
    take_back(order, rows, by=by, now=now)


@dataclass(frozen=True)
class Declared:
    """A total that somebody told of an enterprise's sales on a day; no products, no parts."""

    enterprise_id: int
    day: date
    segment: Segment
    channel: Channel
    gross_cents: int
    quantity: int = 0  # pieces, where they were told
    kind: FactKind = FactKind.SALE
    fair_id: int | None = None
    fair_name: str = ""
    confidence: Confidence = Confidence.DECLARED
    payment_method: str = ""  # where it was told


@operation
def declare_total(declared: Declared, *, key: str, by: Person, now: datetime) -> None:
    """Write down a total told by somebody; the same ``key`` again changes nothing."""
    if db.session.scalar(sa.select(SaleFact.id).where(SaleFact.key == f"declared:{key}")):
        return
    enterprise = db.session.get(Enterprise, declared.enterprise_id)
    if enterprise is None:
        raise NotFound
    told = {name: getattr(declared, name) for name in declared.__dataclass_fields__}
    told |= {"occurred_on": told.pop("day"), "key": f"declared:{key}", "recorded_at": now}
    told |= {"is_demo": enterprise.is_demo}
    append([_place(enterprise, declared.day) | told])
    audit.record("total_declared", by=by, now=now, enterprise_id=enterprise.id)


@operation
def take_back_declared(key: str, *, by: Person, now: datetime) -> None:
    """Take back, on its own day, a total that was told wrongly; again it changes nothing."""
    told = db.session.scalar(sa.select(SaleFact).where(SaleFact.key == f"declared:{key}"))
    minus = f"declared:{key}:minus"
    if told is None or db.session.scalar(sa.select(SaleFact.id).where(SaleFact.key == minus)):
        return
    columns = {c.key: getattr(told, c.key) for c in sa.inspect(SaleFact).column_attrs}
    del columns["id"]
    signed = {name: -columns[name] for name in SIGNED}
    append([columns | signed | {"key": minus, "corrects_id": told.id, "recorded_at": now}])
    audit.record("total_taken_back", by=by, now=now, enterprise_id=told.enterprise_id)


def append(rows: list[dict[str, Any]]) -> None:
    """Write these rows, by column, and have the roll-ups count them."""
    connection().execute(_APPEND, rows)
    rollups.add(row["key"] for row in rows)


def day_of(order: Order, now: datetime) -> date:
    """Return the local day to which what happens to an order belongs.

    What a till sold, or undid, belongs to the day of its fair, whenever the till could tell it.
    """
    if order.way in ON_THE_SPOT and order.collection:
        return order.collection.day
    return today(order.time_zone, now)


def _sold_on(order: Order, kind: FactKind, method: Method, now: datetime) -> date:
    """Return the day of a sale: of its payment or hand-over, where that was heard of later."""
    if method not in DIRECT and (paid_at := payments.settled_at(PAYABLE, order.id)):
        return today(order.time_zone, paid_at)
    if order.way is Way.COLLECTION and order.handed_over_at and kind is not FactKind.ORDER_TAKEN:
        return today(order.time_zone, order.handed_over_at)
    return day_of(order, now)


def _place(enterprise: Enterprise, day: date) -> dict[str, Any]:
    """Return who sells and from where, as it is that day."""
    where = enterprises.location_of(enterprise)
    permille, led = enterprises.women_on(enterprise.id, day)
    return {
        "division_id": enterprise.division_id,
        "enterprise_id": enterprise.id,
        "enterprise_name": enterprise.name,
        "enterprise_kind": enterprise.kind,
        "municipality_code": enterprise.municipality_code,
        "municipality_name": enterprise.municipality.name,
        "neighbourhood": where.neighbourhood,
        "zone": where.zone_slug,
        "zone_name": where.zone_name,
        "women_permille": permille,
        "women_led": led,
    }


def _circumstances(order: Order, method: Method) -> dict[str, Any]:
    fair = order.collection if order.collection and order.collection.fair_id else None
    return {
        "division_id": order.division_id,
        "fair_id": fair.fair_id if fair else None,
        "fair_name": fair.title if fair else "",
        "channel": CHANNELS[order.way],
        "payment_method": method.value,
        "confidence": Confidence.TILL if order.way in ON_THE_SPOT else Confidence.ORDER,
        "is_demo": order.purchase.is_demo,
    }


def _goods(line: OrderLine, quantity: int, free_cents: int) -> dict[str, Any]:
    """Return what was sold and its parts; ``free_cents`` of one unit is a fee that nobody takes."""
    composed = line.makers_cents is not None
    makers, fees = (line.makers_cents or 0) + free_cents, (line.fees_cents or 0) - free_cents
    return {
        "order_line_id": line.id,
        "product_id": line.product_id,
        "product_name": line.name,
        "price_version_id": line.price_version_id,
        "segment": line.segment,
        "category": line.category,
        "quantity": quantity,
        "gross_cents": line.price_cents * quantity,
        "composed": composed,
        "makers_cents": makers * quantity if composed else 0,
        "materials_cents": (line.materials_cents or 0) * quantity,
        "packing_cents": (line.packing_cents or 0) * quantity,
        "fund_cents": (line.fund_cents or 0) * quantity,
        "fees_cents": fees * quantity if composed else 0,
    }


def _work(line: OrderLine, quantity: int, wage_cents: int) -> dict[str, Any]:
    hour = line.real_hour_cents
    return {
        "minutes": line.minutes * quantity,
        "wage_floor_cents": wage_cents,
        "under_floor": hour is not None and hour < wage_cents,
    }


def _payment_fees(lines: list[OrderLine]) -> dict[int, int]:
    """Return the payment fee foreseen in one unit, in centavos, by price version."""
    versions = {line.price_version_id for line in lines if line.fees_cents}
    fee = (
        sa.select(CompositionLine.version_id, sa.func.sum(CompositionLine.total_cents))
        .where(
            CompositionLine.version_id.in_(versions),
            CompositionLine.kind == LineKind.PAYMENT_FEE,
        )
        .group_by(CompositionLine.version_id)
    )
    found = db.session.execute(fee) if versions else ()
    return {version: int(cents) for version, cents in found}


def take_back(
    order: Order, rows: Less, *, day: date | None = None, by: Person, now: datetime
) -> None:
    """Write rows with a minus for so many pieces of each fact; on its own day, or another."""
    day = day or day_of(order, now)
    minus = [
        minus_of(fact, pieces)
        | {"key": f"{fact.key}:{how}", "occurred_on": day, "recorded_at": now}
        for fact, pieces, how in rows
        if pieces
    ]
    if minus:
        append(minus)
        audit.record("facts_taken_back", by=by, now=now, order_id=order.id, facts=len(minus))


def minus_of(fact: SaleFact, pieces: int) -> dict[str, Any]:
    """Return a fact's columns for ``-pieces``: every amount is that of one unit, times them."""
    columns = {c.key: getattr(fact, c.key) for c in sa.inspect(SaleFact).column_attrs}
    del columns["id"]
    signed = {name: -(columns[name] // fact.quantity) * pieces for name in SIGNED}
    return columns | signed | {"corrects_id": fact.id}


_APPEND = sa.insert(SaleFact)
