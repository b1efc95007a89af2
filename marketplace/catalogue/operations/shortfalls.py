"""Selling what is in the buyer's hand already: no count of ours can refuse it."""

from collections.abc import Iterable
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
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.core.transactions import INSERT


class Taken(NamedTuple):
    """So many pieces of a product that went; ``subject`` names their line."""

    product_id: int
    quantity: int
    subject: str


def lock_each(product_ids: Iterable[int]) -> None:
    """Lock the stock of what is about to be sold, in the order of the ids; make what is not there.

    Before anything else is locked: as who orders does.
    """
    ids = sorted(set(db.session.scalars(_STOCKED, {"ids": list(product_ids)})))
    if ids:
        empty = [{"product_id": product_id} | _NOTHING for product_id in ids]
        db.session.execute(_MAKE[db.engine.dialect.name], empty)
        db.session.execute(_LOCK, {"ids": ids}).all()


@operation
def sell_beyond(taken: Iterable[Taken], *, by: Person, now: datetime) -> dict[str, int]:
    """Sell pieces that a till handed out; return, by subject, how many more than were counted.

    What is missing is entered first as found, with its reason: no count goes below zero. What is
    made to order has no stock, and nothing of it is missing.
    """
    wanted = sorted(taken)
    lock_each(one.product_id for one in wanted)
    stocked = set(db.session.scalars(_STOCKED, {"ids": [one.product_id for one in wanted]}))
    wanted = [one for one in wanted if one.product_id in stocked]
    missing = {one.subject: _sell(one, by=by, now=now) for one in wanted}
    return {subject: pieces for subject, pieces in missing.items() if pieces}


def _sell(one: Taken, *, by: Person, now: datetime) -> int:
    before = _left(one.product_id)
    missing = max(0, one.quantity - before)
    if missing:
        _note(MovementKind.COUNTED, one, Change(left=missing), by=by, now=now)
    _note(MovementKind.SOLD, one, Change(left=-one.quantity, sold=one.quantity), by=by, now=now)
    mark_crossing(one.product_id, before, before + missing - one.quantity, by=by, now=now)
    return missing


def _left(product_id: int) -> int:
    """Return what is left of a product whose row is locked."""
    there = sa.select(Stock.left_count).where(Stock.product_id == product_id)
    return db.session.execute(there).scalar_one()


def _note(kind: MovementKind, one: Taken, change: Change, *, by: Person, now: datetime) -> None:
    if move(one.product_id, change) is None:
        raise RuntimeError("a stock row that was locked has changed")
    more = kind is MovementKind.COUNTED
    reason = _("The till sold more than was counted as left.") if more else ""
    moved = [Movement(one.product_id, change, one.subject)]
    note_each(kind, moved, reason=reason, by=by, now=now)


_NOTHING = {"left_count": 0, "held_count": 0, "sold_count": 0}
_MAKE = {dialect: insert(Stock).on_conflict_do_nothing() for dialect, insert in INSERT.items()}
_LOCK = (
    sa.select(Stock.product_id)
    .where(Stock.product_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(Stock.product_id)
    .with_for_update()
)
_STOCKED = sa.select(Product.id).where(
    Product.id.in_(sa.bindparam("ids", expanding=True)), Product.supply == Supply.STOCK
)
