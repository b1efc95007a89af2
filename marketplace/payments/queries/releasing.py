"""Which shares are to be released, and what is left of one; nothing here writes."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.payments import settings
from marketplace.payments.models.disputes import UNDECIDED, Dispute, DisputePart
from marketplace.payments.models.online import AttemptPart
from marketplace.payments.models.payments import DIRECT, Payment, PaymentState
from marketplace.payments.queries import online

_disputed = (
    sa.exists()
    .where(AttemptPart.payment_id == Payment.id, AttemptPart.settles)
    .where(DisputePart.part_id == AttemptPart.id, Dispute.id == DisputePart.dispute_id)
    .where(Dispute.state.in_(UNDECIDED))
)


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


def net_left(part: AttemptPart) -> int:
    """Return what is left of a part for its enterprise, after its fee and refunds, in centavos."""
    given = online.given_back(part.id)
    return part.amount_cents - part.fee_cents - (given.amount_cents - given.fee_cents)
