"""What paying online was reckoned to cost at any moment; nothing here writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.payments.models.fees import PaymentFee
from marketplace.payments.models.payments import Method


class Noted(NamedTuple):
    """The fee of a way of paying since an instant: hundredths of a percent, and centavos."""

    method: Method
    rate: int
    fixed_cents: int
    valid_from: datetime


def noted() -> Sequence[Noted]:
    """Return every fee that was ever noted, the oldest first."""
    columns = (getattr(PaymentFee, name) for name in Noted._fields)
    rows = db.session.execute(sa.select(*columns).order_by(PaymentFee.valid_from, PaymentFee.id))
    return [Noted._make(row) for row in rows]


def last() -> dict[Method, tuple[int, int]]:
    """Return what was noted last of each way: its part, and its centavos."""
    return {each.method: (each.rate, each.fixed_cents) for each in noted()}


def dearest_at(fees: Sequence[Noted], moment: datetime) -> int:
    """Return the part that the dearest way took at a moment, in hundredths of a percent.

    Before a way's first row, what that row says: nobody knows of another. ``fees`` come the oldest
    first. Centavos of each payment are of a whole purchase, and so no part of any one price.
    """
    rates: dict[Method, int] = {}
    for each in fees:
        if each.valid_from <= moment or each.method not in rates:
            rates[each.method] = each.rate
    return max(rates.values(), default=0)
