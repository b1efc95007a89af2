"""How long orders keep who bought."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import privacy
from marketplace.core.database import db
from marketplace.core.privacy import ERASED, Subject
from marketplace.core.retention import keep
from marketplace.orders.models.orders import PAYABLE, LookupCode, Order, Purchase
from marketplace.orders.models.states import OPEN
from marketplace.payments.models.payments import Payment


def forget_buyers(purchase_ids: list[int], now: datetime) -> None:
    """Empty what tells who bought; the sale stays, of nobody."""
    orders = sa.select(Order.id).where(Order.purchase_id.in_(purchase_ids))
    ids = {"purchase": set(purchase_ids), "order": set(db.session.scalars(orders))}
    paid = sa.select(Payment.id).where(
        Payment.payable_type == PAYABLE, Payment.payable_id.in_(ids["order"])
    )
    ids["payment"] = set(db.session.scalars(paid))
    privacy.clear(Subject(ids), now=now)


keep(
    LookupCode,
    LookupCode.expires_at,
    30,
    why="codes that found a lost order",
    source="LGPD art. 16: its purpose ends with the code; a month to look into misuse",
)
keep(
    Purchase,
    Purchase.placed_at,
    5 * 366,
    why="who bought without an account, and where to deliver",
    source="CDC art. 27 and CTN art. 173: claims and taxes lapse after five years",
    where=sa.and_(
        Purchase.user_id.is_(None),
        Purchase.buyer_name != ERASED,
        ~sa.exists().where(Order.purchase_id == Purchase.id, Order.state.in_(OPEN)),
    ),
    end=forget_buyers,
)
