"""Pieces that are only to be reserved for a fair: out of what is sold elsewhere, and back.

Called by those who keep for which fair they are, and have asked who may.
"""

from datetime import datetime

import sqlalchemy as sa

from marketplace.catalogue.errors import OutOfStock
from marketplace.catalogue.models.products import Product
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


@operation
def set_apart(product_id: int, quantity: int, *, subject: str, by: Person, now: datetime) -> None:
    """Take pieces out of what is left to sell; ``subject`` names what they are for.

    :raises OutOfStock: if fewer are left.
    """
    change = Change(left=-quantity, apart=quantity)
    _moved(product_id, change, MovementKind.SET_APART, subject, by=by, now=now)


@operation
def bring_back(product_id: int, quantity: int, *, subject: str, by: Person, now: datetime) -> int:
    """Put pieces that were apart on sale again; return how many are left to sell.

    :raises OutOfStock: if fewer are apart.
    """
    change = Change(left=quantity, apart=-quantity)
    return _moved(product_id, change, MovementKind.BROUGHT_BACK, subject, by=by, now=now)


def _moved(
    product_id: int, change: Change, kind: MovementKind, subject: str, *, by: Person, now: datetime
) -> int:
    if (left := move(product_id, change)) is None:
        there = sa.select(Product.name, Stock.left_count).where(Product.id == product_id)
        name, left = db.session.execute(there.join(Stock)).one()
        raise OutOfStock(name=name, left=left, product_id=product_id)
    note_each(kind, [Movement(product_id, change, subject)], by=by, now=now)
    mark_crossing(product_id, left - change.left, left, by=by, now=now)
    return left
