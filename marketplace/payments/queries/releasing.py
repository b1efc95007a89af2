"""Which shares are to be released, and what is left of one; nothing here writes."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.payments import settings
from marketplace.payments.models.disputes import Dispute, DisputePart, DisputeState
from marketplace.payments.models.ledger import EntryKind, LedgerEntry
from marketplace.payments.models.online import AttemptPart, Refund
from marketplace.payments.models.payments import DIRECT, Payment, PaymentState
from marketplace.payments.models.reconciling import Identification
from marketplace.payments.queries import online


def net_of(
    of: type[AttemptPart] | type[Refund] | type[DisputePart],
) -> sa.ColumnElement[int]:
    """Return what of an amount is its enterprise's: neither fee nor fund."""
    net: sa.ColumnElement[int] = of.amount_cents - of.fee_cents - of.fund_cents
    return net


_disputed = Payment.id.in_(
    sa.select(AttemptPart.payment_id).where(
        AttemptPart.settles, AttemptPart.id.in_(online.DISPUTED_PARTS)
    )
)
_refunded = (
    sa.select(sa.func.coalesce(sa.func.sum(net_of(Refund)), 0))
    .where(Refund.part_id == AttemptPart.id)
    .scalar_subquery()
)
_lost = (
    sa.select(sa.func.coalesce(sa.func.sum(net_of(DisputePart)), 0))
    .join(Dispute, Dispute.id == DisputePart.dispute_id)
    .where(DisputePart.part_id == AttemptPart.id, Dispute.state == DisputeState.LOST)
    .scalar_subquery()
)
NET_LEFT = net_of(AttemptPart) - _refunded - _lost
"""Centavos of a part that are left for its enterprise: after fee and fund, refunds and disputes."""


def due(now: datetime) -> sa.Select[Payment]:
    """Select the settled payments whose hold is past and whose share is not released.

    What the buyer's bank disputes waits until that has decided.
    """
    since = Payment.fulfilled_at if settings.released_from_hand_over() else Payment.settled_at
    return held().where(since <= now - settings.release_hold(), ~_disputed)


def held() -> sa.Select[Payment]:
    """Select the settled payments whose money the house has, and whose share is not released."""
    return sa.select(Payment).where(
        Payment.method.not_in(DIRECT),
        Payment.state == PaymentState.SETTLED,
        Payment.released_at.is_(None),
    )


def identified(now: datetime) -> sa.Select[Identification]:
    """Select what was found to be an enterprise's, whose hold is past, and that is not released.

    Nothing is handed over for it: its hold begins when a person said whose it is.
    """
    done = sa.exists().where(
        LedgerEntry.kind == EntryKind.SHARE_RELEASED,
        LedgerEntry.source_type == "identification",
        LedgerEntry.source_id == Identification.id,
    )
    past = Identification.decided_at <= now - settings.release_hold()
    return sa.select(Identification).where(Identification.enterprise_id.is_not(None), past, ~done)


def net_left(part: AttemptPart) -> int:
    """Return what is left of a part for its enterprise, in centavos."""
    asked = sa.select(NET_LEFT).where(AttemptPart.id == part.id)
    return int(db.session.scalar(asked) or 0)
