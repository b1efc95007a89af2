"""What is set apart for fairs, and for whom it still is: by the clock, whether or not a job ran."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.products import Product
from marketplace.core.database import db, rows
from marketplace.orders.models.offers import FairOffer
from marketplace.orders.models.orders import Order, OrderLine, Purchase
from marketplace.orders.models.places import Collection, CollectionSeller
from marketplace.orders.models.states import FAILED

_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=Collection.closes_at.type)


class Offer(NamedTuple):
    """A row of `fair_offers` whose fair is not over."""

    id: int
    fair_id: int
    product_id: int
    left: int
    most_each: int | None
    only_here: bool
    price_cents: int | None  # of one, where it costs another price there


Pools = dict[tuple[int | None, int], Offer]  # by fair and product


def of_products(product_ids: Iterable[int], now: datetime) -> Pools:
    """Return what is set apart of these products for fairs that are not over."""
    found = rows(_OF_PRODUCTS, {"ids": list(product_ids), "now": now})
    return {(row.fair_id, row.product_id): Offer(*row) for row in found}


def prices_at(fair_id: int | None, product_ids: Iterable[int]) -> dict[int, int]:
    """Return what these products cost at a fair, in centavos: those that cost another price."""
    query = sa.select(FairOffer.product_id, FairOffer.price_cents).where(
        FairOffer.fair_id == fair_id,
        FairOffer.product_id.in_(list(product_ids)),
        FairOffer.price_cents.is_not(None),
    )
    return {product_id: cents for product_id, cents in db.session.execute(query) if cents}


def is_open(offer_id: int | None, now: datetime) -> bool:
    """Whether its fair still takes orders for it."""
    return offer_id is not None and bool(rows(_OPEN, {"id": offer_id, "now": now}))


def left_of(offer_ids: Iterable[int]) -> dict[int, int]:
    """Return what is left of each of these offers, by its product."""
    query = sa.select(FairOffer.product_id, FairOffer.left_count)
    return dict(db.session.execute(query.where(FairOffer.id.in_(list(offer_ids)))).all())


def closed(now: datetime) -> sa.Select[FairOffer]:
    """Select what is still apart though its fair takes no order for it any more."""
    over = ~_collection(Collection.closed_at.is_(None), Collection.closes_at > now)
    return sa.select(FairOffer).where(FairOffer.left_count > 0, over).order_by(FairOffer.product_id)


def of_fair(fair_id: int, enterprise_id: int | None = None) -> list[FairOffer]:
    """Return what is offered at a fair, by the name of the product."""
    query = sa.select(FairOffer).join(FairOffer.product).where(FairOffer.fair_id == fair_id)
    if enterprise_id is not None:
        query = query.where(Product.enterprise_id == enterprise_id)
    return list(db.session.scalars(query.order_by(Product.name, FairOffer.id)))


def reserved(offer_ids: Iterable[int]) -> dict[int, int]:
    """Return how many pieces of each were reserved, handed over or not, and not let go."""
    query = (
        sa.select(OrderLine.offer_id, sa.func.sum(OrderLine.ordered))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.offer_id.in_(list(offer_ids)), Order.state.not_in(FAILED))
        .group_by(OrderLine.offer_id)
    )
    return {offer_id: int(pieces) for offer_id, pieces in db.session.execute(query) if offer_id}


def had_by(offer_ids: Iterable[int], *, mobile: str, user_id: int | None) -> dict[int, int]:
    """Return how many pieces of each one buyer has: the same number, or the same account."""
    same = Purchase.buyer_mobile == mobile
    if user_id is not None:
        same = sa.or_(same, Purchase.user_id == user_id)
    query = (
        sa.select(OrderLine.offer_id, sa.func.sum(OrderLine.ordered))
        .join(Order, Order.id == OrderLine.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .where(OrderLine.offer_id.in_(list(offer_ids)), Order.state.not_in(FAILED), same)
        .group_by(OrderLine.offer_id)
    )
    return {offer_id: int(pieces) for offer_id, pieces in db.session.execute(query) if offer_id}


def _collection(*where: sa.ColumnElement[bool]) -> sa.Exists:
    """Whether a day of its fair, not called off, at which its maker stands, is like this."""
    return (
        sa.exists()
        .where(Collection.fair_id == FairOffer.fair_id, Collection.cancelled_at.is_(None))
        .where(CollectionSeller.collection_id == Collection.id)
        .where(Product.id == FairOffer.product_id)
        .where(CollectionSeller.enterprise_id == Product.enterprise_id, *where)
        .correlate(FairOffer)
    )


_OF_PRODUCTS = sa.select(
    FairOffer.id,
    FairOffer.fair_id,
    FairOffer.product_id,
    FairOffer.left_count,
    FairOffer.most_each,
    FairOffer.only_here,
    FairOffer.price_cents,
).where(
    FairOffer.product_id.in_(sa.bindparam("ids", expanding=True)),
    _collection(Collection.ends_at > _NOW),
)
_OPEN = sa.select(FairOffer.id).where(
    FairOffer.id == sa.bindparam("id"),
    _collection(Collection.closed_at.is_(None), Collection.closes_at > _NOW),
)
