"""Questions asked of the payments; nothing here writes."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db, rows
from marketplace.payments.models.payments import Payment, PaymentState


def by_id(payment_id: int) -> sa.Select[Payment]:
    return sa.select(Payment).where(Payment.id == payment_id)


def settled_at(payable_type: str, payable_id: int) -> datetime | None:
    """Return when what counts for a payable was paid; none while it is not."""
    moment: datetime | None = rows(_SETTLED_AT, {"type": payable_type, "ids": [payable_id]})[0][0]
    return moment


def live_of(payable_type: str, payable_id: int) -> Payment | None:
    """Return the one payment that counts for a payable: the last one not cancelled."""
    return next(iter(live_for(payable_type, [payable_id]).values()), None)


def last_id_of(payable_type: str, payable_id: int) -> int:
    """Return the id of what was asked for last, though it be asked for no more."""
    asked = sa.select(Payment.id).where(
        Payment.payable_type == payable_type, Payment.payable_id == payable_id
    )
    return db.session.scalars(asked.order_by(Payment.attempt.desc()).limit(1)).one()


def live_for(payable_type: str, payable_ids: Iterable[int]) -> dict[int, Payment]:
    """Return the payments that count for several payables, by payable id."""
    live = db.session.scalars(_LIVE, {"type": payable_type, "ids": list(payable_ids)})
    return {payment.payable_id: payment for payment in live}


def live_ids(payable_type: str, payable_ids: Iterable[int]) -> dict[int, int]:
    """Return the ids of the payments that count for several payables, by payable id."""
    live = rows(_LIVE_IDS, {"type": payable_type, "ids": list(payable_ids)})
    return {payment.payable_id: payment.id for payment in live}


_COUNTS = (
    Payment.payable_type == sa.bindparam("type"),
    Payment.payable_id.in_(sa.bindparam("ids", expanding=True)),
    Payment.state != PaymentState.CANCELLED,
)
_LIVE = sa.select(Payment).where(*_COUNTS).order_by(Payment.attempt)
_LIVE_IDS = sa.select(Payment.payable_id, Payment.id).where(*_COUNTS).order_by(Payment.attempt)
_SETTLED_AT = sa.select(sa.func.max(Payment.settled_at)).where(*_COUNTS)
