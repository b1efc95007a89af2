"""Money that came through the provider: into the books, to what it pays, or back."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.queue import enqueue
from marketplace.core.rights import Person
from marketplace.payments import postings
from marketplace.payments.models.online import Attempt, AttemptPart, AttemptState
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.models.reconciling import ProviderMovement
from marketplace.payments.operations import ledger, payments, refunds
from marketplace.payments.provider import Intent, Movement
from marketplace.payments.queries import identifying, reconciling
from marketplace.payments.signals import payment_came_late

BOOK_JOB = "payments.book"
SOURCE = "attempt"
log = logging.getLogger(__name__)


def receive(attempt: Attempt, intent: Intent, *, by: Person, now: datetime) -> None:
    """Take a locked attempt's money in: P2, P4, P5, P3; each payment that waits is settled.

    It was paid when the provider says so, which may be on another day than the one of the entries.
    What nobody waits for any more (a part given up meanwhile, a second payment) goes back whole.
    Another sum than was asked pays nothing: it is entered as unidentified, for a person. What the
    provider kept, a job asks for where it was not told with the payment.
    """
    attempt.charge_id, attempt.paid_at = intent.charge_id, intent.paid_at(attempt.asked_at, now)
    attempt.forget_paper()
    if (intent.received_cents, intent.currency) != (attempt.amount_cents, "brl"):
        attempt.state = AttemptState.ODD
        log.error("a payment came to another sum than was asked", extra={"count": attempt.id})
    else:
        _settle(attempt, by=by, now=now)
    if intent.movement:
        _book(attempt, intent.movement, by=by, now=now)
    else:
        enqueue(BOOK_JOB, {"attempt_id": attempt.id}, key=str(attempt.id), run_at=now)


def _settle(attempt: Attempt, *, by: Person, now: datetime) -> None:
    attempt.state = AttemptState.PAID
    _enter(attempt, by=by, now=now)
    audit.record("payment_received", by=by, now=now, attempt_id=attempt.id)
    waited_for = _waited_for(attempt.parts, by=by, now=now)
    for part in waited_for:
        part.settles = True
    if waited_for and attempt.paid_at:
        ids, how = [part.payment_id for part in waited_for], attempt.method
        payments.settle_payments(ids, method=how, paid_at=attempt.paid_at, by=by, now=now)
    for part in attempt.parts:
        if part not in waited_for:
            refunds.send_back(part, part.amount_cents, by=by, now=now)


@operation
def book(attempt_id: int, movement: Movement, *, by: Person, now: datetime) -> None:
    """Enter the provider's own line of a payment, once, with what it really kept.

    P3; or P20 where it is another sum than was asked. Money that came as a stranger's, and of which
    a person said meanwhile whose it is, is not entered twice: `buyer_clearing` tells of it.
    """
    attempt = lock_one(sa.select(Attempt).where(Attempt.id == attempt_id))
    if attempt.movement_id is None:
        _book(attempt, movement, by=by, now=now)


def _book(attempt: Attempt, movement: Movement, *, by: Person, now: datetime) -> None:
    attempt.movement_id, attempt.provider_fee_cents = movement.id, movement.fee_cents
    if identifying.was_said(movement.id):
        log.error("a payment's money was given to somebody before", extra={"count": attempt.id})
        return
    if attempt.state is AttemptState.PAID:
        if attempt.amount_cents != movement.amount_cents:
            log.error("the provider's line is of another sum", extra={"count": attempt.id})
        posting = postings.provider_settled(attempt.amount_cents, movement.fee_cents)
    else:
        posting = postings.money_unidentified(movement.amount_cents, movement.fee_cents)
    ledger.enter(posting, (SOURCE, attempt.id), by=by, now=now)


def _enter(attempt: Attempt, *, by: Person, now: datetime) -> None:
    shares, fees = Counter[int](), Counter[int]()
    funds = defaultdict[int, Counter[int]](Counter)
    for part in attempt.parts:
        shares[part.enterprise_id] += part.amount_cents
        fees[part.enterprise_id] += part.fee_cents
        if part.fund_id is not None:
            funds[part.fund_id][part.enterprise_id] += part.fund_cents
    source = (SOURCE, attempt.id)
    ledger.enter(postings.payment_succeeded(shares), source, by=by, now=now)
    if any(fees.values()):
        ledger.enter(postings.fee_shared(fees), source, by=by, now=now)
    if any(parts.total() for parts in funds.values()):
        ledger.enter(postings.fund_contributed(funds), source, by=by, now=now)
        pay_fund_debts(funds, source, by=by, now=now)


@operation
def note_at_bank(row_id: int, *, by: Person, now: datetime) -> bool:
    """Enter that a payout of ours, known by its line, reached the bank (P19), once."""
    mine = sa.select(ProviderMovement).where(ProviderMovement.id == row_id)
    row = lock_one(mine)
    under_way = reconciling.sweeps_under_way().where(ProviderMovement.id == row.id)
    if db.session.execute(under_way).first() is None:
        return False
    there = postings.sweep_arrived(-row.net_cents)
    ledger.post(there, ("movement", row.id), by=by, now=now)
    return True


def take_from_bank(payout_id: str, *, by: Person, now: datetime) -> None:
    """Take back that a payout reached the bank, because the bank returned it after all."""
    if entry_id := reconciling.arrival_of(payout_id):
        ledger.reverse(entry_id, by=by, now=now)


def pay_fund_debts(
    fund_ids: Iterable[int], source: tuple[str, int], *, by: Person, now: datetime
) -> None:
    """Let what funds have now pay what they lacked for what went back."""
    held = ledger.lock_held((), fund_ids)
    owed = {one: min(cents, held.funds[one]) for one, cents in held.fund_debts.items()}
    if any(owed.values()):
        ledger.enter(postings.fund_debt_paid(owed), source, by=by, now=now)


def _waited_for(parts: Sequence[AttemptPart], *, by: Person, now: datetime) -> list[AttemptPart]:
    """Return the parts whose payments wait for just that, or are taken up again; all are locked."""
    asked = {
        one.id: one
        for one in db.session.scalars(_ASKED, {"of": [part.payment_id for part in parts]})
    }
    return [part for part in parts if _waits(asked[part.payment_id], part, by=by, now=now)]


def _waits(payment: Payment, part: AttemptPart, *, by: Person, now: datetime) -> bool:
    if payment.amount_cents != part.amount_cents:
        return False
    if payment.state is PaymentState.CANCELLED and _is_wanted(payment, by=by, now=now):
        payments.ask_again(payment.id, by=by, now=now)
    return payment.state is PaymentState.DUE


def _is_wanted(payment: Payment, *, by: Person, now: datetime) -> bool:
    """Whether who sells takes what was let go up again, now that its money came."""
    facts: Any = {"payment_id": payment.id, "by": by, "now": now}
    about: Any = {"payable_type": payment.payable_type, "payable_id": payment.payable_id}
    return any(taken for _who, taken in payment_came_late.send(**facts, **about))


_ASKED = (
    sa.select(Payment)
    .where(Payment.id.in_(sa.bindparam("of", expanding=True)))
    .order_by(Payment.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
