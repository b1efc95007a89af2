"""What happened to the payments of one thing, in the order in which it did; nothing here writes."""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.core.database import db
from marketplace.payments.models.by_hand import HandRefund
from marketplace.payments.models.disputes import Dispute, DisputePart, DisputeState
from marketplace.payments.models.events import ProviderEvent
from marketplace.payments.models.ledger import EntryKind, LedgerEntry, LedgerLine
from marketplace.payments.models.online import (
    Attempt,
    AttemptPart,
    AttemptState,
    CallKind,
    CallState,
    ProviderCall,
    Refund,
    RefundState,
)
from marketplace.payments.models.payments import Payment


class What(enum.StrEnum):
    """What kind of thing happened; of those of one instant, the first named is told first."""

    PAYMENT_ASKED = "payment_asked"
    PAYMENT_SETTLED = "payment_settled"
    PAYMENT_CANCELLED = "payment_cancelled"
    PAYMENT_REFUNDED = "payment_refunded"
    ATTEMPT_ASKED = "attempt_asked"
    REFUND_ASKED = "refund_asked"
    CALLED = "called"
    ANSWERED = "answered"
    DECLINED = "declined"
    NEWS = "news"
    ATTEMPT_OPENED = "attempt_opened"
    ATTEMPT_PAID = "attempt_paid"
    ATTEMPT_ODD = "attempt_odd"
    ATTEMPT_LAPSED = "attempt_lapsed"
    ATTEMPT_REFUSED = "attempt_refused"
    ATTEMPT_CANCELLED = "attempt_cancelled"
    ENTERED = "entered"
    REFUND_DONE = "refund_done"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_ANSWERED = "dispute_answered"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


ORDER = {what: place for place, what in enumerate(What)}
ENDS = {
    AttemptState.LAPSED: What.ATTEMPT_LAPSED,
    AttemptState.REFUSED: What.ATTEMPT_REFUSED,
    AttemptState.CANCELLED: What.ATTEMPT_CANCELLED,
}
DECIDED = {DisputeState.WON: What.DISPUTE_WON, DisputeState.LOST: What.DISPUTE_LOST}


@dataclass(frozen=True)
class Happening:
    """One thing that happened; ``about`` says more in a word of ours, ``code`` in the provider's.

    ``cents`` of BRL, where it is of a sum; ``times`` is how often it was tried, or told.
    """

    at: datetime
    what: What
    cents: int | None = None
    about: str = ""
    state: str = ""
    code: str = ""
    times: int = 1


@dataclass(frozen=True)
class Chapter:
    """A payment, or an attempt to pay it with what was given back of it, and what happened."""

    payment: Payment
    attempt: Attempt | None
    part: AttemptPart | None
    refunds: Sequence[Refund]
    happenings: Sequence[Happening]


def story_of(payable_type: str, payable_id: int) -> list[Chapter]:
    """Return the chapters of a payable: each payment, then each attempt at it, oldest first."""
    mine = (Payment.payable_type == payable_type, Payment.payable_id == payable_id)
    query = sa.select(Payment).where(*mine).order_by(Payment.attempt)
    chapters = []
    for payment in db.session.scalars(query):
        chapters.append(_of_payment(payment))
        chapters += [_of_attempt(payment, part) for part in _parts_of(payment.id)]
    return chapters


def _parts_of(payment_id: int) -> Sequence[AttemptPart]:
    parts = sa.select(AttemptPart).where(AttemptPart.payment_id == payment_id)
    whole = parts.options(joinedload(AttemptPart.attempt)).order_by(AttemptPart.attempt_id)
    return db.session.scalars(whole).all()


def _of_payment(payment: Payment) -> Chapter:
    return Chapter(payment, None, None, [], _in_order(_payment(payment)))


def _of_attempt(payment: Payment, part: AttemptPart) -> Chapter:
    attempt, refunds = part.attempt, _refunds_of(part.id)
    happened = [*_attempt(attempt), *_calls(attempt.id, CallKind.OPEN, CallKind.CANCEL)]
    happened += [*_entries("attempt", attempt.id), *_news([attempt.intent_id, attempt.page_id])]
    for refund in refunds:
        happened += _refund(refund)
    for dispute, cents in _disputes_of(part):
        happened += _dispute(dispute, cents)
    return Chapter(payment, attempt, part, refunds, _in_order(happened))


def _refunds_of(part_id: int) -> Sequence[Refund]:
    query = sa.select(Refund).where(Refund.part_id == part_id).order_by(Refund.id)
    return db.session.scalars(query).all()


