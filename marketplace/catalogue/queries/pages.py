"""A product's public page: three statements, whatever the product has."""

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Municipality, Neighbourhood
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.prices import PriceVersion
from marketplace.catalogue.models.products import Photo, Product, ProductMaterial, Showing, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.queries.products import Truth, stock_truth
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise


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
    photos: list[Shot]
    materials: list[str]
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
    row = db.session.execute(_PAGE, {"slug": slug, "day": day}).one_or_none()
    if row is None:
        raise NotFound
    product = {"product_id": row.id}
    to_order = row.supply is Supply.TO_ORDER
    only_at_fair = row.at_fair and not (row.at_point or row.by_delivery)
    return ProductPage(
        row,
        [Shot._make(photo) for photo in db.session.execute(_PHOTOS, product)],
        list(db.session.scalars(_MATERIALS, product)),
        _parts(row),
        stock_truth(row.left, to_order=to_order, only_at_fair=only_at_fair),
        row.left,
        to_order,
        only_at_fair,
        row.sells,
    )


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


_DAY: Any = sa.bindparam("day", type_=sa.Date)
_OWN = (
    Product.id,
    Product.slug,
    Product.code,
    Product.name,
    Product.description,
    Product.story,
    Product.segment,
    Product.price_cents,
    Product.unit,
    Product.unit_grams,
    Product.weight_grams,
    Product.size,
    Product.care,
    Product.technique,
    Product.supply,
    Product.lead_days,
    Product.perishable,
    Product.at_fair,
    Product.at_point,
    Product.by_delivery,
    Product.picture,
    Product.enterprise_id,
    Product.version_id,
    Product.maker_cents,
    Product.materials_cents,
    Product.packing_cents,
    Product.fund_cents,
    Product.fees_cents,
    Product.real_hour_cents,
    Product.shown_version,
    Product.published_at,
    Product.is_demo,
)
_PAGE = (
    sa.select(
        *_OWN,
        sa.func.coalesce(Category.slug, "").label("category"),
        Category.name.label("category_name"),
        Category.name_es.label("category_name_es"),
        Category.name_en.label("category_name_en"),
        PriceVersion.minutes,
        PriceVersion.valid_from.label("price_since"),
        sa.func.coalesce(Stock.left_count, 0).label("left"),
        Enterprise.name.label("enterprise"),
        Enterprise.slug.label("enterprise_slug"),
        Enterprise.photo.label("enterprise_photo"),
        Enterprise.story.label("enterprise_story"),
        Enterprise.division_id,
        Enterprise.community,
        Enterprise.river,
        Neighbourhood.name.label("neighbourhood"),
        Municipality.name.label("municipality"),
        Municipality.state,
        Enterprise.paused_until,
        Enterprise.pause_note,
        sa.type_coerce(
            sa.case((enterprises.selling_on(_DAY), True), else_=False), sa.Boolean
        ).label("sells"),
    )
    .join_from(Product, Enterprise, Enterprise.id == Product.enterprise_id)
    .join(Municipality, Municipality.code == Enterprise.municipality_code)
    .join(PriceVersion, PriceVersion.id == Product.version_id)
    .join(Neighbourhood, Neighbourhood.id == Enterprise.neighbourhood_id, isouter=True)
    .join(Category, Category.id == Product.category_id, isouter=True)
    .join(Stock, Stock.product_id == Product.id, isouter=True)
    .where(Product.slug == sa.bindparam("slug"), Product.showing == Showing.PUBLISHED)
)
_PHOTOS = (
    sa.select(Photo.picture, Photo.alt)
    .where(Photo.product_id == sa.bindparam("product_id"))
    .order_by(Photo.position, Photo.id)
)
_MATERIALS = (
    sa.select(ProductMaterial.label)
    .where(ProductMaterial.product_id == sa.bindparam("product_id"))
    .order_by(ProductMaterial.position)
)
