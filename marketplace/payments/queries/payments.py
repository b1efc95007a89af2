"""Questions asked of the payments; nothing here writes."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.payments.models.payments import Payment, PaymentState


def by_id(payment_id: int) -> sa.Select[Payment]:
    return sa.select(Payment).where(Payment.id == payment_id)


def settled_at(payable_type: str, payable_id: int) -> datetime | None:
    """Return when what counts for a payable was paid; none while it is not."""
    asked = sa.select(sa.func.max(Payment.settled_at)).where(
        Payment.payable_type == payable_type,
        Payment.payable_id == payable_id,
        Payment.state != PaymentState.CANCELLED,
    )
    moment: datetime | None = db.session.scalar(asked)
    return moment


def live_of(payable_type: str, payable_id: int) -> Payment | None:
    """Return the one payment that counts for a payable: the last one not cancelled."""
    return next(iter(live_for(payable_type, [payable_id]).values()), None)


def live_for(payable_type: str, payable_ids: Iterable[int]) -> dict[int, Payment]:
    """Return the payments that count for several payables, by payable id."""
    query = (
        sa.select(Payment)
        .where(
            Payment.payable_type == payable_type,
            Payment.payable_id.in_(list(payable_ids)),
            Payment.state != PaymentState.CANCELLED,
        )
        .order_by(Payment.attempt)
    )
    return {payment.payable_id: payment for payment in db.session.scalars(query)}
