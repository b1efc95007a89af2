"""What had paid for goods that came back in pieces: they were sold on the spot.

Nothing here writes.
"""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from marketplace.core.database import rows
from marketplace.orders.models.orders import OrderLine
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.tenders import TENDER, Tender
from marketplace.payments.models.payments import Payment


def payments_of(pieces_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the ids of the payments of the order of each return of pieces, by its id."""
    found = defaultdict(list)
    for pieces_id, payment_id in rows(_PAID, {"ids": sorted(pieces_ids)}):
        found[pieces_id].append(payment_id)
    return dict(found)


_PAID = (
    sa.select(ReturnedPieces.id, Payment.id)
    .join(OrderLine, OrderLine.id == ReturnedPieces.order_line_id)
    .join(Tender, Tender.order_id == OrderLine.order_id)
    .join(Payment, sa.and_(Payment.payable_type == TENDER, Payment.payable_id == Tender.id))
    .where(ReturnedPieces.id.in_(sa.bindparam("ids", expanding=True)))
)
