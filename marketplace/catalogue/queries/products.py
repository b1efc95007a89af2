"""Questions about one product, or about which products somebody may see."""

import enum
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.minimums import MinimumTie
from marketplace.catalogue.models.prices import CompositionLine, PriceVersion
from marketplace.catalogue.models.products import Photo, Product, Showing, Supply
from marketplace.catalogue.models.stock import LAST_FEW
from marketplace.core.database import db, rows
from marketplace.core.errors import NotFound
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise


class Truth(enum.StrEnum):
    """What is said of stock beside a price; the macro `stock_badge` words it."""

    IN_STOCK = ""
    LAST_FEW = "last"
    TO_ORDER = "made_to_order"
    AT_FAIR_ONLY = "fair_only"
    SOLD_OUT = "sold_out"


class Frozen(NamedTuple):
    """A product as it is at this moment, to be copied onto an order line or a sale.

    Amounts are centavos of one unit; the five groups are none while they do not add up to the
    price. ``lead_days`` counts only where ``to_order``.
    """

    product_id: int
    enterprise_id: int
    code: str
    slug: str
    name: str
    unit: str
    segment: str
    category: str
    picture: str | None
    price_cents: int
    makers_cents: int | None
    materials_cents: int | None
    packing_cents: int | None
    fund_cents: int | None
    fees_cents: int | None
    minutes: int
    real_hour_cents: int | None
    version_id: int | None
    lead_days: int
    perishable: bool
    to_order: bool
    at_fair: bool
    at_point: bool
    by_delivery: bool
    published: bool
    unit_grams: int | None  # what one traditional unit weighs
    law_subject: str | None  # what the law calls it, and where; none where nobody said
    law_region: str | None


def by_id(product_id: int) -> sa.Select[Product]:
    return sa.select(Product).where(Product.id == product_id)


def name_of(product_id: int) -> str:
    return db.session.scalar(_NAME, {"product_id": product_id}) or ""


def theirs(person: Person, product_id: int) -> sa.Select[Product]:
    """Select the product if this person may act for its enterprise."""
    return by_id(product_id).where(Product.enterprise_id.in_(enterprises.ids_of(person)))


def published(product_id: int) -> sa.Select[Product]:
    """Select the product if it has a public page."""
    return by_id(product_id).where(Product.showing == Showing.PUBLISHED)


def of_enterprise(enterprise_id: int) -> sa.Select[Product]:
    return sa.select(Product).where(Product.enterprise_id == enterprise_id)


def by_code(enterprise_id: int, code: str) -> sa.Select[Product]:
    return of_enterprise(enterprise_id).where(Product.code == code)


def by_entry_key(key: str) -> sa.Select[Product]:
    return sa.select(Product).where(Product.entry_key == key)


def visible_to(person: Person) -> sa.Select[Product]:
    """Select what a person may see: staff their Divisions', others those they act for."""
    shown = enterprises.visible_to(person).with_only_columns(Enterprise.id)
    return sa.select(Product).where(Product.enterprise_id.in_(shown))


def for_sale(day: date) -> sa.ColumnElement[bool]:
    """Return the condition, on products joined with enterprises, of being on sale that day."""
    return sa.and_(Product.showing == Showing.PUBLISHED, enterprises.selling_on(day))


def frozen(product_id: int) -> Frozen:
    """Return a product as it is now.

    :raises NotFound: if there is none with this id.
    """
    found = frozen_each([product_id])
    if product_id not in found:
        raise NotFound
    return found[product_id]


def frozen_each(product_ids: Iterable[int]) -> dict[int, Frozen]:
    """Return several products as they are now, by id, in one statement."""
    found = rows(_FROZEN, {"ids": list(product_ids)})
    return {row.product_id: Frozen._make(row) for row in found}


def stock_truth(left: int, *, to_order: bool, only_at_fair: bool = False) -> Truth:
    """Return the one thing to say of a product on a card; the gravest comes first."""
    if to_order:
        return Truth.TO_ORDER
    if left <= 0:
        return Truth.SOLD_OUT
    if left <= LAST_FEW:
        return Truth.LAST_FEW
    return Truth.AT_FAIR_ONLY if only_at_fair else Truth.IN_STOCK


def photo(product_id: int, photo_id: int) -> sa.Select[Photo]:
    return sa.select(Photo).where(Photo.product_id == product_id, Photo.id == photo_id)


def versions_of(product_id: int) -> list[PriceVersion]:
    """Return the prices a product had, the present one first."""
    query = sa.select(PriceVersion).where(PriceVersion.product_id == product_id)
    return list(db.session.scalars(query.order_by(PriceVersion.number.desc())))


def lines_of(version_id: int | None) -> list[LineInput]:
    """Return the lines of a price version, as they were typed."""
    query = sa.select(CompositionLine).where(CompositionLine.version_id == version_id)
    return [
        LineInput(
            line.kind,
            line.unit_cost_cents,
            line.amount_thousandths,
            line.label,
            line.total_cents,
        )
        for line in db.session.scalars(query.order_by(CompositionLine.position))
    ]


def count_on_sale(enterprise_id: int) -> int:
    query = sa.select(sa.func.count(Product.id)).where(
        Product.enterprise_id == enterprise_id, Product.showing == Showing.PUBLISHED
    )
    return db.session.scalar(query) or 0


def photo_usage(enterprise_id: int) -> int:
    """Return how many photos an enterprise keeps."""
    query = (
        sa.select(sa.func.count(Photo.id))
        .join(Product, Product.id == Photo.product_id)
        .where(Product.enterprise_id == enterprise_id)
    )
    return db.session.scalar(query) or 0


_FROZEN = (
    sa.select(
        Product.id.label("product_id"),
        Product.enterprise_id,
        Product.code,
        Product.slug,
        Product.name,
        Product.unit,
        Product.segment,
        sa.func.coalesce(Category.slug, ""),
        Product.picture,
        Product.price_cents,
        Product.maker_cents,
        Product.materials_cents,
        Product.packing_cents,
        Product.fund_cents,
        Product.fees_cents,
        sa.func.coalesce(PriceVersion.minutes, 0),
        Product.real_hour_cents,
        Product.version_id,
        Product.lead_days,
        Product.perishable,
        Product.supply == Supply.TO_ORDER,
        Product.at_fair,
        Product.at_point,
        Product.by_delivery,
        Product.showing == Showing.PUBLISHED,
        Product.unit_grams,
        MinimumTie.subject,
        MinimumTie.region,
    )
    .join_from(Product, Category, Product.category_id == Category.id, isouter=True)
    .join(PriceVersion, PriceVersion.id == Product.version_id, isouter=True)
    .join(MinimumTie, MinimumTie.product_id == Product.id, isouter=True)
    .where(Product.id.in_(sa.bindparam("ids", expanding=True)))
)
_NAME = sa.select(Product.name).where(Product.id == sa.bindparam("product_id"))
