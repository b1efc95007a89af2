"""Disputes: frozen when the buyer's bank opens one, borne by whom it concerns when it is lost."""

import logging
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.money import split
from marketplace.core.rights import HOUSE, Person
from marketplace.payments import payloads, postings, shares
from marketplace.payments.errors import AnswerMissing, DisputeMoved
from marketplace.payments.models.disputes import Dispute, DisputePart, DisputeState
from marketplace.payments.models.online import (
    Attempt,
    AttemptPart,
    AttemptState,
    CallKind,
    Refund,
    RefundState,
)
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.operations import by_hand, calls, ledger, payments, reversals
from marketplace.payments.postings import Posting, RefundPart
from marketplace.payments.provider import Contested
from marketplace.payments.queries import by_hand as by_hand_queries
from marketplace.payments.queries import disputes as dispute_queries
from marketplace.payments.queries import ledger as ledger_queries
from marketplace.payments.queries import online

SOURCE = "dispute"
ANSWER_LENGTH = 5_000
STATES = {
    **dict.fromkeys(("needs_response", "warning_needs_response"), DisputeState.OPEN),
    **dict.fromkeys(("under_review", "warning_under_review"), DisputeState.ANSWERED),
    **dict.fromkeys(("won", "warning_closed", "prevented"), DisputeState.WON),
    "lost": DisputeState.LOST,
}
"""What the provider's words come to; a ``warning`` has taken no money yet.

**Source:** https://docs.stripe.com/api/disputes/object (``status``).
"""
log = logging.getLogger(__name__)


@operation
def apply_dispute(told: Contested, *, now: datetime) -> bool:
    """Let a dispute be what the provider says that it is now; return whether it is of ours.

    P16 when the money is taken, P17 when it is there again, P18 when it is lost; each once.
    """
    paid = sa.select(Attempt).where(Attempt.charge_id == told.charge_id, Attempt.charge_id != "")
    locked = paid.with_for_update().execution_options(populate_existing=True)
    if (attempt := db.session.scalar(locked)) is None:
        return False
    dispute = _known(told.id) or _opened(attempt, told, now)
    if told.taken_cents:
        _enter(dispute, postings.dispute_opened(told.taken_cents, told.fee_cents), now)
    if told.returned_cents:
        _return(dispute, told.returned_cents, now)
    if dispute.is_undecided:
        _follow(dispute, told, now)
    return True


@operation
def answer_dispute(dispute_id: int, answer: str, *, by: Person, now: datetime) -> None:
    """Send the bank what speaks for those who sold, once, before its term is over.

    :raises DisputeMoved: if it cannot be answered any more. :raises AnswerMissing: without a word.
    :raises NotFound: if there is none, or it is of an enterprise to which ``by`` belongs.
    """
    dispute = lock_one(dispute_queries.answered_by(by).where(Dispute.id == dispute_id))
    if not dispute.can_be_answered(now):
        raise DisputeMoved
    if not (said := answer.strip()[:ANSWER_LENGTH]):
        raise AnswerMissing
    dispute.state, dispute.answered_at, dispute.answered_by_id = DisputeState.ANSWERED, now, by.id
    calls.prepare(CallKind.EVIDENCE, dispute.id, payloads.evidence(said), now=now)
    audit.record("dispute_answered", by=by, now=now, dispute_id=dispute.id)


@operation
def take_answer(
    call_id: int, dispute_id: int, *, refusal: str = "", request_id: str = "", now: datetime
) -> None:
    """Keep what the provider said to an answer; one that it refused waits for a person."""
    if calls.finish(call_id, refusal=refusal, request_id=request_id, now=now) and refusal:
        log.error("the provider refused an answer", extra={"kind": refusal, "count": dispute_id})


def _state_of(dispute: Dispute, status: str) -> DisputeState:
    """Return what a word of the provider comes to; our answer may not have reached it yet."""
    state = STATES.get(status, dispute.state)
    return dispute.state if state is DisputeState.OPEN and dispute.answered_at else state


def _known(provider_id: str) -> Dispute | None:
    asked = sa.select(Dispute).where(Dispute.provider_id == provider_id)
    return db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))


def _opened(attempt: Attempt, told: Contested, now: datetime) -> Dispute:
    """Keep a new dispute, which holds of each part its share of what is left of all."""
    dispute = Dispute(
        provider_id=told.id,
        attempt_id=attempt.id,
        state=DisputeState.OPEN,
        reason=told.reason,
        amount_cents=told.amount_cents,
        opened_at=told.opened_at,
        parts=_parts(attempt, told.amount_cents),
    )
    db.session.add(dispute)
    db.session.flush()
    audit.record("dispute_opened", by=HOUSE, now=now, dispute_id=dispute.id)
    log.error("a payment is disputed", extra={"count": dispute.id})
    return dispute


