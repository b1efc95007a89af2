"""What was sold in a split of a common desk, for the slips; nothing here writes."""

from collections import defaultdict
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.products import Product
from marketplace.core.database import db
from marketplace.fairs.models.returns import TillReturnLine
from marketplace.fairs.models.splits import DeskPart
from marketplace.fairs.models.tills import TillHandover, TillSale, TillVoid
from marketplace.orders.models.orders import Order, OrderLine


class Good(NamedTuple):
    """What was sold of one thing at one price, in centavos; minus what was undone."""

    code: str
    name: str
    price_cents: int
    pieces: int

    @property
    def cents(self) -> int:
        return self.pieces * self.price_cents


def goods_of(split_id: int) -> dict[int, list[Good]]:
    """Return what is in a split by who sold it, by name."""
    pieces: dict[tuple[int, str, str, int], int] = defaultdict(int)
    for seller, code, name, price, number in db.session.execute(_GOODS, {"split": split_id}):
        pieces[seller, code or "", name, price] += number
    found: dict[int, list[Good]] = defaultdict(list)
    for (seller, code, name, price), number in sorted(pieces.items()):
        if number:
            found[seller].append(Good(code, name, price, number))
    return found


def _sold(sign: int, pieces: Any) -> sa.Select[Any]:
    columns = (Order.enterprise_id, Product.code, OrderLine.name, OrderLine.price_cents)
    return (
        sa.select(*columns, sign * pieces)
        .select_from(DeskPart)
        .where(DeskPart.split_id == sa.bindparam("split"))
    )


def _with_lines(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.join(OrderLine, OrderLine.order_id == Order.id).outerjoin(
        Product, Product.id == OrderLine.product_id
    )


_GOODS: sa.CompoundSelect[Any] = sa.union_all(
    _with_lines(
        _sold(1, OrderLine.ordered)
        .join(TillSale, TillSale.id == DeskPart.sale_id)
        .join(Order, Order.purchase_id == TillSale.purchase_id)
    ),
    _with_lines(
        _sold(-1, OrderLine.ordered)
        .join(TillVoid, TillVoid.id == DeskPart.void_id)
        .join(TillSale, TillSale.id == TillVoid.sale_id)
        .join(Order, Order.purchase_id == TillSale.purchase_id)
    ),
    _with_lines(
        _sold(1, OrderLine.charged)
        .join(TillHandover, TillHandover.id == DeskPart.handover_id)
        .join(Order, Order.id == TillHandover.order_id)
    ),
    sa.select(
        *(TillReturnLine.enterprise_id, Product.code),
        sa.func.coalesce(Product.name, TillReturnLine.name),
        *(TillReturnLine.price_cents, -TillReturnLine.fitting),
    )
    .select_from(DeskPart)
    .join(TillReturnLine, TillReturnLine.return_id == DeskPart.return_id)
    .outerjoin(Product, Product.id == TillReturnLine.product_id)
    .where(DeskPart.split_id == sa.bindparam("split")),
)
