"""The shop's pages of many products.

    found = listing(filters.read(request.args.to_dict(flat=False)), day=day, address="/produtos/")

Always three statements, whatever is asked and however many there are (four when typos are mended):
the shelf (how many in each segment and category, which also gives the number found), the page's
rows, and, with a question, the search engine's. Rows are columns, never entities; a statement is
built once for each kind of question and kept.

Enterprises that are not approved have nothing published, so only those away are looked up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.filters import Filters, Order, Way
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.products import Product, ProductMaterial
from marketplace.catalogue.queries.cards import (
    LOOKED_AT,
    Card,
    Columns,
    card_columns,
    card_of,
    in_turn,
    on_sale,
)
from marketplace.core import search
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise

PER_PAGE = 24
WAYS = tuple(str(way) for way in Way)
KIND = "product"


class Shelf(NamedTuple):
    """How many products fit, in one segment and category (none: it has no category)."""

    segment: str
    category_id: int | None
    category: str
    number: int


@dataclass(frozen=True)
class Listing:
    """One page of what was found. ``total``, ``number`` and ``pages`` are as in `core.paging`."""

    items: list[Card]
    total: int
    number: int
    pages: int
    shelves: list[Shelf]
    corrected: str | None = None
    loosened: bool = False

    @property
    def per_segment(self) -> dict[str, int]:
        """How many fit in each segment, were all segments and categories asked for."""
        counts: dict[str, int] = {}
        for shelf in self.shelves:
            counts[shelf.segment] = counts.get(shelf.segment, 0) + shelf.number
        return counts

    @property
    def per_category(self) -> dict[str, int]:
        """How many fit under each category's slug."""
        counts: dict[str, int] = {}
        for shelf in self.shelves:
            if shelf.category:
                counts[shelf.category] = counts.get(shelf.category, 0) + shelf.number
        return counts


