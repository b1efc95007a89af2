"""Giving money back through the provider: approved in the books first, then sent."""

import logging
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import HOUSE, Person
from marketplace.payments import payloads, postings, shares
from marketplace.payments.errors import AmountWrong, PaymentDisputed, PaymentMoved
from marketplace.payments.models.by_hand import WhyByHand
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.online import (
    Attempt,
    AttemptPart,
    CallKind,
    Refund,
    RefundState,
)
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import (
    by_hand,
    calls,
    ledger,
    payments,
    reversals,
    settling,
)
from marketplace.payments.postings import Posting, RefundPart
from marketplace.payments.provider import MoneyBack
from marketplace.payments.queries import by_hand as by_hand_queries
from marketplace.payments.queries import ledger as ledger_queries
from marketplace.payments.queries import online

SOURCE = "refund"
PIX_TERM = timedelta(days=90)
DONE, GONE = ("succeeded",), ("failed", "canceled")
log = logging.getLogger(__name__)


@operation
def give_back(payment_id: int, amount_cents: int, *, by: Person, now: datetime) -> None:
    """Give back so much of what a settled payment brought through the provider, in centavos.

    The rest stays settled. Nothing is done for money that went straight to an enterprise.

    :raises AmountWrong: for nothing, or more than there is. :raises PaymentMoved: unless settled.
    :raises PaymentDisputed: while the buyer's bank has it back already, and has not decided.
    """
    payment = lock_one(sa.select(Payment).where(Payment.id == payment_id))
    if (part := online.settling_part(payment_id)) is None:
        return
    if payment.state is not PaymentState.SETTLED:
        raise PaymentMoved
    if online.is_disputed(part.id):
        raise PaymentDisputed
    if not 0 < amount_cents <= payment.amount_cents:
        raise AmountWrong
    if amount_cents == payment.amount_cents:
        payments.owe_refund(payment_id, by=by, now=now)
    else:
        payment.amount_cents -= amount_cents
    send_back(part, amount_cents, by=by, now=now)


def send_back(part: AttemptPart, amount_cents: int, *, by: Person, now: datetime) -> None:
    """Approve a refund of a part (P10) and have it sent; its part of the fee the house bears.

    What its fund got of it comes from there, or is owed by it where it was spent. Of a share that
    was released, what the enterprise has no more becomes its debt (P14).
    """
    gone = shares.of_refund(amount_cents, online.left_of(part))
    released = part.settles and online.is_released(part.payment_id)
    refund = Refund(
        reference=str(uuid.uuid4()),
        part_id=part.id,
        **vars(gone),
        released=released,
        asked_at=now,
    )
    db.session.add(refund)
    db.session.flush()
    bears = _bearer(part, gone, released=released)
    ledger.post(postings.refund_approved([bears]), (SOURCE, refund.id), by=by, now=now)
    if lacking := bears.lacking_cents:
        reversals.ask(part.enterprise_id, lacking, refund_id=refund.id, now=now)
    audit.record("refund_approved", by=by, now=now, refund_id=refund.id, amount_cents=amount_cents)
    _set_out(refund, part.attempt, by=by, now=now)


def why_by_hand(attempt: Attempt, now: datetime) -> WhyByHand | None:
    """Return why the provider cannot give back what it took; none if it can.

    **Source:** https://docs.stripe.com/payments/boleto (no refunds), …/pix (within 90 days).
    """
    if attempt.method is Method.BOLETO:
        return WhyByHand.BOLETO
    is_late = attempt.method is Method.PIX and attempt.paid_at and now - attempt.paid_at > PIX_TERM
    return WhyByHand.LATE if is_late else None


@operation
def take_answer(call_id: int, back: MoneyBack, *, now: datetime) -> None:
    """Keep what the provider answered to a refund, once."""
    calls.finish(call_id, now=now)
    apply_money_back(back, now=now)


