"""What is in a visitor's basket, at today's prices."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.accounts.models import Division
from marketplace.catalogue.models.products import Product, Showing, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.core.clock import today
from marketplace.core.database import db, rows
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.orders.models.baskets import Basket, BasketLine

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Item:
    """One line; centavos of BRL of one piece, unless they are a total."""

    product_id: int
    slug: str
    name: str
    unit: str
    picture: str | None
    quantity: int
    price_cents: int  # today
    shown_cents: int  # when it was put in, or last told
    left: int | None  # pieces to sell; none: made to order
    for_sale: bool
    lead_days: int  # of what is made to order; else 0
    at_fair: bool
    at_point: bool
    by_delivery: bool
    makers_cents: int | None  # of one, where the composition is known
    is_demo: bool

    @property
    def total_cents(self) -> int:
        return self.price_cents * self.quantity

    @property
    def to_order(self) -> bool:
        return self.left is None

    @property
    def only_at_fair(self) -> bool:
        return self.at_fair and not (self.at_point or self.by_delivery)

    @property
    def price_changed(self) -> bool:
        return self.price_cents != self.shown_cents

    @property
    def too_many(self) -> bool:
        return self.left is not None and self.quantity > self.left


@dataclass(frozen=True)
class Part:
    """What the basket holds of one enterprise."""

    enterprise: Enterprise
    items: tuple[Item, ...]

    @property
    def total_cents(self) -> int:
        return sum(item.total_cents for item in self.items)

    @property
    def lead_days(self) -> int:
        """How long the slowest of it takes to make."""
        return max(item.lead_days for item in self.items)


@dataclass(frozen=True)
class Contents:
    parts: tuple[Part, ...] = ()

    @property
    def items(self) -> list[Item]:
        return [item for part in self.parts for item in part.items]

    @property
    def pieces(self) -> int:
        return sum(item.quantity for item in self.items)

    @property
    def total_cents(self) -> int:
        return sum(part.total_cents for part in self.parts)

    @property
    def makers_cents(self) -> int | None:
        """What goes to those who make it; none unless it is known of everything."""
        known = [i.makers_cents * i.quantity for i in self.items if i.makers_cents is not None]
        return sum(known) if len(known) == len(self.items) else None

    @property
    def orderable(self) -> bool:
        """Whether nothing in it stands in the way of ordering."""
        items = self.items
        return bool(items) and all(item.for_sale and not item.too_many for item in items)


def contents(token: str | None, now: datetime) -> Contents:
    """Return what is in the basket, by enterprise; empty for none, an unknown or an old one."""
    if not token:
        return Contents()
    rows = db.session.execute(_LINES, {"token": hashed(token), "since": now - KEPT})
    items = [(product.enterprise, _item(line, product, left, now)) for line, product, left in rows]
    order = {enterprise.id: i for i, (enterprise, _item) in reversed(list(enumerate(items)))}
    items.sort(key=lambda pair: order[pair[0].id])
    return Contents(
        tuple(
            Part(enterprise, tuple(item for _enterprise, item in pairs))
            for enterprise, pairs in groupby(items, key=lambda pair: pair[0])
        )
    )


def pieces(token: str | None) -> int:
    """Return how many pieces are in the basket, for the header."""
    if not token:
        return 0
    ((found,),) = rows(_PIECES, {"token": hashed(token)})
    return found or 0


def by_token(token: str, now: datetime) -> sa.Select[Basket]:
    return sa.select(Basket).where(
        Basket.token_hash == hashed(token), Basket.touched_at > now - KEPT
    )


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sells(product: Product, enterprise: Enterprise, now: datetime) -> bool:
    """Whether a product can be ordered, on this day where its enterprise is."""
    return (
        product.showing is Showing.PUBLISHED
        and enterprise.standing is Standing.APPROVED
        and not enterprise.away_on(today(enterprise.division.time_zone, now))
    )


def _item(line: BasketLine, product: Product, left: int | None, now: datetime) -> Item:
    to_order = product.supply is Supply.TO_ORDER
    return Item(
        product_id=product.id,
        slug=product.slug,
        name=product.name,
        unit=product.unit,
        picture=product.picture,
        quantity=line.quantity,
        price_cents=product.price_cents,
        shown_cents=line.price_cents,
        left=None if to_order else left or 0,
        for_sale=sells(product, product.enterprise, now),
        lead_days=product.lead_days if to_order else 0,
        at_fair=product.at_fair,
        at_point=product.at_point,
        by_delivery=product.by_delivery,
        makers_cents=product.maker_cents,
        is_demo=product.is_demo,
    )


_PIECES = (
    sa.select(sa.func.sum(BasketLine.quantity))
    .join(Basket, Basket.id == BasketLine.basket_id)
    .where(Basket.token_hash == sa.bindparam("token"))
)
_LINES = (
    sa.select(BasketLine, Product, Stock.left_count)
    .join(Basket, Basket.id == BasketLine.basket_id)
    .join(Product, Product.id == BasketLine.product_id)
    .join(Product.enterprise)
    .join(Stock, Stock.product_id == Product.id, isouter=True)
    .where(
        Basket.token_hash == sa.bindparam("token"),
        Basket.touched_at > sa.bindparam("since"),
    )
    .order_by(BasketLine.added_at, BasketLine.product_id)
    .options(
        contains_eager(Product.enterprise)
        .joinedload(Enterprise.division)
        .joinedload(Division.municipality),
        joinedload(BasketLine.product, innerjoin=True).lazyload("*"),
    )
    .execution_options(populate_existing=True)
)