def _parts(attempt: Attempt, cents: int) -> list[DisputePart]:
    """Share what is disputed over what is left of the parts: never more than that.

    Money that was never anybody's share, of another sum than was asked, is held of nobody.
    """
    parts = attempt.parts if attempt.state is AttemptState.PAID else []
    left = [online.left_of(part) for part in parts]
    amounts = [rest.amount_cents for rest in left]
    if not any(amounts):
        return []
    held = split(min(cents, sum(amounts)), amounts)
    return [
        DisputePart(part_id=part.id, **vars(shares.of_refund(amount, rest)))
        for part, rest, amount in zip(parts, left, held, strict=True)
        if amount
    ]


def _enter(dispute: Dispute, posting: Posting, now: datetime) -> None:
    if ledger_queries.entry_of(posting.kind, SOURCE, dispute.id) is None:
        ledger.post(posting, (SOURCE, dispute.id), by=HOUSE, now=now)


def _return(dispute: Dispute, cents: int, now: datetime) -> None:
    """P17; of what was lost and borne before, a person says whose it is now (P20)."""
    if dispute.state is DisputeState.LOST:
        log.error("the bank gave back what was lost", extra={"count": dispute.id})
        return
    _enter(dispute, postings.dispute_won(cents), now)


def _follow(dispute: Dispute, told: Contested, now: datetime) -> None:
    dispute.answer_by, dispute.fee_cents = told.answer_by, told.fee_cents
    dispute.state = _state_of(dispute, told.status)
    if dispute.is_undecided:
        return
    dispute.decided_at = now
    facts = {"dispute_id": dispute.id, "state": dispute.state}
    audit.record("dispute_decided", by=HOUSE, now=now, **facts)
    if dispute.state is DisputeState.LOST:
        _lose(dispute, now)


def _lose(dispute: Dispute, now: datetime) -> None:
    """P18: each part bears its share, and the house the fee; then P14 where that is not there.

    What was owed to the buyer already, and could not be sent, is paid by it first. What was sent to
    an enterprise's account is asked back.
    """
    paid = _locked_payments(dispute)  # before the accounts, as all others do
    for held in dispute.parts:
        held.released = held.part.settles and paid[held.part.payment_id].released_at is not None
    shared = sum(held.amount_cents for held in dispute.parts)
    owed = _owed_already(dispute, dispute.amount_cents - shared, now)
    lost = dispute.amount_cents - shared - owed
    bearers = _bearers(dispute.parts)
    _enter(dispute, postings.dispute_lost(bearers, owed=owed, lost=lost), now)
    db.session.flush()
    for bears in bearers:
        reversals.ask(bears.enterprise_id, bears.lacking_cents, dispute_id=dispute.id, now=now)
    for held in dispute.parts:
        _settle_anew(held, paid[held.part.payment_id], now)


def _locked_payments(dispute: Dispute) -> dict[int, Payment]:
    ids = [held.part.payment_id for held in dispute.parts]
    query = sa.select(Payment).where(Payment.id.in_(ids)).order_by(Payment.id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return {payment.id: payment for payment in db.session.scalars(locked)}


def _bearers(parts: Sequence[DisputePart]) -> list[RefundPart]:
    """Return what each part bears; a second one of an enterprise or fund finds what is left."""
    owners = {held.part.enterprise_id for held in parts if held.released}
    payable, funds, _owed = ledger.lock_held(
        owners, (held.part.fund_id for held in parts if held.part.fund_id and held.fund_cents)
    )
    bearers = []
    for held in parts:
        owner, net = held.part.enterprise_id, held.net_cents
        there = payable.get(owner, 0) if held.released else 0
        fund_id = held.part.fund_id or 0
        in_fund = funds.get(fund_id, 0)
        bears = RefundPart(
            owner,
            net_cents=net,
            fee_cents=held.fee_cents,
            fund_cents=held.fund_cents,
            fund_id=held.part.fund_id,
            fund_short_cents=max(0, held.fund_cents - in_fund),
            released=held.released,
            payable_cents=there,
        )
        bearers.append(bears)
        if held.released:
            payable[owner] = max(0, there - net)
        funds[fund_id] = max(0, in_fund - held.fund_cents)
    return bearers


def _owed_already(dispute: Dispute, cents: int, now: datetime) -> int:
    """Return how much of so many centavos pays refunds that could not be sent: they are done."""
    owed = (
        sa.select(Refund)
        .join(AttemptPart, AttemptPart.id == Refund.part_id)
        .where(AttemptPart.attempt_id == dispute.attempt_id, Refund.id.in_(by_hand_queries.WAIT))
        .order_by(Refund.id)
    )
    paid = 0
    for refund in db.session.scalars(owed.with_for_update(of=Refund)):
        if paid + refund.amount_cents <= cents:
            refund.state, refund.done_at = RefundState.DONE, now
            by_hand.drop(refund, by=HOUSE, now=now)
            paid += refund.amount_cents
    return paid


def _settle_anew(held: DisputePart, payment: Payment, now: datetime) -> None:
    """Let the payment be of what is left; where that is nothing, it was given back."""
    part = held.part
    if not part.settles or payment.state is not PaymentState.SETTLED:
        return
    if left := part.amount_cents - online.given_back(part.id).amount_cents:
        payment.amount_cents = left
        return
    payments.owe_refund(payment.id, by=HOUSE, now=now)
    payments.confirm_refund(payment.id, by=HOUSE, now=now)
