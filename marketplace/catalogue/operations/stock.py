"""What moves stock: each verb is one guarded statement and one movement.

`hold`, `release`, `sell_held`, `sell` and `take_back` are called by orders and tills, which have
asked who may; `receive` and `count_stock` ask it themselves. What is made to order takes no stock:
holding it writes nothing, and so nothing of it can be released or sold from what is held.
"""

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.catalogue.errors import BadQuantity, NotHeld, OutOfStock
from marketplace.catalogue.models.products import Product, Supply
from marketplace.catalogue.models.stock import MovementKind, Stock, StockMovement
from marketplace.catalogue.operations.movements import (
    Change,
    Movement,
    mark_crossing,
    move,
    note_each,
    take,
)
from marketplace.catalogue.queries import products as queries
from marketplace.core.database import db, operation, rows
from marketplace.core.finding import find_one
from marketplace.core.rights import Person

MOST = 1_000_000


@operation
def receive(product_id: int, quantity: int, *, reason: str = "", by: Person, now: datetime) -> int:
    """Add what was made or brought in, and return what is left to sell.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises BadQuantity: unless 1 to a million are added.
    """
    _check(quantity)
    product = find_one(queries.theirs(by, product_id))
    _ensure_row(product.id)
    left = _moved(product.id, Change(left=quantity))
    _note(MovementKind.RECEIVED, product.id, Change(left=quantity), reason=reason, by=by, now=now)
    mark_crossing(product.id, left - quantity, left, by=by, now=now)
    return left


@operation
def count_stock(product_id: int, left: int, *, reason: str = "", by: Person, now: datetime) -> int:
    """Set what is left to sell to what was counted; pieces held for orders are not among them.

    Returns the difference found.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises BadQuantity: unless 0 to a million are left.
    """
    _check(left, least=0)
    product = find_one(queries.theirs(by, product_id))
    _ensure_row(product.id)
    row = sa.select(Stock.left_count).where(Stock.product_id == product.id).with_for_update()
    before = db.session.execute(row).scalar_one()
    found = left - before
    if found:
        _moved(product.id, Change(left=found))
        _note(MovementKind.COUNTED, product.id, Change(left=found), reason=reason, by=by, now=now)
        mark_crossing(product.id, before, left, by=by, now=now)
    return found


@operation
def change_stock(product_id: int, difference: int, *, by: Person, now: datetime) -> int:
    """Add pieces, or take some out, and return what is left to sell; it never goes below zero.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises OutOfStock: if more are taken out than are left.
    :raises BadQuantity: for a difference of none, or of more than a million.
    """
    _check(abs(difference))
    if difference > 0:
        return receive(product_id, difference, by=by, now=now)
    product = find_one(queries.theirs(by, product_id))
    change = Change(left=difference)
    if (left := move(product.id, change)) is None:
        raise _out_of_stock(product.id, product.name)
    _note(MovementKind.COUNTED, product.id, change, by=by, now=now)
    mark_crossing(product.id, left - difference, left, by=by, now=now)
    return left


@operation
def hold(product_id: int, quantity: int, *, subject: str, by: Person, now: datetime) -> bool:
    """Promise pieces to an order; ``subject`` names its line. Whether stock was taken is returned.

    Call for several products in the order of their ids, so that two orders never wait in a ring.

    :raises OutOfStock: if fewer are left; facts ``name``, ``left``, ``product_id``.
    """
    wanted = {product_id: (quantity, subject)}
    return bool(_take_each(wanted, MovementKind.HELD, by=by, now=now))


@operation(joins=True)
def hold_each(
    wanted: Mapping[int, tuple[int, str]],
    *,
    apart: Container[int] = (),
    by: Person,
    now: datetime,
) -> None:
    """Promise pieces of several products: by product id, how many and the line's subject.

    As ``hold`` for each, in the order of their ids. Those ``apart`` are taken from what was set
    apart for fairs.

    :raises OutOfStock: for the first of which fewer are left.
    """
    _take_each(wanted, MovementKind.HELD, apart, by=by, now=now)


@operation
def sell(product_id: int, quantity: int, *, subject: str, by: Person, now: datetime) -> bool:
    """Take pieces that were never held, as a till does; whether stock was taken is returned.

    :raises OutOfStock: if fewer are left.
    """
    wanted = {product_id: (quantity, subject)}
    return bool(_take_each(wanted, MovementKind.SOLD, by=by, now=now))


@operation
def release(
    product_id: int,
    quantity: int,
    *,
    subject: str,
    apart: bool = False,
    by: Person,
    now: datetime,
) -> None:
    """Put pieces held for a subject back on sale, or ``apart`` for a fair.

    :raises NotHeld: if fewer are held for it, while some were.
    """
    back = Change(apart=quantity) if apart else Change(left=quantity)
    change = back._replace(held=-quantity)
    _undo(product_id, MovementKind.RELEASED, change, subject=subject, by=by, now=now)


