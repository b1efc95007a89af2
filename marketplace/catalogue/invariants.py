"""What must always be true of the catalogue: each query selects ids that break its rule."""

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.catalogue.models.prices import CompositionLine, PriceVersion
from marketplace.catalogue.models.products import Product, Showing
from marketplace.catalogue.models.stock import MovementKind, Stock, StockMovement
from marketplace.enterprises.models import Enterprise, Standing

Count = InstrumentedAttribute[int]
SHOWN = (
    (Product.price_cents, PriceVersion.price_cents),
    (Product.maker_cents, PriceVersion.makers_cents),
    (Product.materials_cents, PriceVersion.materials_cents),
    (Product.packing_cents, PriceVersion.packing_cents),
    (Product.fund_cents, PriceVersion.fund_cents),
    (Product.fees_cents, PriceVersion.fees_cents),
    (Product.real_hour_cents, PriceVersion.real_hour_cents),
)
GROUPS = (
    PriceVersion.makers_cents
    + PriceVersion.materials_cents
    + PriceVersion.packing_cents
    + PriceVersion.fund_cents
    + PriceVersion.fees_cents
)


def _moved(column: Count, *kinds: MovementKind) -> sa.ScalarSelect[int]:
    total = sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(
        StockMovement.product_id == Stock.product_id
    )
    return (total.where(StockMovement.kind.in_(kinds)) if kinds else total).scalar_subquery()


def _lines() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(CompositionLine.total_cents), 0))
        .where(CompositionLine.version_id == PriceVersion.id)
        .scalar_subquery()
    )


named: dict[str, sa.Select[int]] = {
    "catalogue.stock_is_the_sum_of_its_movements": sa.select(Stock.product_id).where(
        sa.or_(
            Stock.left_count != _moved(StockMovement.left_change),
            Stock.apart_count != _moved(StockMovement.apart_change),
            Stock.held_count != _moved(StockMovement.held_change),
            Stock.sold_count != _moved(StockMovement.sold_change),
        )
    ),
    "catalogue.held_sold_and_left_are_what_was_received": sa.select(Stock.product_id).where(
        Stock.left_count + Stock.apart_count + Stock.held_count + Stock.sold_count
        != _moved(StockMovement.left_change, MovementKind.RECEIVED, MovementKind.COUNTED)
        + _moved(StockMovement.held_change, MovementKind.COUNTED)
    ),
    "catalogue.stock_is_not_negative": sa.select(Stock.product_id).where(
        sa.or_(
            Stock.left_count < 0,
            Stock.apart_count < 0,
            Stock.held_count < 0,
            Stock.sold_count < 0,
        )
    ),
    "catalogue.groups_add_up_to_the_price": sa.select(PriceVersion.id).where(
        PriceVersion.makers_cents.is_not(None),
        sa.or_(PriceVersion.price_cents != GROUPS, _lines() != PriceVersion.price_cents),
    ),
    "catalogue.on_sale_has_a_name_and_a_price": sa.select(Product.id).where(
        Product.showing == Showing.PUBLISHED,
        sa.or_(Product.price_cents <= 0, Product.name == "", Product.version_id.is_(None)),
    ),
    "catalogue.on_sale_is_of_an_enterprise_that_is_not_suspended": sa.select(Product.id)
    .join(Enterprise, Enterprise.id == Product.enterprise_id)
    .where(Product.showing == Showing.PUBLISHED, Enterprise.standing == Standing.SUSPENDED),
    "catalogue.shows_its_present_price": sa.select(Product.id)
    .join(PriceVersion, PriceVersion.id == Product.version_id)
    .where(sa.or_(*(shown.is_distinct_from(kept) for shown, kept in SHOWN))),
    "catalogue.present_version_is_the_last": sa.select(Product.id).where(
        Product.version_id.is_distinct_from(
            sa.select(sa.func.max(PriceVersion.id))
            .where(PriceVersion.product_id == Product.id)
            .scalar_subquery()
        )
    ),
}
