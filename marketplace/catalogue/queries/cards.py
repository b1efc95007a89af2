"""Products as lists show them: columns, never entities."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.products import Product, Showing, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.queries.products import stock_truth
from marketplace.core.database import rows
from marketplace.core.generations import kept
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise

DEPENDS_ON = ("goods", "makers")
PER_PAGE, FEW = 24, 4
LOOKED_AT = 12  # cards, for each one that a short list shows
KEPT = 4096  # cards of one process: rows that say the same make the same one
TO_ORDER = Supply.TO_ORDER.value
Columns = sa.Select[*tuple[Any, ...]]
P, E = Product.__table__.c, Enterprise.__table__.c
C, S = Category.__table__.c, Stock.__table__.c


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
    return [card_of(row, address) for row in rows(_OWN_PAGE, values)]


def of_ids(ids: Sequence[int], address: str = "/produtos/") -> list[Card]:
    """Return the products with these ids, a page of them at most, in this order."""
    if not ids:
        return []
    many, nobody = _OF_FEW if len(ids) <= FEW else _OF_IDS
    asked = nobody | {f"id_{place}": product_id for place, product_id in enumerate(ids)}
    found = {row.id: row for row in rows(many, asked)}
    return [card_of(found[each], address) for each in ids if each in found]


def neighbours(
    product: Any, *, day: date, address: str = "/produtos/", number: int = 4
) -> list[Card]:
    """Return other products to look at: its maker's first, then others of its segment."""
    key = ("neighbours", product.id, day, number)
    ids = kept(key, DEPENDS_ON, lambda: _neighbours_of(product, day, number))
    return of_ids(ids, address)


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
    """Select what a card shows, as the driver gives it: words stay words."""
    return (
        sa.select(
            P.id,
            P.slug,
            P.name,
            P.price_cents,
            sa.type_coerce(P.unit, sa.String).label("unit"),
            sa.type_coerce(P.segment, sa.String).label("segment"),
            sa.func.coalesce(C.slug, "").label("category"),
            P.picture,
            P.maker_cents,
            P.materials_cents,
            P.packing_cents,
            P.fund_cents,
            P.fees_cents,
            sa.type_coerce(P.supply, sa.String).label("supply"),
            P.at_fair,
            P.at_point,
            P.by_delivery,
            P.lead_days,
            sa.func.coalesce(S.left_count + S.apart_count, 0).label("left"),
            E.name.label("enterprise"),
            E.slug.label("enterprise_slug"),
            P.shown_version,
        )
        .join_from(Product.__table__, Enterprise.__table__, E.id == P.enterprise_id)
        .join(Stock.__table__, S.product_id == P.id, isouter=True)
        .join(Category.__table__, C.id == P.category_id, isouter=True)
    )


def card_of(row: Any, address: str) -> Card:
    return _card(tuple(row), address)


@lru_cache(maxsize=KEPT)
def _card(shown: tuple[Any, ...], address: str) -> Card:
    """Return what a card says of these values: a row of `card_columns`, in its order."""
    product_id, slug, name, price_cents, unit, segment, category, picture, *rest = shown
    *parts, supply, at_fair, at_point, by_delivery, lead_days, left, maker, maker_slug, version = (
        rest
    )
    only_at_fair = at_fair and not (at_point or by_delivery)
    return Card(
        product_id,
        slug,
        address + slug,
        name,
        price_cents,
        unit,
        segment,
        category,
        picture,
        None if parts[0] is None else tuple(parts),
        stock_truth(left, to_order=supply == TO_ORDER, only_at_fair=only_at_fair),
        left,
        lead_days,
        maker,
        maker_slug,
        version,
    )


def _neighbours_of(product: Any, day: date, number: int) -> tuple[int, ...]:
    values = {
        "day": day,
        "product_id": product.id,
        "maker": product.enterprise_id,
        "segment": product.segment,
        "rows": number,
    }
    return tuple(row.id for row in rows(_NEIGHBOURS, values))


def _of(number: int) -> tuple[Columns, dict[str, int]]:
    """Return a statement for so many ids at most, and nobody's id in each place."""
    nobody = {f"id_{place}": 0 for place in range(number)}
    ids = [sa.bindparam(name, type_=sa.Integer) for name in nobody]
    return card_columns().where(P.id.in_(ids)), nobody


def _neighbours() -> Columns:
    """Two short walks along an index, of its maker's and of its segment's; then their cards."""
    maker: Any = sa.bindparam("maker")
    newest = P.published_at.desc(), P.id.desc()
    most = sa.bindparam("rows", type_=sa.Integer)
    ids = sa.select(P.id).where(*on_sale(), P.id != sa.bindparam("product_id"))
    own = ids.where(P.enterprise_id == maker).order_by(*newest).limit(most)
    others = ids.where(Product.segment == sa.bindparam("segment"), P.enterprise_id != maker)
    others = others.order_by(*newest).limit(most)
    both = sa.union_all(sa.select(own.subquery().c.id), sa.select(others.subquery().c.id))
    its_own = sa.case((P.enterprise_id == maker, 0), else_=1)
    return sa.select(P.id).where(P.id.in_(both)).order_by(its_own, *newest).limit(most)


_NEIGHBOURS = _neighbours()
_OWN_PAGE = (
    card_columns()
    .where(*on_sale(), P.enterprise_id == sa.bindparam("maker"))
    .order_by(P.published_at.desc(), P.id.desc())
    .limit(sa.bindparam("rows", type_=sa.Integer))
)
_OF_FEW, _OF_IDS = _of(FEW), _of(PER_PAGE)
