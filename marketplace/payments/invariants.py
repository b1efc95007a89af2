"""What must always be true of the payments: each query selects ids of rows that break its rule."""

import sqlalchemy as sa

from marketplace.payments.models import Payment, PaymentState

_paid = Payment.state.in_((PaymentState.SETTLED, PaymentState.REFUND_DUE, PaymentState.REFUNDED))
_cancelled, _refunded = PaymentState.CANCELLED, PaymentState.REFUNDED

named = {
    "payments.instants_match_the_state": sa.select(Payment.id).where(
        sa.or_(
            _paid != Payment.settled_at.is_not(None),
            (Payment.state == _cancelled) != Payment.cancelled_at.is_not(None),
            (Payment.state == _refunded) != Payment.refunded_at.is_not(None),
        )
    ),
    "payments.what_counts_has_an_amount": sa.select(Payment.id).where(
        Payment.state != _cancelled, Payment.amount_cents <= 0
    ),
}