def _disputes_of(part: AttemptPart) -> Sequence[sa.Row[Dispute, int | None]]:
    """Return the disputes of an attempt, with what each holds of one part; none, if of nobody."""
    held = sa.and_(DisputePart.dispute_id == Dispute.id, DisputePart.part_id == part.id)
    query = sa.select(Dispute, DisputePart.amount_cents).outerjoin(DisputePart, held)
    mine = query.where(Dispute.attempt_id == part.attempt_id).order_by(Dispute.id)
    return db.session.execute(mine).all()


def _in_order(happened: Iterator[Happening] | list[Happening]) -> list[Happening]:
    return sorted(happened, key=lambda one: (one.at, ORDER[one.what]))


def _payment(payment: Payment) -> Iterator[Happening]:
    cents = payment.amount_cents or None
    yield Happening(payment.asked_at, What.PAYMENT_ASKED, cents)
    for at, what in (
        (payment.settled_at, What.PAYMENT_SETTLED),
        (payment.cancelled_at, What.PAYMENT_CANCELLED),
        (payment.refunded_at, What.PAYMENT_REFUNDED),
    ):
        if at is not None:
            yield Happening(at, what, cents)
    yield from _entries("payment", payment.id)


def _attempt(attempt: Attempt) -> Iterator[Happening]:
    cents = attempt.amount_cents
    yield Happening(attempt.asked_at, What.ATTEMPT_ASKED, cents)
    if attempt.opened_at:
        yield Happening(attempt.opened_at, What.ATTEMPT_OPENED)
    if attempt.paid_at:
        is_odd = attempt.state is AttemptState.ODD
        what = What.ATTEMPT_ODD if is_odd else What.ATTEMPT_PAID
        yield Happening(attempt.paid_at, what, None if is_odd else cents)
    if attempt.ended_at and attempt.state in ENDS:
        yield Happening(attempt.ended_at, ENDS[attempt.state])


def _refund(refund: Refund) -> Iterator[Happening]:
    yield Happening(refund.asked_at, What.REFUND_ASKED, refund.amount_cents)
    if refund.done_at and refund.state is RefundState.DONE:
        yield Happening(refund.done_at, What.REFUND_DONE, refund.amount_cents)
    yield from _calls(refund.id, CallKind.REFUND)
    yield from _entries("refund", refund.id)
    by_hand = sa.select(HandRefund.id).where(HandRefund.refund_id == refund.id)
    for hand_id in db.session.scalars(by_hand.order_by(HandRefund.id)):
        yield from _entries("hand_refund", hand_id)
    yield from _news([refund.provider_id])


def _dispute(dispute: Dispute, cents: int | None) -> Iterator[Happening]:
    yield Happening(dispute.opened_at, What.DISPUTE_OPENED, cents)
    if dispute.answered_at:
        yield Happening(dispute.answered_at, What.DISPUTE_ANSWERED)
    if dispute.decided_at:
        yield Happening(dispute.decided_at, DECIDED[dispute.state], cents)
    yield from _calls(dispute.id, CallKind.EVIDENCE)
    yield from _entries("dispute", dispute.id)
    yield from _news([dispute.provider_id])


def _calls(subject_id: int, *kinds: CallKind) -> Iterator[Happening]:
    about = (ProviderCall.kind.in_(kinds), ProviderCall.subject_id == subject_id)
    for call in db.session.scalars(sa.select(ProviderCall).where(*about)):
        at = call.sent_at or call.made_at
        state = CallState.WAITING if call.state is CallState.WAITING else ""
        yield Happening(at, What.CALLED, about=call.kind, state=state, times=call.tries)
        if call.done_at:
            said = What.DECLINED if call.state is CallState.REFUSED else What.ANSWERED
            yield Happening(call.done_at, said, about=call.kind, code=call.refusal)


def _news(object_ids: Sequence[str | None]) -> Iterator[Happening]:
    known = [name for name in object_ids if name]
    query = sa.select(ProviderEvent).where(ProviderEvent.object_id.in_(known))
    for event in db.session.scalars(query.order_by(ProviderEvent.id)):
        at, state = event.received_at, event.state
        yield Happening(at, What.NEWS, about=event.kind, state=state, times=event.copies)


def _entries(source_type: str, source_id: int) -> Iterator[Happening]:
    """Yield what was entered about a source, with what each entry moved."""
    moved = (
        sa.select(sa.func.sum(LedgerLine.amount_cents))
        .where(LedgerLine.entry_id == LedgerEntry.id, LedgerLine.amount_cents > 0)
        .scalar_subquery()
    )
    about = (LedgerEntry.source_type == source_type, LedgerEntry.source_id == source_id)
    query = sa.select(LedgerEntry, moved).where(LedgerEntry.kind.in_(EntryKind), *about)
    for entry, cents in db.session.execute(query.order_by(LedgerEntry.id)):
        yield Happening(entry.posted_at, What.ENTERED, int(cents), about=entry.kind)
