"""What is in a visitor's basket, at today's prices."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Division, Municipality
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.products import Product, Showing, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.core.clock import today
from marketplace.core.database import rows
from marketplace.enterprises.models import Enterprise, Segment, Standing
from marketplace.enterprises.pix_keys import Pix
from marketplace.orders.models.baskets import Basket, BasketLine

KEPT = timedelta(days=30)
_RULES: Any = Enterprise  # what it says of its columns holds of the same columns in a seller


class Seller(NamedTuple):
    """An enterprise, as far as ordering asks."""

    id: int
    division_id: int
    name: str
    segment: Segment
    standing: Standing
    paused_from: date | None
    paused_until: date | None
    pix_key: str
    pix_key_kind: str
    pix_holder: str
    pix_next_key: str | None
    pix_next_kind: str | None
    pix_next_holder: str | None
    pix_next_at: datetime | None
    municipality_code: int  # of its Division, as is the zone
    time_zone: str

    def away_on(self, day: date) -> bool:
        away: bool = _RULES.away_on(self, day)
        return away

    def pix_at(self, now: datetime) -> Pix:
        found: Pix = _RULES.pix_at(self, now)
        return found


SELLER = (
    *(getattr(Enterprise, name).label(f"seller_{name}") for name in Seller._fields[:-2]),
    Division.municipality_code,
    Municipality.time_zone,
)
"""The columns of a seller, with which a row of its ends."""


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
    left: int | None  # pieces that can be had in one way; none: made to order
    for_sale: bool
    lead_days: int  # of what is made to order; else 0
    at_fair: bool
    at_point: bool
    by_delivery: bool
    category: str  # its slug
    perishable: bool
    groups: tuple[int | None, ...]  # the five of one, where the composition is known
    is_demo: bool
    anywhere: int = 0  # of them, those that are not set apart for a fair

    @property
    def total_cents(self) -> int:
        return self.price_cents * self.quantity

    @property
    def makers_cents(self) -> int | None:
        return self.groups[0]

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

    enterprise: Seller
    items: tuple[Item, ...]

    @property
    def total_cents(self) -> int:
        return sum(item.total_cents for item in self.items)

    def total_at(self, prices: Mapping[int, int]) -> int:
        """Return what it costs where some products cost these prices, in centavos."""
        each = ((prices.get(item.product_id, item.price_cents), item) for item in self.items)
        return sum(cents * item.quantity for cents, item in each)

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
    found = rows(_LINES, {"token": hashed(token), "since": now - KEPT})
    items = [(seller := seller_in(row), _item(row, seller, now)) for row in found]
    order = {seller.id: i for i, (seller, _item) in reversed(list(enumerate(items)))}
    items.sort(key=lambda pair: order[pair[0].id])
    return Contents(
        tuple(
            Part(seller, tuple(item for _seller, item in pairs))
            for seller, pairs in groupby(items, key=lambda pair: pair[0])
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


def sells(showing: Showing, seller: Seller, now: datetime) -> bool:
    """Whether a product shown so can be ordered, on this day where its enterprise is."""
    return (
        showing is Showing.PUBLISHED
        and seller.standing is Standing.APPROVED
        and not seller.away_on(today(seller.time_zone, now))
    )


def seller_in(row: Any) -> Seller:
    """Return the seller whose columns a row ends with."""
    return Seller._make(row[-len(SELLER) :])


def _item(row: Any, seller: Seller, now: datetime) -> Item:
    to_order = row.supply is Supply.TO_ORDER
    return Item(
        product_id=row.id,
        slug=row.slug,
        name=row.name,
        unit=row.unit,
        picture=row.picture,
        quantity=row.quantity,
        price_cents=row.price_cents,
        shown_cents=row.shown_cents,
        left=None if to_order else max(row.left_count or 0, row.apart_count or 0),
        anywhere=row.left_count or 0,
        for_sale=sells(row.showing, seller, now),
        lead_days=row.lead_days if to_order else 0,
        at_fair=row.at_fair,
        at_point=row.at_point,
        by_delivery=row.by_delivery,
        category=row.category or "",
        perishable=row.perishable,
        groups=tuple(row[: len(_GROUPS)]),
        is_demo=row.is_demo,
    )


_GROUPS = (
    Product.maker_cents,
    Product.materials_cents,
    Product.packing_cents,
    Product.fund_cents,
    Product.fees_cents,
)
_PIECES = (
    sa.select(sa.func.sum(BasketLine.quantity))
    .join(Basket, Basket.id == BasketLine.basket_id)
    .where(Basket.token_hash == sa.bindparam("token"))
)
_LINES = (
    sa.select(
        *_GROUPS,
        Product.id,
        Product.slug,
        Product.name,
        Product.unit,
        Product.picture,
        BasketLine.quantity,
        Product.price_cents,
        BasketLine.price_cents.label("shown_cents"),
        Stock.left_count,
        Stock.apart_count,
        Product.showing,
        Product.supply,
        Product.lead_days,
        Product.at_fair,
        Product.at_point,
        Product.by_delivery,
        Category.slug.label("category"),
        Product.perishable,
        Product.is_demo,
        *SELLER,
    )
    .select_from(BasketLine)
    .join(Basket, Basket.id == BasketLine.basket_id)
    .join(Product, Product.id == BasketLine.product_id)
    .join(Enterprise, Enterprise.id == Product.enterprise_id)
    .join(Division, Division.id == Enterprise.division_id)
    .join(Municipality, Municipality.code == Division.municipality_code)
    .join(Stock, Stock.product_id == Product.id, isouter=True)
    .join(Category, Category.id == Product.category_id, isouter=True)
    .where(
        Basket.token_hash == sa.bindparam("token"),
        Basket.touched_at > sa.bindparam("since"),
    )
    .order_by(BasketLine.added_at, BasketLine.product_id)
)
