"""What may be set apart for a fair, and what is."""

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.products import Product, Showing, Supply
from marketplace.catalogue.models.stock import LAST_FEW, Stock
from marketplace.core.database import db
from marketplace.core.generations import kept
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.fairs.models.fairs import PUBLIC, Exhibitor, Fair, FairDay
from marketplace.fairs.queries import closing
from marketplace.orders.models.offers import FairOffer
from marketplace.orders.queries import offers

MOST_SHOWN = 300  # products of one enterprise


class Row(NamedTuple):
    """A product that can be reserved at fairs, with what is set apart of it for one; pieces."""

    product: Product
    free: int  # left to sell anywhere
    offer: FairOffer | None
    reserved: int

    @property
    def left(self) -> int:
        return self.offer.left_count if self.offer else 0

    @property
    def pieces(self) -> int:
        return self.left + self.reserved


class Shown(NamedTuple):
    """What is apart of a product, as everybody sees it; ``few`` are the last ones, none if more."""

    fair: str  # its slug, as is the next one the product's
    slug: str
    name: str
    enterprise: str
    usual_cents: int
    price_cents: int  # there
    most_each: int | None
    only_here: bool
    few: int | None


def with_a_place(fair_id: int, enterprise_id: int) -> sa.Select[Fair]:
    """Select the announced fair, if the enterprise stands there."""
    return (
        sa.select(Fair)
        .join(Exhibitor, Exhibitor.fair_id == Fair.id)
        .where(Fair.id == fair_id, Exhibitor.enterprise_id == enterprise_id)
        .where(Fair.state.in_(PUBLIC))
    )


def takes_reservations(fair: Fair, now: datetime) -> bool:
    return now < fair.reservations_close_at and not closing.was_closed(fair.id)


def rows_of(fair_id: int, enterprise_id: int, product_id: int | None = None) -> list[Row]:
    """Return what an enterprise has apart for a fair, and then what it may set apart, by name."""
    here = sa.and_(FairOffer.product_id == Product.id, FairOffer.fair_id == fair_id)
    offerable = sa.and_(
        Product.showing == Showing.PUBLISHED, Product.supply == Supply.STOCK, Product.at_fair
    )
    query = (
        sa.select(Product, sa.func.coalesce(Stock.left_count, 0), FairOffer)
        .outerjoin(Stock, Stock.product_id == Product.id)
        .outerjoin(FairOffer, here)
        .where(Product.enterprise_id == enterprise_id)
        .where(sa.or_(offerable, FairOffer.left_count > 0))
        .order_by(Product.name, Product.id)
        .limit(MOST_SHOWN)
    )
    if product_id is not None:
        query = query.where(Product.id == product_id)
    found = db.session.execute(query).all()
    gone = offers.reserved(offer.id for _product, _free, offer in found if offer)
    rows = [Row(*row, gone.get(row[2].id, 0) if row[2] else 0) for row in found]
    return sorted(rows, key=lambda row: not row.pieces)


def shown_at(fair_id: int) -> list[Shown]:
    """Return what can be reserved of what is set apart for a fair, by name."""
    query = _SHOWN.where(FairOffer.fair_id == fair_id).order_by(Product.name, Product.id)
    return [_shown(row) for row in db.session.execute(query.limit(MOST_SHOWN))]


def of_product(product_id: int, day: date) -> tuple[Shown, ...]:
    """Return for which fairs pieces are set apart that are not over by a local day; kept."""
    key = ("apart", product_id, day)
    return kept(key, ("goods", "fairs"), lambda: _of_product(product_id, day))


def _of_product(product_id: int, day: date) -> tuple[Shown, ...]:
    coming = sa.exists().where(FairDay.fair_id == Fair.id, FairDay.day >= day)
    query = _SHOWN.where(FairOffer.product_id == product_id, coming).order_by(FairOffer.fair_id)
    return tuple(_shown(row) for row in db.session.execute(query))


def _shown(row: sa.Row[*tuple[Any, ...]]) -> Shown:
    *facts, left = row
    return Shown._make((*facts, left if left <= LAST_FEW else None))


_SHOWN: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Fair.slug,
        Product.slug,
        Product.name,
        Enterprise.name,
        Product.price_cents,
        sa.func.coalesce(FairOffer.price_cents, Product.price_cents),
        FairOffer.most_each,
        FairOffer.only_here,
        FairOffer.left_count,
    )
    .select_from(FairOffer)
    .join(Fair, Fair.id == FairOffer.fair_id)
    .join(Product, Product.id == FairOffer.product_id)
    .join(Enterprise, Enterprise.id == Product.enterprise_id)
    .join(
        Exhibitor,
        sa.and_(Exhibitor.enterprise_id == Enterprise.id, Exhibitor.fair_id == Fair.id),
    )
    .where(sa.or_(FairOffer.left_count > 0, FairOffer.only_here))
    .where(Fair.state.in_(PUBLIC), Product.showing == Showing.PUBLISHED)
    .where(Enterprise.standing == Standing.APPROVED)
)