@operation
def take_refusal(
    call_id: int, refund_id: int, *, code: str, request_id: str, now: datetime
) -> None:
    """Note that the provider will not send it: people have to."""
    if calls.finish(call_id, refusal=code, request_id=request_id, now=now):
        refund = lock_one(sa.select(Refund).where(Refund.id == refund_id))
        if refund.state is RefundState.DUE:
            refund.state = RefundState.FAILED
            by_hand.open_refund(refund, WhyByHand.REFUSED, by=HOUSE, now=now)
        log.error("the provider refused a refund", extra={"kind": code, "count": refund_id})


@operation
def apply_money_back(back: MoneyBack, *, now: datetime) -> bool:
    """Let a refund be what the provider says that it is now; return whether it is one of ours.

    What people give back by hand by now stays with them, whatever is told later.
    """
    known = sa.select(Refund).where(Refund.reference == back.reference)
    locked = known.with_for_update().execution_options(populate_existing=True)
    refund = db.session.scalar(locked)
    if refund is None or refund.provider_id not in (None, back.id):
        return False
    if by_hand_queries.is_by_hand(refund.id):
        return True
    refund.provider_id, refund.movement_id = back.id, back.movement_id
    under_way = refund.state in (RefundState.DUE, RefundState.SENT)
    if back.movement_id and under_way:
        _enter(refund, postings.refund_sent(refund.amount_cents), now)
    if back.status in DONE and under_way:
        _arrived(refund, now)
    elif back.status in GONE and refund.state is not RefundState.FAILED:
        _came_back(refund, now)
    elif refund.state is RefundState.DUE:
        refund.state = RefundState.SENT
    return True


def _bearer(part: AttemptPart, gone: shares.Amounts, *, released: bool) -> RefundPart:
    """Return who bears what goes back of a part, with what each has of it by now."""
    owners = [part.enterprise_id] if released else []
    funds = [part.fund_id] if part.fund_id and gone.fund_cents else []
    held = ledger.lock_held(owners, funds)
    there = held.funds.get(part.fund_id or 0, 0)
    return RefundPart(
        part.enterprise_id,
        net_cents=gone.amount_cents - gone.fee_cents - gone.fund_cents,
        fee_cents=gone.fee_cents,
        fund_cents=gone.fund_cents,
        fund_id=part.fund_id,
        fund_short_cents=max(0, gone.fund_cents - there),
        released=released,
        payable_cents=held.payable.get(part.enterprise_id, 0),
    )


def _set_out(refund: Refund, attempt: Attempt, *, by: Person, now: datetime) -> None:
    """Have the provider send it, or let it wait for people."""
    if why := why_by_hand(attempt, now):
        by_hand.open_refund(refund, why, by=by, now=now)
        return
    words = payloads.refund(
        refund.reference, intent_id=attempt.intent_id or "", amount_cents=refund.amount_cents
    )
    calls.prepare(CallKind.REFUND, refund.id, words, now=now)


def _enter(refund: Refund, posting: Posting, now: datetime) -> None:
    """P11 when the money leaves the provider's account, P13 when it is there again; each once."""
    if ledger_queries.entry_of(posting.kind, SOURCE, refund.id) is None:
        ledger.post(posting, (SOURCE, refund.id), by=HOUSE, now=now)


def _arrived(refund: Refund, now: datetime) -> None:
    _enter(refund, postings.refund_sent(refund.amount_cents), now)
    settling.note_done(refund, by=HOUSE, now=now)


def _came_back(refund: Refund, now: datetime) -> None:
    """P13 where it had left: it is owed to the buyer as before, and people give it back."""
    if ledger_queries.entry_of(EntryKind.REFUND_SENT, SOURCE, refund.id):
        _enter(refund, postings.refund_failed(refund.amount_cents), now)
    settling.note_owed_again(refund)
    by_hand.open_refund(refund, WhyByHand.FAILED, by=HOUSE, now=now)
    log.error("a refund came back", extra={"count": refund.id})