def listing(filters: Filters, *, day: date, address: str = "/produtos/") -> Listing:
    """Return a page of the products on sale that day; a page beyond the end is the last one.

    ``address`` is what stands before a slug in the address of a product.
    """
    match = search.matching(KIND, filters.q) if filters.q else None
    shape, values = _shape(filters), _values(filters, day)
    found = match.select if match else None
    shelves = [Shelf._make(row) for row in db.session.execute(_shelves(shape, found), values)]
    total = sum(shelf.number for shelf in shelves if _on_shelf(filters, shelf))
    pages = max(1, -(-total // PER_PAGE))
    number = min(filters.page, pages)
    start = {"start": (number - 1) * PER_PAGE, "rows": PER_PAGE}
    rows = db.session.execute(_rows(shape, filters.order, found), values | start)
    return Listing(
        [card_of(row, address) for row in rows],
        total,
        number,
        pages,
        shelves,
        match.corrected if match else None,
        match.loosened if match else False,
    )


def newest(number: int, *, day: date, address: str = "/produtos/") -> list[Card]:
    """Return products put on sale last, of as many enterprises as there are."""
    values = {"day": day, "start": 0, "rows": number * LOOKED_AT}
    rows = db.session.execute(_kept_rows(frozenset(), Order.NEWEST), values)
    return in_turn([card_of(row, address) for row in rows])[:number]


def _on_shelf(filters: Filters, shelf: Shelf) -> bool:
    right_segment = not filters.segments or shelf.segment in filters.segments
    return right_segment and (not filters.categories or shelf.category in filters.categories)


def _shape(filters: Filters) -> frozenset[str]:
    """Return which conditions a question asks for; their values are bound when it is asked."""
    asked = {
        "segments": filters.segments,
        "categories": filters.categories,
        "technique": filters.technique,
        "material": filters.material,
        "municipality": filters.municipality,
        "least": filters.least_cents is not None,
        "most": filters.most_cents is not None,
    }
    return frozenset({name for name, value in asked.items() if value} | set(filters.ways))


def _values(filters: Filters, day: date) -> dict[str, Any]:
    values = {
        "day": day,
        "segments": filters.segments,
        "categories": filters.categories,
        "technique": filters.technique,
        "material": filters.material,
        "municipality": filters.municipality,
        "least": filters.least_cents,
        "most": filters.most_cents,
    }
    asked = _shape(filters) | {"day"}
    return {name: value for name, value in values.items() if name in asked}


def _conditions(shape: frozenset[str], *, shelves: bool) -> list[sa.ColumnElement[bool]]:
    every = _every_condition()
    asked = shape - {"segments", "categories"} if shelves else shape
    ways = [every[name] for name in WAYS if name in asked]
    others = [condition for name, condition in every.items() if name in asked and name not in WAYS]
    return [*on_sale(), *others, *([sa.or_(*ways)] if ways else [])]


@cache
def _every_condition() -> Mapping[str, sa.ColumnElement[bool]]:
    def bound(name: str, kind: Any = None, *, many: bool = False) -> Any:
        return sa.bindparam(name, type_=kind, expanding=many)

    has_material = sa.exists().where(
        ProductMaterial.product_id == Product.id, ProductMaterial.folded == bound("material")
    )
    of_place = sa.select(Enterprise.id).where(Enterprise.municipality_code == bound("municipality"))
    under = sa.select(Category.id).where(Category.slug.in_(bound("categories", many=True)))
    return {
        "segments": Product.segment.in_(bound("segments", many=True)),
        "categories": Product.category_id.in_(under),
        "technique": Product.technique_folded == bound("technique"),
        "material": has_material,
        "municipality": Product.enterprise_id.in_(of_place),
        "least": Product.price_cents >= bound("least"),
        "most": Product.price_cents <= bound("most"),
        Way.FAIR: Product.at_fair,
        Way.POINT: Product.at_point,
        Way.DELIVERY: Product.by_delivery,
    }


def _shelves(shape: frozenset[str], found: Columns | None) -> Columns:
    if found is None:
        return _kept_shelves(shape - {"segments", "categories"})
    hits = found.subquery()
    return _shelf_query(shape, Product.id.in_(sa.select(hits.c.object_id)))


@cache
def _kept_shelves(shape: frozenset[str]) -> Columns:
    return _shelf_query(shape)


def _shelf_query(shape: frozenset[str], *found: sa.ColumnElement[bool]) -> Columns:
    counted = (
        sa.select(Product.segment, Product.category_id, sa.func.count().label("number"))
        .where(*_conditions(shape, shelves=True), *found)
        .group_by(Product.segment, Product.category_id)
        .subquery()
    )
    slug = sa.func.coalesce(Category.slug, "")
    return sa.select(counted.c.segment, counted.c.category_id, slug, counted.c.number).select_from(
        counted.join(Category, Category.id == counted.c.category_id, isouter=True)
    )


def _rows(shape: frozenset[str], order: Order, found: Columns | None = None) -> Columns:
    if found is None:
        return _kept_rows(shape, order)
    hits = found.subquery()
    ordered = (hits.c.rank,) if order is Order.FITTING else _ORDERS[order]
    ids = sa.select(Product.id).join(hits, hits.c.object_id == Product.id)
    return _paged(ids.where(*_conditions(shape, shelves=False)), ordered)


@cache
def _kept_rows(shape: frozenset[str], order: Order) -> Columns:
    return _paged(sa.select(Product.id).where(*_conditions(shape, shelves=False)), _ORDERS[order])


def _paged(ids: sa.Select[int], order: Sequence[Any]) -> Columns:
    """Return the cards of one page of ids; only these are joined with what a card shows."""
    place = sa.func.row_number().over(order_by=(*order, Product.id.desc())).label("place")
    page = (
        ids.add_columns(place)
        .order_by(*order, Product.id.desc())
        .limit(sa.bindparam("rows", type_=sa.Integer))
        .offset(sa.bindparam("start", type_=sa.Integer))
        .subquery()
    )
    return card_columns().join(page, page.c.id == Product.id).order_by(page.c.place)


_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.NEWEST: (Product.published_at.desc(),),
    Order.CHEAPEST: (Product.price_cents,),
    Order.DEAREST: (Product.price_cents.desc(),),
    Order.MAKERS: (Product.makers_permille.desc().nulls_last(),),
    Order.FITTING: (Product.published_at.desc(),),
}
