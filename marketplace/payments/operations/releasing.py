"""When a share may be paid out: once what was paid for is handed over, and the hold is past."""

import logging
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import DomainError
from marketplace.core.rights import Person
from marketplace.payments import postings
from marketplace.payments.models.payments import DIRECT, Payment
from marketplace.payments.operations import ledger
from marketplace.payments.queries import online, releasing

BATCH = 100
SOURCE = "payment"
log = logging.getLogger(__name__)


@operation
def note_fulfilled(payment_id: int, *, by: Person, now: datetime) -> None:
    """Note that what a payment is for was handed over; nothing for money that is not with us."""
    first = (Payment.id == payment_id, Payment.fulfilled_at.is_(None))
    online_alone = Payment.method.not_in(DIRECT)
    noted = sa.update(Payment).where(*first, online_alone).values(fulfilled_at=now)
    if db.session.execute(noted.returning(Payment.id)).one_or_none():
        audit.record("payment_fulfilled", by=by, now=now, payment_id=payment_id)


@operation
def release(payment_id: int, *, by: Person, now: datetime) -> int:
    """Release what is left of a payment's share (P6), in centavos, once; 0 if it is not due.

    What is to be given back, or was, is not released.
    """
    due = releasing.due(now).where(Payment.id == payment_id)
    payment = db.session.scalar(due.with_for_update().execution_options(populate_existing=True))
    if payment is None or (part := online.settling_part(payment_id)) is None:
        return 0
    payment.released_at = now
    if cents := releasing.net_left(part):
        posting = postings.share_released(payment.enterprise_id, cents)
        ledger.post(posting, (SOURCE, payment_id), by=by, now=now)
    audit.record("share_released", by=by, now=now, payment_id=payment_id, amount_cents=cents)
    return cents


def release_due(*, after: int = 0, by: Person, now: datetime) -> int:
    """Release up to a batch of shares, each in a transaction of its own, by rising id.

    Return the last id that was looked at; who calls goes on after it until it is 0.
    """
    found = releasing.due(now).with_only_columns(Payment.id).where(Payment.id > after)
    ids = list(db.session.scalars(found.order_by(Payment.id).limit(BATCH)))
    for payment_id in ids:
        _release_or_tell(payment_id, by=by, now=now)
    return ids[-1] if ids else 0


def _release_or_tell(payment_id: int, *, by: Person, now: datetime) -> None:
    """Let one that the books refuse not keep the others waiting."""
    try:
        release(payment_id, by=by, now=now)
    except DomainError as no:
        log.exception("a share was not released", extra={"count": payment_id, "kind": no.code})