@operation
def sell_held(product_id: int, quantity: int, *, subject: str, by: Person, now: datetime) -> None:
    """Hand over pieces that were held for a subject.

    :raises NotHeld: if fewer are held for it, while some were.
    """
    change = Change(held=-quantity, sold=quantity)
    _undo(product_id, MovementKind.SOLD, change, subject=subject, by=by, now=now)


@operation
def count_out_held(
    product_id: int, quantity: int, *, subject: str, reason: str, by: Person, now: datetime
) -> None:
    """Count out pieces that were held for a subject, and that a count did not find.

    :raises NotHeld: if fewer are held for it, while some were.
    """
    about: Any = {"subject": subject, "reason": reason, "by": by, "now": now}
    _undo(product_id, MovementKind.COUNTED, Change(held=-quantity), **about)


@operation
def take_back(product_id: int, quantity: int, *, subject: str, by: Person, now: datetime) -> None:
    """Put pieces that were handed over back on sale, as a withdrawal does.

    :raises NotHeld: if fewer were sold under the subject, while some were.
    """
    change = Change(left=quantity, sold=-quantity)
    _undo(product_id, MovementKind.RETURNED, change, subject=subject, by=by, now=now)


def _take_each(
    wanted: Mapping[int, tuple[int, str]],
    kind: MovementKind,
    apart: Container[int] = (),
    *,
    by: Person,
    now: datetime,
) -> list[Movement]:
    """Take pieces of each product that has stock, in the order of their ids; return what moved."""
    moved = []
    for product_id, (quantity, subject) in sorted(wanted.items()):
        _check(quantity)
        held = quantity if kind is MovementKind.HELD else 0
        change = Change(-quantity, held, quantity - held)
        if product_id in apart:
            change = change._replace(left=0, apart=-quantity)
        if (left := take(product_id, change)) is not None:
            moved.append(Movement(product_id, change, subject, left))
        elif (product := rows(_SUPPLY, {"id": product_id})[0]).supply is not Supply.TO_ORDER:
            raise _out_of_stock(product_id, product.name)
    note_each(kind, moved, by=by, now=now)
    for product_id, change, _subject, left in moved:
        mark_crossing(product_id, left - change.left, left, by=by, now=now)
    return moved


def _undo(
    product_id: int,
    kind: MovementKind,
    change: Change,
    *,
    subject: str,
    reason: str = "",
    by: Person,
    now: datetime,
) -> None:
    """Move pieces on that a subject holds or bought; nothing where it never took any."""
    _check(pieces := max(map(abs, change)))
    lock = sa.select(Stock.product_id).where(Stock.product_id == product_id).with_for_update()
    db.session.execute(lock)  # so that what the subject took is counted once
    from_held = change.held < 0
    taken = db.session.scalars(_taken_by(product_id, subject, from_held=from_held)).all()
    if not taken:
        return
    if sum(taken) < pieces or (left := move(product_id, change)) is None:
        raise NotHeld(name=db.session.scalar(_name_of(product_id)))
    _note(kind, product_id, change, reason=reason, subject=subject, by=by, now=now)
    mark_crossing(product_id, left - change.left, left, by=by, now=now)


def _out_of_stock(product_id: int, name: str) -> OutOfStock:
    there = sa.select(Stock.left_count).where(Stock.product_id == product_id)
    return OutOfStock(name=name, left=db.session.scalar(there) or 0, product_id=product_id)


def _moved(product_id: int, change: Change) -> int:
    """Change a row that is locked or only grows, and return what is left."""
    left = move(product_id, change)
    if left is None:
        raise RuntimeError("a stock row that was there is gone")
    return left


def _note(
    kind: MovementKind,
    product_id: int,
    change: Change,
    *,
    reason: str = "",
    subject: str = "",
    by: Person,
    now: datetime,
) -> None:
    moved = [Movement(product_id, change, subject)]
    note_each(kind, moved, reason=reason, by=by, now=now)


def _ensure_row(product_id: int) -> None:
    if db.session.get(Stock, product_id) is None:
        db.session.add(Stock(product_id=product_id))
        db.session.flush()


def _taken_by(product_id: int, subject: str, *, from_held: bool) -> sa.Select[int]:
    column = StockMovement.held_change if from_held else StockMovement.sold_change
    return sa.select(column).where(
        StockMovement.product_id == product_id, StockMovement.subject == subject, column != 0
    )


def _name_of(product_id: int) -> sa.Select[str]:
    return sa.select(Product.name).where(Product.id == product_id)


def _check(quantity: int, *, least: int = 1) -> None:
    if not least <= quantity <= MOST:
        raise BadQuantity(least=least, most=MOST)


_SUPPLY = sa.select(Product.name, Product.supply).where(Product.id == sa.bindparam("id"))
