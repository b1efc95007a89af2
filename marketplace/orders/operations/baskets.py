"""Baskets: a row behind a random cookie; they hold no stock."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Division, Municipality
from marketplace.catalogue.models.products import Product
from marketplace.core import audit
from marketplace.core.database import db, operation, rows
from marketplace.core.errors import NotFound
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.transactions import INSERT
from marketplace.enterprises.models import Enterprise
from marketplace.orders.errors import BasketFull, NotForSale, QuantityOutOfRange
from marketplace.orders.models.baskets import Basket, BasketLine
from marketplace.orders.queries import baskets

TOKEN_BYTES = 24
MOST_PIECES, MOST_LINES = 999, 60


class Put(NamedTuple):
    """Into which basket something was put, and what it is called."""

    token: str
    name: str


@operation(synced=False)
def put_in(token: str | None, product_id: int, quantity: int, *, by: Person, now: datetime) -> Put:
    """Put pieces of a product into a basket, made if there is none yet; return its token.

    The token goes into the visitor's cookie; only its hash is kept. What is already there grows.

    :raises NotForSale: if nobody sells it now.
    :raises QuantityOutOfRange: outside 1 … 999.
    :raises BasketFull: over ``MOST_LINES`` different products.
    """
    if (product := next(iter(rows(_PRODUCT, {"product_id": product_id})), None)) is None:
        raise NotFound
    if not baskets.sells(product.showing, baskets.seller_in(product), now):
        raise NotForSale(name=product.name)
    basket_id, token = _basket(token, now)
    total = _add(basket_id, product_id, _checked(quantity), product.price_cents, now)
    _note(basket_id, product_id, total, by=by, now=now)
    return Put(token, product.name)


@operation(synced=False)
def put_each_in(
    token: str | None, wanted: Mapping[int, int], *, by: Person, now: datetime
) -> str | None:
    """Put in what is still sold of these, pieces by product id; return the basket's token.

    None where nothing of it is.
    """
    put_token = None
    for product_id, quantity in wanted.items():
        with suppress(NotFound, NotForSale, QuantityOutOfRange, BasketFull):
            put_token = put_in(put_token or token, product_id, quantity, by=by, now=now).token
    return put_token


@operation(synced=False)
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


@operation(synced=False)
def take_out(token: str, product_id: int, *, by: Person, now: datetime) -> None:
    """Take a product out of the basket; nothing happens if it is not there."""
    basket = lock_one(baskets.by_token(token, now))
    if line := db.session.get(BasketLine, (basket.id, product_id)):
        db.session.delete(line)
        _touch(basket, product_id, 0, by=by, now=now)


@operation(synced=False)
def accept_prices(token: str, *, by: Person, now: datetime) -> None:
    """Note that the visitor was shown today's prices of all that is in the basket."""
    basket = lock_one(baskets.by_token(token, now))
    today = (
        sa.select(Product.price_cents).where(Product.id == BasketLine.product_id).scalar_subquery()
    )
    told = sa.update(BasketLine).where(BasketLine.basket_id == basket.id)
    db.session.execute(told.values(price_cents=today))
    audit.record("prices_told", by=by, now=now, basket_id=basket.id)


@operation(synced=False)
def clear_old_baskets(*, by: Person, now: datetime) -> int:
    """Delete baskets not touched for 30 days; return how many."""
    old = sa.select(Basket.id).where(Basket.touched_at <= now - baskets.KEPT)
    ids = list(db.session.scalars(old.limit(1000)))
    db.session.execute(sa.delete(BasketLine).where(BasketLine.basket_id.in_(ids)))
    db.session.execute(sa.delete(Basket).where(Basket.id.in_(ids)))
    if ids:
        audit.record("baskets_cleared", by=by, now=now, baskets=len(ids))
    return len(ids)


def _basket(token: str | None, now: datetime) -> tuple[int, str]:
    """Return the basket of a token, locked and touched, or a new one with its token."""
    touched = {"at": now, "since": now - baskets.KEPT}
    if token and (known := rows(_TOUCH, touched | {"token": baskets.hashed(token)})):
        return known[0].id, token
    token = secrets.token_urlsafe(TOKEN_BYTES)
    fresh = {"token_hash": baskets.hashed(token), "made_at": now, "touched_at": now}
    ((basket_id,),) = rows(_MAKE, fresh)
    return basket_id, token


def _add(basket_id: int, product_id: int, quantity: int, price_cents: int, now: datetime) -> int:
    """Let the line of a product grow, or begin one; return how many pieces it has."""
    line = {"basket": basket_id, "product": product_id}
    fresh = {"pieces": quantity, "cents": price_cents, "at": now, "most": MOST_LINES}
    if put := rows(_PUT[db.engine.dialect.name], line | fresh):
        total: int = put[0].quantity
        return total
    if rows(_THERE, line):
        raise QuantityOutOfRange(most=MOST_PIECES)
    raise BasketFull(most=MOST_LINES)


def _checked(quantity: int) -> int:
    if not 1 <= quantity <= MOST_PIECES:
        raise QuantityOutOfRange(most=MOST_PIECES)
    return quantity


def _touch(basket: Basket, product_id: int, quantity: int, *, by: Person, now: datetime) -> None:
    basket.touched_at = now
    _note(basket.id, product_id, quantity, by=by, now=now)


def _note(basket_id: int, product_id: int, quantity: int, *, by: Person, now: datetime) -> None:
    facts = {"basket_id": basket_id, "product_id": product_id, "quantity": quantity}
    audit.record("basket_changed", by=by, now=now, **facts)


_PRODUCT = (
    sa.select(Product.name, Product.price_cents, Product.showing, *baskets.SELLER)
    .select_from(Product)
    .join(Enterprise, Enterprise.id == Product.enterprise_id)
    .join(Division, Division.id == Enterprise.division_id)
    .join(Municipality, Municipality.code == Division.municipality_code)
    .where(Product.id == sa.bindparam("product_id"))
)
_TOUCH = (
    sa.update(Basket)
    .where(Basket.token_hash == sa.bindparam("token"), Basket.touched_at > sa.bindparam("since"))
    .values(touched_at=sa.bindparam("at"))
    .returning(Basket.id)
)
_MAKE = sa.insert(Basket).returning(Basket.id)
_OF_BASKET = BasketLine.basket_id == sa.bindparam("basket")
_THERE = sa.select(BasketLine.quantity).where(
    _OF_BASKET, BasketLine.product_id == sa.bindparam("product")
)
_FRESH = {
    "basket_id": sa.bindparam("basket", type_=sa.Integer),
    "product_id": sa.bindparam("product", type_=sa.Integer),
    "quantity": sa.bindparam("pieces", type_=sa.Integer),
    "price_cents": sa.bindparam("cents", type_=sa.Integer),
    "added_at": sa.bindparam("at", type_=BasketLine.added_at.type),
}


def _putting(insert: Any) -> Any:
    """Return what writes a line while the basket has room, or lets it grow as far as it may."""
    lines = sa.select(sa.func.count()).where(_OF_BASKET).scalar_subquery()
    room = sa.or_(_THERE.exists(), lines < sa.bindparam("most", type_=sa.Integer))
    fresh = insert(BasketLine).from_select([*_FRESH], sa.select(*_FRESH.values()).where(room))
    total = BasketLine.quantity + fresh.excluded.quantity
    grown = fresh.on_conflict_do_update(
        index_elements=["basket_id", "product_id"],
        set_={"quantity": total},
        where=total <= MOST_PIECES,
    )
    return grown.returning(BasketLine.quantity)


_PUT = {dialect: _putting(insert) for dialect, insert in INSERT.items()}
