"""The facts of each sale: written by the operations that make a sale, never changed.

``record`` and ``take_back`` run inside those operations. Delivery is no part of a fact's gross:
it is the income of whoever delivers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.catalogue.queries import lists
from marketplace.core import audit
from marketplace.core.clock import today
from marketplace.core.database import connection, db, operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact
from marketplace.orders.models.orders import PAYABLE, Order
from marketplace.orders.models.places import ON_THE_SPOT, Way
from marketplace.orders.operations import rollups
from marketplace.orders.queries import counted, orders
from marketplace.orders.queries.sold import Sale, facts_of, place_of
from marketplace.payments.models.payments import DIRECT, Method
from marketplace.payments.queries import payments

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
    record(order, FactKind.SALE, _ready(order), method=method, by=by, now=now)


def _ready(order: Order) -> dict[int, int]:
    return {line.id: line.charged for line in order.lines if not line.to_order}


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
    if any(quantities.values()):
        day = _sold_on(order, kind, method, now)
        _record([Sale(order, kind, quantities, method, day)], by=by, now=now)


def record_paid(
    orders: Iterable[Order],
    methods: Mapping[int, Method],
    paid_at: datetime,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Write the sales of what these have of ready goods, on the day they were paid, as ``record``.

    ``methods`` are by order id.
    """
    days = ((order, today(order.time_zone, paid_at)) for order in orders)
    sales = [
        Sale(order, FactKind.SALE, _ready(order), methods[order.id], day) for order, day in days
    ]
    _record([sale for sale in sales if sale.lines], by=by, now=now)


def _record(sales: Sequence[Sale], *, by: Person, now: datetime) -> None:
    if sales:
        slugs = {line.category for sale in sales for line in sale.lines if line.category}
        names = lists.category_names(slugs)
        wages = {day: lists.wage_floor(day) for day in {sale.day for sale in sales}}
        each = (facts_of(sale, names, wages[sale.day]) for sale in sales)
        append([fact | {"recorded_at": now} for facts in each for fact in facts])
    for sale in sales:
        told = {"order_id": sale.order.id, "facts": len(sale.lines)}
        audit.record(f"{sale.kind}_recorded", by=by, now=now, **told)


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
    append([place_of(enterprise, declared.day) | told])
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
