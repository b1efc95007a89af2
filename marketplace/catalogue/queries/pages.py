"""A product's public page: one statement, and one for its lists that holds until goods change."""

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Municipality, Neighbourhood
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.prices import PriceVersion
from marketplace.catalogue.models.products import Photo, Product, ProductMaterial, Showing, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.queries import lists
from marketplace.catalogue.queries.products import Truth, stock_truth
from marketplace.core.database import rows
from marketplace.core.errors import NotFound
from marketplace.core.generations import kept
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise

TO_ORDER = Supply.TO_ORDER.value
_A_SHOT, _A_MATERIAL = 0, 1


class Shot(NamedTuple):
    picture: str
    alt: str


class ProductPage(NamedTuple):
    """All that a product's page tells. Amounts are centavos of one unit.

    ``row`` has the columns named in `_PAGE`: of the product its own names, of its category
    ``category`` (slug) and ``category_name``/``_es``/``_en``, of its price ``minutes`` and
    ``price_since``, of its maker ``enterprise``, ``enterprise_slug``, ``enterprise_photo``,
    ``enterprise_story``, ``community``, ``river``, ``neighbourhood``, ``municipality``, ``state``,
    ``paused_until`` and ``pause_note``.
    """

    row: Any
    photos: tuple[Shot, ...]
    materials: tuple[str, ...]
    parts: tuple[int, ...] | None  # the five groups, where they add up to the price
    truth: Truth
    left: int
    to_order: bool
    only_at_fair: bool
    sells: bool  # its maker is not away today

    @property
    def can_be_bought(self) -> bool:
        return self.sells and self.truth is not Truth.SOLD_OUT

    @property
    def price_since(self) -> datetime:
        since: datetime = self.row.price_since
        return since


def product_page(slug: str, *, day: date) -> ProductPage:
    """Return the page of a product on sale; its maker may be away that day.

    :raises NotFound: for a product that is not published, or none.
    """
    found = rows(_PAGE, {"slug": slug, "day": day})
    if not found:
        raise NotFound
    row = found[0]
    photos, materials = kept(("lists", row.id), ("goods",), lambda: _lists(row.id))
    to_order = row.supply == TO_ORDER
    only_at_fair = row.at_fair and not (row.at_point or row.by_delivery)
    return ProductPage(
        row,
        photos,
        materials,
        _parts(row),
        stock_truth(row.left, to_order=to_order, only_at_fair=only_at_fair),
        row.left,
        to_order,
        only_at_fair,
        row.sells,
    )


def wage_floor(day: date) -> int:
    """Return what an hour of the minimum wage is worth on a day, in centavos."""
    return kept(("wage floor", day), ("goods",), lambda: lists.wage_floor(day))


def _lists(product_id: int) -> tuple[tuple[Shot, ...], tuple[str, ...]]:
    told = rows(_LISTS, {"product_id": product_id})
    shots = tuple(Shot(each.what, each.alt) for each in told if each.kind == _A_SHOT)
    return shots, tuple(each.what for each in told if each.kind != _A_SHOT)


def _parts(row: Any) -> tuple[int, ...] | None:
    if row.maker_cents is None:
        return None
    return (
        row.maker_cents,
        row.materials_cents,
        row.packing_cents,
        row.fund_cents,
        row.fees_cents,
    )


P, E = Product.__table__.c, Enterprise.__table__.c
C, S, V = Category.__table__.c, Stock.__table__.c, PriceVersion.__table__.c
M, N = Municipality.__table__.c, Neighbourhood.__table__.c
_PRODUCT: Any = sa.bindparam("product_id", type_=sa.Integer)
_DAY: Any = sa.bindparam("day", type_=sa.Date)
_OWN = (
    P.id,
    P.slug,
    P.code,
    P.name,
    P.description,
    P.story,
    sa.type_coerce(P.segment, sa.String).label("segment"),
    P.price_cents,
    sa.type_coerce(P.unit, sa.String).label("unit"),
    P.unit_grams,
    P.weight_grams,
    P.size,
    P.care,
    P.technique,
    sa.type_coerce(P.supply, sa.String).label("supply"),
    P.lead_days,
    P.perishable,
    P.at_fair,
    P.at_point,
    P.by_delivery,
    P.picture,
    P.enterprise_id,
    P.version_id,
    P.maker_cents,
    P.materials_cents,
    P.packing_cents,
    P.fund_cents,
    P.fees_cents,
    P.real_hour_cents,
    P.shown_version,
    P.published_at,
    P.is_demo,
)
_PAGE = (
    sa.select(
        *_OWN,
        sa.func.coalesce(C.slug, "").label("category"),
        C.name.label("category_name"),
        C.name_es.label("category_name_es"),
        C.name_en.label("category_name_en"),
        V.minutes,
        V.valid_from.label("price_since"),
        sa.func.coalesce(S.left_count + S.apart_count, 0).label("left"),
        E.name.label("enterprise"),
        E.slug.label("enterprise_slug"),
        E.photo.label("enterprise_photo"),
        E.story.label("enterprise_story"),
        E.division_id,
        E.community,
        E.river,
        N.name.label("neighbourhood"),
        M.name.label("municipality"),
        M.state,
        E.paused_until,
        E.pause_note,
        sa.type_coerce(
            sa.case((enterprises.selling_on(_DAY), True), else_=False), sa.Boolean
        ).label("sells"),
    )
    .join_from(Product.__table__, Enterprise.__table__, E.id == P.enterprise_id)
    .join(Municipality.__table__, M.code == E.municipality_code)
    .join(PriceVersion.__table__, V.id == P.version_id)
    .join(Neighbourhood.__table__, N.id == E.neighbourhood_id, isouter=True)
    .join(Category.__table__, C.id == P.category_id, isouter=True)
    .join(Stock.__table__, S.product_id == P.id, isouter=True)
    .where(P.slug == sa.bindparam("slug"), P.showing == Showing.PUBLISHED)
)
_SHOTS = sa.select(
    sa.literal(_A_SHOT).label("kind"),
    Photo.position,
    Photo.id,
    Photo.picture.label("what"),
    Photo.alt,
).where(Photo.product_id == _PRODUCT)
_MADE_OF = sa.select(
    sa.literal(_A_MATERIAL),
    ProductMaterial.position,
    sa.literal(0),
    ProductMaterial.label,
    sa.literal(""),
).where(ProductMaterial.product_id == _PRODUCT)
_LISTS = sa.union_all(_SHOTS, _MADE_OF).order_by("kind", "position", "id")
