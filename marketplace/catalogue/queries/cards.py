"""Products as lists show them: columns, never entities."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.products import Product, Showing, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.queries.products import stock_truth
from marketplace.core.database import db
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise

LOOKED_AT = 12  # cards, for each one that a short list shows
Columns = sa.Select[*tuple[Any, ...]]


class Card(NamedTuple):
    """A product as a list shows it; the macro `pcard` takes it as it is."""

    id: int
    slug: str
    url: str
    name: str
    price_cents: int
    unit: str
    segment: str
    category: str
    picture: str | None
    parts: tuple[int, ...] | None  # the five groups, where they add up
    stock: str  # what `stock_truth` says
    left: int
    lead_days: int
    enterprise: str
    enterprise_slug: str
    version: int


def of_enterprise(
    enterprise_id: int, *, day: date, address: str = "/produtos/", number: int = 100
) -> list[Card]:
    """Return an enterprise's products on sale, the newest first."""
    values = {"day": day, "maker": enterprise_id, "rows": number}
    return [card_of(row, address) for row in db.session.execute(_OWN_PAGE, values)]


def neighbours(
    product: Any, *, day: date, address: str = "/produtos/", number: int = 4
) -> list[Card]:
    """Return other products to look at: its maker's first, then others of its segment."""
    rows = db.session.execute(
        _NEIGHBOURS,
        {
            "day": day,
            "product_id": product.id,
            "maker": product.enterprise_id,
            "segment": product.segment,
            "rows": number,
        },
    )
    return [card_of(row, address) for row in rows]


def in_turn(shown: Sequence[Card]) -> list[Card]:
    """Return each enterprise's first card, then each one's second…; what is sold out comes last."""
    seen: Counter[tuple[bool, str]] = Counter()
    turns = []
    for card in shown:
        key = (card.stock == "sold_out", card.enterprise_slug)
        turns.append((key[0], seen[key]))
        seen[key] += 1
    return [shown[place] for place in sorted(range(len(shown)), key=turns.__getitem__)]


def on_sale() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions, on products alone, of being on sale on the day bound."""
    day: Any = sa.bindparam("day", type_=sa.Date)
    away = sa.select(Enterprise.id).where(sa.not_(enterprises.selling_on(day)))
    return Product.showing == Showing.PUBLISHED, Product.enterprise_id.not_in(away)


def card_columns() -> Columns:
    return (
        sa.select(
            Product.id,
            Product.slug,
            Product.name,
            Product.price_cents,
            Product.unit,
            Product.segment,
            sa.func.coalesce(Category.slug, "").label("category"),
            Product.picture,
            Product.maker_cents,
            Product.materials_cents,
            Product.packing_cents,
            Product.fund_cents,
            Product.fees_cents,
            Product.supply,
            Product.at_fair,
            Product.at_point,
            Product.by_delivery,
            Product.lead_days,
            sa.func.coalesce(Stock.left_count, 0).label("left"),
            Enterprise.name.label("enterprise"),
            Enterprise.slug.label("enterprise_slug"),
            Product.shown_version,
        )
        .join_from(Product, Enterprise, Enterprise.id == Product.enterprise_id)
        .join(Stock, Stock.product_id == Product.id, isouter=True)
        .join(Category, Category.id == Product.category_id, isouter=True)
    )


def card_of(row: Any, address: str) -> Card:
    parts = None
    if row.maker_cents is not None:
        parts = (
            row.maker_cents,
            row.materials_cents,
            row.packing_cents,
            row.fund_cents,
            row.fees_cents,
        )
    only_at_fair = row.at_fair and not (row.at_point or row.by_delivery)
    truth = stock_truth(row.left, to_order=row.supply is Supply.TO_ORDER, only_at_fair=only_at_fair)
    return Card(
        row.id,
        row.slug,
        address + row.slug,
        row.name,
        row.price_cents,
        row.unit,
        row.segment,
        row.category,
        row.picture,
        parts,
        truth,
        row.left,
        row.lead_days,
        row.enterprise,
        row.enterprise_slug,
        row.shown_version,
    )


_OWN = sa.case((Product.enterprise_id == sa.bindparam("maker"), 0), else_=1)
_NEIGHBOURS = (
    card_columns()
    .where(
        *on_sale(),
        Product.id != sa.bindparam("product_id"),
        sa.or_(
            Product.enterprise_id == sa.bindparam("maker"),
            Product.segment == sa.bindparam("segment"),
        ),
    )
    .order_by(_OWN, Product.published_at.desc(), Product.id.desc())
    .limit(sa.bindparam("rows", type_=sa.Integer))
)
_OWN_PAGE = (
    card_columns()
    .where(*on_sale(), Product.enterprise_id == sa.bindparam("maker"))
    .order_by(Product.published_at.desc(), Product.id.desc())
    .limit(sa.bindparam("rows", type_=sa.Integer))
)
