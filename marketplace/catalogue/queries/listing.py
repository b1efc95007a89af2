"""The shop's pages of many products.

    found = listing(filters.read(request.args.to_dict(flat=False)), day=day, address="/produtos/")

What was found (how many there are in each segment and category, and which products this page has)
is kept until something on sale changes: then it is asked of the database anew, in two statements
however many there are (four with a question, a fifth when typos are mended). What their cards show
is read each time, in one statement that was built once.

Enterprises that are not approved have nothing published, so only those away are looked up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.assessments.queries.public import keeping
from marketplace.catalogue.filters import WAYS, Filters, Order, Way
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.products import Product, ProductMaterial
from marketplace.catalogue.queries import cards
from marketplace.catalogue.queries.cards import (
    DEPENDS_ON,
    LOOKED_AT,
    PER_PAGE,
    Card,
    Columns,
    on_sale,
)
from marketplace.core import search
from marketplace.core.database import rows
from marketplace.core.generations import kept
from marketplace.enterprises.models import Enterprise

KIND = "product"


class Shelf(NamedTuple):
    """How many products fit, in one segment and category (none: it has no category)."""

    segment: str
    category_id: int | None
    category: str
    number: int


class Found(NamedTuple):
    """What a question finds, as long as nothing on sale changes; tallies must not be changed."""

    ids: tuple[int, ...]  # of this page, in their order
    total: int
    number: int
    pages: int
    per_segment: dict[str, int]
    per_category: dict[str, int]
    corrected: str | None
    loosened: bool


@dataclass(frozen=True)
class Listing:
    """One page of what was found. ``total``, ``number`` and ``pages`` are as in `core.paging`.

    ``per_segment`` says how many fit in each segment, were all segments and categories asked for;
    ``per_category`` how many fit under each category's slug.
    """

    items: list[Card]
    total: int
    number: int
    pages: int
    per_segment: Mapping[str, int]
    per_category: Mapping[str, int]
    corrected: str | None = None
    loosened: bool = False


def listing(filters: Filters, *, day: date, address: str = "/produtos/") -> Listing:
    """Return a page of the products on sale that day; a page beyond the end is the last one.

    ``address`` is what stands before a slug in the address of a product.
    """
    found = kept(("listing", filters, day), DEPENDS_ON, lambda: _found(filters, day))
    return Listing(cards.of_ids(found.ids, address), *found[1:])


def newest(number: int, *, day: date, address: str = "/produtos/") -> list[Card]:
    """Return products put on sale last, of as many enterprises as there are."""
    ids = kept(("newest", number, day), (*DEPENDS_ON, "stock"), lambda: _newest(number, day))
    return cards.of_ids(ids, address)


def _newest(number: int, day: date) -> list[int]:
    found = rows(_NEWEST, {"day": day, "rows": number * LOOKED_AT})
    return [card.id for card in cards.in_turn([cards.card_of(row, "") for row in found])][:number]


def _found(filters: Filters, day: date) -> Found:
    match = search.matching(KIND, filters.q) if filters.q else None
    shape, values = _shape(filters), _values(filters, day)
    hits = match.select if match else None
    shelves = [Shelf._make(row) for row in rows(_shelves(shape, hits), values)]
    total = sum(shelf.number for shelf in shelves if _on_shelf(filters, shelf))
    pages = max(1, -(-total // PER_PAGE))
    number = min(filters.page, pages)
    start = {"start": (number - 1) * PER_PAGE, "rows": PER_PAGE}
    return Found(
        tuple(row.id for row in rows(_ids(shape, filters.order, hits), values | start)),
        total,
        number,
        pages,
        _tally((shelf.segment, shelf.number) for shelf in shelves),
        _tally((shelf.category, shelf.number) for shelf in shelves if shelf.category),
        match.corrected if match else None,
        match.loosened if match else False,
    )


def _tally(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, number in pairs:
        counts[name] = counts.get(name, 0) + number
    return counts


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
        "principle": filters.principle,
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
        "principle": filters.principle,
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
        "principle": Product.enterprise_id.in_(
            keeping(bound("day", sa.Date), bound("principle", sa.String))
        ),
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


def _ids(shape: frozenset[str], order: Order, found: Columns | None = None) -> Columns:
    """Select the ids of one page."""
    if found is None:
        return _kept_ids(shape, order)
    hits = found.subquery()
    ordered = (hits.c.rank,) if order is Order.FITTING else _ORDERS[order]
    ids = sa.select(Product.id).join(hits, hits.c.object_id == Product.id)
    return _paged(ids.where(*_conditions(shape, shelves=False)), ordered)


@cache
def _kept_ids(shape: frozenset[str], order: Order) -> Columns:
    return _paged(sa.select(Product.id).where(*_conditions(shape, shelves=False)), _ORDERS[order])


def _paged(ids: Columns, order: Sequence[Any]) -> Columns:
    return (
        ids.order_by(*order, Product.id.desc())
        .limit(sa.bindparam("rows", type_=sa.Integer))
        .offset(sa.bindparam("start", type_=sa.Integer))
    )


_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.NEWEST: (Product.published_at.desc(),),
    Order.CHEAPEST: (Product.price_cents,),
    Order.DEAREST: (Product.price_cents.desc(),),
    Order.MAKERS: (Product.makers_permille.desc().nulls_last(),),
    Order.FITTING: (Product.published_at.desc(),),
}
_NEWEST = (
    cards.card_columns()
    .where(*on_sale())
    .order_by(Product.published_at.desc(), Product.id.desc())
    .limit(sa.bindparam("rows", type_=sa.Integer))
)
