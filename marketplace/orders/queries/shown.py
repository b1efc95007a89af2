"""A purchase as its buyer's page shows it: rows of columns, by statements built once.

They answer what a `Purchase`, its orders and their lines answer, as far as that page asks: what the
models say of their columns holds of the same columns here. There is nothing to write with them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from marketplace.accounts.models import Division, Municipality
from marketplace.core.database import rows
from marketplace.core.errors import NotFound
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.orders import Order, OrderEvent, OrderLine, Purchase, State
from marketplace.orders.models.places import Collection, CollectionSeller, ServicePoint, Window
from marketplace.orders.queries.orders import OF_SELLER

_OF_ORDER: Any = Order
_OF_LINE: Any = OrderLine
_OF_SELLER: Any = Enterprise
_OF_COLLECTION: Any = Collection
_OF_POINT: Any = ServicePoint


class Facts:
    """Some columns of a row, by their names."""

    def __init__(self, names: Iterable[str], values: Sequence[Any]) -> None:
        self.__dict__.update(zip(names, values, strict=True))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__} was not read with {name}")


class ShownLine(Facts):
    total_cents = _OF_LINE.total_cents


class ShownSeller(Facts):
    pix_at = _OF_SELLER.pix_at


class ShownCollection(Facts):
    takes_orders = _OF_COLLECTION.takes_orders


class ShownPoint(Facts):
    hours_on = _OF_POINT.hours_on


class ShownOrder(Facts):
    purchase: "ShownPurchase"
    lines: list[ShownLine]
    time_zone: str
    events: list[Facts]  # read once something was answered: until then none is told

    code = _OF_ORDER.code
    closes_at = _OF_ORDER.closes_at
    can_be_cancelled = _OF_ORDER.can_be_cancelled
    is_prepaid = _OF_ORDER.is_prepaid
    agreed_at_a_distance = _OF_ORDER.agreed_at_a_distance
    withdrawable_until = _OF_ORDER.withdrawable_until


class ShownPurchase(Facts):
    orders: list[ShownOrder]


class _Part(NamedTuple):
    """What of a row stands behind one name: columns by the names they have there."""

    kind: type[Facts]
    columns: dict[str, Any]
    at: slice

    def read(self, row: Sequence[Any]) -> Any:
        return self.kind(self.columns, row[self.at])


def purchase_by_key(link_key: str) -> Any:
    """Return the purchase that a secret link opens, as its page asks of it.

    Two statements, and a third where something was answered.

    :raises NotFound: if there is none.
    """
    if not (found := rows(_ORDERS, {"link_key": link_key})):
        raise NotFound
    purchase: ShownPurchase = _PARTS["purchase"].read(found[0])
    purchase.orders = [_order(row, purchase) for row in found]
    _fill(purchase, "lines", _LINES, ShownLine)
    if any(order.state not in (State.AWAITING, State.PLACED) for order in purchase.orders):
        _fill(purchase, "events", _EVENTS, Facts)
    return purchase


def _order(row: Sequence[Any], purchase: ShownPurchase) -> ShownOrder:
    order: ShownOrder = _PARTS["order"].read(row)
    for name in ("enterprise", "division", *_MAY_BE_NONE):
        there = name not in _MAY_BE_NONE or row[_PARTS[name].at.start] is not None
        setattr(order, name, _PARTS[name].read(row) if there else None)
    order.time_zone = (order.collection or order.division).time_zone
    order.enterprise.municipality = Facts(("name",), (order.enterprise.town,))
    order.purchase, order.lines, order.events = purchase, [], []
    return order


def _fill(purchase: ShownPurchase, name: str, query: sa.Executable, kind: type[Facts]) -> None:
    """Let the orders have what a query finds for them, in its order."""
    lists = {order.id: getattr(order, name) for order in purchase.orders}
    for row in rows(query, {"ids": list(lists)}):
        lists[row.order_id].append(kind(row._fields, row))


def _named(*columns: Any, **apart: Any) -> dict[str, Any]:
    return {column.key: column for column in columns} | apart


def _parts(found: dict[str, tuple[type[Facts], dict[str, Any]]]) -> dict[str, _Part]:
    """Return the parts with where they stand in a row that has them one after another."""
    parts, start = {}, 0
    for name, (kind, columns) in found.items():
        parts[name] = _Part(kind, columns, slice(start, start + len(columns)))
        start += len(columns)
    return parts


_TOWN = orm.aliased(Municipality, name="town")  # of who sells, of its Division, of the place
_HOME = orm.aliased(Municipality, name="home")
_PLACE = orm.aliased(Municipality, name="place")
_OF_POINTS = orm.aliased(Division, name="of_point")
_AT_POINT = orm.aliased(Municipality, name="at_point")
_MAY_BE_NONE = ("collection", "seller", "window", "point")  # the first column says whether it is
_PARTS = _parts(
    {
        "order": (
            ShownOrder,
            _named(
                *(Order.id, Order.letter, Order.state, Order.way, Order.collection_id),
                *(Order.collect_on, Order.address, Order.method, Order.delivery_cents),
                *(Order.total_cents, Order.handover_code, Order.pay_by, Order.answer_by),
                *(Order.due_at, Order.handed_over_at),
            ),
        ),
        "purchase": (
            ShownPurchase,
            _named(
                *(Purchase.id, Purchase.number, Purchase.link_key, Purchase.buyer_name),
                *(Purchase.buyer_mobile, Purchase.placed_at),
            ),
        ),
        "enterprise": (ShownSeller, _named(*OF_SELLER, town=_TOWN.name)),
        "division": (
            Facts,
            _named(Division.address, Division.email, time_zone=_HOME.time_zone),
        ),
        "collection": (
            ShownCollection,
            _named(
                *(Collection.id, Collection.place, Collection.day, Collection.opens_at),
                *(Collection.ends_at, Collection.closes_at, Collection.closed_at),
                Collection.cancelled_at,
                time_zone=_PLACE.time_zone,
            ),
        ),
        "seller": (Facts, _named(CollectionSeller.stall)),
        "window": (Facts, _named(Window.starts_at, Window.ends_at)),
        "point": (
            ShownPoint,
            _named(ServicePoint.name, ServicePoint.hours, time_zone=_AT_POINT.time_zone),
        ),
    }
)
_ORDERS = (
    sa.select(
        *(
            column.label(f"{part}_{name}")
            for part, found in _PARTS.items()
            for name, column in found.columns.items()
        )
    )
    .select_from(Order)
    .join(Order.purchase)
    .join(Order.enterprise)
    .join(_TOWN, _TOWN.code == Enterprise.municipality_code)
    .join(Order.division)
    .join(_HOME, _HOME.code == Division.municipality_code)
    .outerjoin(Order.collection)
    .outerjoin(_PLACE, _PLACE.code == Collection.municipality_code)
    .outerjoin(Order.seller)
    .outerjoin(Order.window)
    .outerjoin(Order.point)
    .outerjoin(_OF_POINTS, _OF_POINTS.id == ServicePoint.division_id)
    .outerjoin(_AT_POINT, _AT_POINT.code == _OF_POINTS.municipality_code)
    .where(Purchase.link_key == sa.bindparam("link_key"))
    .order_by(Order.letter)
)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_LINES = (
    sa.select(
        *(OrderLine.order_id, OrderLine.name, OrderLine.price_cents, OrderLine.charged),
        *(OrderLine.ordered, OrderLine.reason, OrderLine.perishable, OrderLine.to_order),
        OrderLine.missing,
    )
    .where(OrderLine.order_id.in_(_ids))
    .order_by(OrderLine.id)
)
_EVENTS = (
    sa.select(OrderEvent.order_id, OrderEvent.kind, OrderEvent.reason)
    .where(OrderEvent.order_id.in_(_ids))
    .order_by(OrderEvent.id)
)
