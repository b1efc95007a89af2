"""Selling what is in the buyer's hand already: no count of ours can refuse it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from marketplace.catalogue.models.products import Product, Supply
from marketplace.catalogue.models.stock import MovementKind, Stock
from marketplace.catalogue.operations.movements import (
    Change,
    Movement,
    mark_crossing,
    move,
    note_each,
)
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.core.transactions import INSERT


class Taken(NamedTuple):
    """So many pieces of a product that went; ``subject`` names their line."""

    product_id: int
    quantity: int
    subject: str


def lock_each(product_ids: Iterable[int]) -> dict[int, int]:
    """Lock the stock of what is about to be sold, in the order of the ids; return what is left.

    Before anything else is locked, as who orders does. A row that is not there is made; what is
    made to order has none.
    """
    ids = sorted(set(db.session.scalars(_STOCKED, {"ids": list(product_ids)})))
    if not ids:
        return {}
    empty = [{"product_id": product_id} | _NOTHING for product_id in ids]
    db.session.execute(_MAKE[db.engine.dialect.name], empty)
    return dict(db.session.execute(_LOCK, {"ids": ids}).all())


def sell_beyond(
    taken: Iterable[Taken], left: Mapping[int, int], *, by: Person, now: datetime
) -> dict[str, int]:
    """Sell pieces that a till handed out; return, by subject, how many more than were counted.

    ``left`` is what was left of each when it was locked. What is missing is entered first as found,
    with its reason: no count goes below zero. Of what is made to order nothing is missing.
    """
    there, missing, sold = dict(left), {}, []
    for one in sorted(taken):
        if one.product_id not in there:
            continue
        before = there[one.product_id]
        if found := max(0, one.quantity - before):
            missing[one.subject] = found
            why = _("The till sold more than was counted as left.")
            _enter_found(one.product_id, found, why, subject=one.subject, by=by, now=now)
        there[one.product_id] = before + found - one.quantity
        sold.append(_sell(one, before, there[one.product_id], by=by, now=now))
    note_each(MovementKind.SOLD, sold, by=by, now=now)
    return missing


def find_again(product_id: int, pieces: int, *, by: Person, now: datetime) -> None:
    """Enter pieces that came back and of which no sale is known; nothing of what has no stock."""
    left = lock_each([product_id])
    if product_id not in left:
        return
    reason = _("Came back to a till, and its sale is not known.")
    _enter_found(product_id, pieces, reason, by=by, now=now)
    mark_crossing(product_id, left[product_id], left[product_id] + pieces, by=by, now=now)


def _enter_found(
    product_id: int, pieces: int, reason: str, *, subject: str = "", by: Person, now: datetime
) -> None:
    change = Change(left=pieces)
    _move(product_id, change)
    moved = [Movement(product_id, change, subject)]
    note_each(MovementKind.COUNTED, moved, reason=reason, by=by, now=now)


def _sell(one: Taken, before: int, after: int, *, by: Person, now: datetime) -> Movement:
    change = Change(left=-one.quantity, sold=one.quantity)
    _move(one.product_id, change)
    mark_crossing(one.product_id, before, after, by=by, now=now)
    return Movement(one.product_id, change, one.subject)


def _move(product_id: int, change: Change) -> None:
    if move(product_id, change) is None:
        raise RuntimeError("a stock row that was locked has changed")


_NOTHING = {"left_count": 0, "held_count": 0, "sold_count": 0}
_MAKE = {dialect: insert(Stock).on_conflict_do_nothing() for dialect, insert in INSERT.items()}
_LOCK = (
    sa.select(Stock.product_id, Stock.left_count)
    .where(Stock.product_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(Stock.product_id)
    .with_for_update()
)
_STOCKED = sa.select(Product.id).where(
    Product.id.in_(sa.bindparam("ids", expanding=True)), Product.supply == Supply.STOCK
)
