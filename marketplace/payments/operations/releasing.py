"""When a share may be paid out: once what was paid for is handed over, and the hold is past."""

import logging
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import DomainError
from marketplace.core.rights import Person
from marketplace.payments import postings
from marketplace.payments.models.payments import DIRECT, Payment
from marketplace.payments.models.reconciling import Identification
from marketplace.payments.operations import ledger
from marketplace.payments.queries import online, releasing

BATCH = 100
SOURCE, WORD = "payment", "identification"
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


@operation
def release_identified(word_id: int, *, by: Person, now: datetime) -> int:
    """Release what was found to be an enterprise's (P6), in centavos, once; 0 if it is not due."""
    due = releasing.identified(now).where(Identification.id == word_id)
    word = db.session.scalar(due.with_for_update().execution_options(populate_existing=True))
    if word is None or word.enterprise_id is None:
        return 0
    posting = postings.share_released(word.enterprise_id, word.amount_cents)
    ledger.post(posting, (WORD, word.id), by=by, now=now)
    facts = {"identification_id": word.id, "amount_cents": word.amount_cents}
    audit.record("share_released", by=by, now=now, **facts)
    return word.amount_cents


def release_due(*, after: int = 0, by: Person, now: datetime) -> int:
    """Release up to a batch of shares, each in a transaction of its own, by rising id.

    Return the last id that was looked at; who calls goes on after it until it is 0.
    """
    found = releasing.due(now).with_only_columns(Payment.id).where(Payment.id > after)
    ids = list(db.session.scalars(found.order_by(Payment.id).limit(BATCH)))
    for payment_id in ids:
        _release_or_tell(release, payment_id, by=by, now=now)
    return ids[-1] if ids else 0


def release_found(*, by: Person, now: datetime) -> None:
    """Release all that was found to be an enterprise's and is due, as ``release_due`` does.

    It is little: what a person said of one amount at a time.
    """
    found = releasing.identified(now).with_only_columns(Identification.id)
    for word_id in list(db.session.scalars(found.order_by(Identification.id))):
        _release_or_tell(release_identified, word_id, by=by, now=now)


def _release_or_tell(free: Callable[..., int], of: int, *, by: Person, now: datetime) -> None:
    """Let one that the books refuse not keep the others waiting."""
    try:
        free(of, by=by, now=now)
    except DomainError as no:
        log.exception("a share was not released", extra={"count": of, "kind": no.code})
