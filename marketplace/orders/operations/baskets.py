"""Baskets: a row behind a random cookie; they hold no stock."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Division
from marketplace.catalogue.models.products import Product
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.orders.errors import BasketFull, NotForSale, QuantityOutOfRange
from marketplace.orders.models.baskets import Basket, BasketLine
from marketplace.orders.queries import baskets

TOKEN_BYTES = 24
MOST_PIECES, MOST_LINES = 999, 60


@operation
def put_in(token: str | None, product_id: int, quantity: int, *, by: Person, now: datetime) -> str:
    """Put pieces of a product into a basket, made if there is none yet; return its token.

    The token goes into the visitor's cookie; only its hash is kept. What is already there grows.

    :raises NotForSale: if nobody sells it now.
    :raises QuantityOutOfRange: outside 1 … 999.
    :raises BasketFull: over ``MOST_LINES`` different products.
    """
    product = db.session.scalar(_PRODUCT, {"product_id": product_id})
    if product is None:
        raise NotFound
    if not baskets.sells(product, product.enterprise, now):
        raise NotForSale(name=product.name)
    basket, token = _basket(token, now)
    if not (line := db.session.get(BasketLine, (basket.id, product.id))):
        _check_room(basket)
        line = BasketLine(basket_id=basket.id, product_id=product.id, quantity=0, added_at=now)
        line.price_cents = product.price_cents
        db.session.add(line)
    line.quantity = _checked(line.quantity + _checked(quantity))
    _touch(basket, product_id, line.quantity, by=by, now=now)
    return token


@operation
def change_quantity(
    token: str, product_id: int, quantity: int, *, by: Person, now: datetime
) -> None:
    """Set how many pieces of a product are in the basket; 0 takes it out.

    :raises NotFound: if there is no such basket or line.
    """
    basket = lock_one(baskets.by_token(token, now))
    if not (line := db.session.get(BasketLine, (basket.id, product_id))):
        raise NotFound
    if quantity == 0:
        db.session.delete(line)
    else:
        line.quantity = _checked(quantity)
    _touch(basket, product_id, quantity, by=by, now=now)


@operation
def take_out(token: str, product_id: int, *, by: Person, now: datetime) -> None:
    """Take a product out of the basket; nothing happens if it is not there."""
    basket = lock_one(baskets.by_token(token, now))
    if line := db.session.get(BasketLine, (basket.id, product_id)):
        db.session.delete(line)
        _touch(basket, product_id, 0, by=by, now=now)


@operation
def accept_prices(token: str, *, by: Person, now: datetime) -> None:
    """Note that the visitor was shown today's prices of all that is in the basket."""
    basket = lock_one(baskets.by_token(token, now))
    today = (
        sa.select(Product.price_cents).where(Product.id == BasketLine.product_id).scalar_subquery()
    )
    told = sa.update(BasketLine).where(BasketLine.basket_id == basket.id)
    db.session.execute(told.values(price_cents=today))
    audit.record("prices_told", by=by, now=now, basket_id=basket.id)


@operation
def clear_old_baskets(*, by: Person, now: datetime) -> int:
    """Delete baskets not touched for 30 days; return how many."""
    old = sa.select(Basket.id).where(Basket.touched_at <= now - baskets.KEPT)
    ids = list(db.session.scalars(old.limit(1000)))
    db.session.execute(sa.delete(BasketLine).where(BasketLine.basket_id.in_(ids)))
    db.session.execute(sa.delete(Basket).where(Basket.id.in_(ids)))
    if ids:
        audit.record("baskets_cleared", by=by, now=now, baskets=len(ids))
    return len(ids)


def _basket(token: str | None, now: datetime) -> tuple[Basket, str]:
    """Return the basket of a token, or a new one with its token."""
    if token:
        known = baskets.by_token(token, now).with_for_update()
        if basket := db.session.scalar(known.execution_options(populate_existing=True)):
            return basket, token
    token = secrets.token_urlsafe(TOKEN_BYTES)
    basket = Basket(token_hash=baskets.hashed(token), made_at=now, touched_at=now)
    db.session.add(basket)
    db.session.flush()
    return basket, token


def _check_room(basket: Basket) -> None:
    counted = sa.select(sa.func.count()).where(BasketLine.basket_id == basket.id)
    if db.session.execute(counted).scalar_one() >= MOST_LINES:
        raise BasketFull(most=MOST_LINES)


def _checked(quantity: int) -> int:
    if not 1 <= quantity <= MOST_PIECES:
        raise QuantityOutOfRange(most=MOST_PIECES)
    return quantity


def _touch(basket: Basket, product_id: int, quantity: int, *, by: Person, now: datetime) -> None:
    basket.touched_at = now
    facts = {"basket_id": basket.id, "product_id": product_id, "quantity": quantity}
    audit.record("basket_changed", by=by, now=now, **facts)


_PRODUCT = (
    sa.select(Product)
    .where(Product.id == sa.bindparam("product_id"))
    .options(
        joinedload(Product.enterprise, innerjoin=True)
        .joinedload(Enterprise.division, innerjoin=True)
        .joinedload(Division.municipality, innerjoin=True)
    )
)
