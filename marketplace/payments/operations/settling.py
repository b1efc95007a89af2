"""How a refund ends, whichever way its money went: the payment follows once all of it is back."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.payments.models.online import Refund, RefundState
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.operations import payments
from marketplace.payments.queries import online


def note_done(refund: Refund, *, by: Person, now: datetime) -> None:
    """Note that the buyer has it; once all of a payment is back, it is refunded."""
    refund.state, refund.done_at = RefundState.DONE, now
    payment = lock_one(sa.select(Payment).where(Payment.id == refund.part.payment_id))
    db.session.flush()
    if (
        refund.part.settles
        and payment.state is PaymentState.REFUND_DUE
        and online.given_back(refund.part_id, RefundState.DONE).amount_cents
        == refund.part.amount_cents
    ):
        payments.confirm_refund(payment.id, by=by, now=now)


def note_owed_again(refund: Refund) -> None:
    """Note that it did not reach the buyer after all: it is owed as before."""
    if refund.state is RefundState.DONE:
        again = {"state": PaymentState.REFUND_DUE, "refunded_at": None}
        refunded = (Payment.id == refund.part.payment_id, Payment.state == PaymentState.REFUNDED)
        db.session.execute(sa.update(Payment).where(*refunded).values(again))
    refund.state, refund.done_at = RefundState.FAILED, None
