"""What is paid straight to an enterprise, in cash or by its own Pix: told in the books as memo."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.payments import DIRECT, Payment, PaymentState
from marketplace.payments.operations import ledger
from marketplace.payments.postings import Posting, direct_sale, direct_sale_returned
from marketplace.payments.queries.ledger import entries_about

PIECES = "returned_pieces"  # how the books call what came back of a sale
Told = Callable[[int, int], Posting]
STEPS: dict[PaymentState, tuple[Told, ...]] = {
    PaymentState.SETTLED: (direct_sale,),
    PaymentState.REFUND_DUE: (direct_sale,),
    PaymentState.REFUNDED: (direct_sale, direct_sale_returned),
}


@operation
def enter_sale(payment_id: int, *, by: Person, now: datetime) -> None:
    """Enter a payment that came straight to its enterprise; nothing for any other."""
    _enter(direct_sale, payment_id, by, now)


@operation
def take_sale_back(payment_id: int, *, by: Person, now: datetime) -> None:
    """Enter that the enterprise gave it back; nothing for a payment that came another way."""
    _enter(direct_sale_returned, payment_id, by, now)


@operation
def give_part_back(
    about_id: int, enterprise_id: int, cents: int, *, by: Person, now: datetime
) -> None:
    """Enter that an enterprise gave a part of a sale back, in centavos; ``about_id`` says why."""
    posting = direct_sale_returned(enterprise_id, cents)
    ledger.post(posting, (PIECES, about_id), by=by, now=now)


@operation
def catch_up(payment_id: int, *, by: Person, now: datetime) -> int:
    """Enter what is missing of a payment, and return how many entries that were.

    For what a process of an older version settled while the schema was new already.
    """
    state = db.session.scalar(sa.select(Payment.state).where(Payment.id == payment_id))
    there = {entry.kind for entry in entries_about("payment", payment_id)}
    due = STEPS.get(state or PaymentState.DUE, ())
    missing = [told for told in due if EntryKind(told.__name__) not in there]
    for told in missing:
        _enter(told, payment_id, by, now)
    return len(missing)


def _enter(told: Told, payment_id: int, by: Person, now: datetime) -> None:
    asked = sa.select(Payment.enterprise_id, Payment.amount_cents)
    theirs = (Payment.method.in_(DIRECT), Payment.at_desk.is_(False))
    direct = asked.where(Payment.id == payment_id, *theirs)
    if row := db.session.execute(direct).one_or_none():
        posting = told(row.enterprise_id, row.amount_cents)
        ledger.post(posting, ("payment", payment_id), by=by, now=now)
