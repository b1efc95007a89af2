"""Giving back by hand: one person pays it from the bank, another confirms it, with its proof."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.identifiers import PixKey
from marketplace.core.money import format_cents
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts
from marketplace.enterprises.models import Enterprise
from marketplace.payments import bank_words, postings
from marketplace.payments.errors import (
    AnotherConfirmsRefund,
    AnotherTakesRefundBack,
    HandRefundMoved,
    KeyMissing,
    PaymentDisputed,
    RefundOfAnotherAmount,
)
from marketplace.payments.models.by_hand import HandRefund, HandState, WhyByHand
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.online import Refund
from marketplace.payments.models.reconciling import Identification
from marketplace.payments.operations import ledger, settling
from marketplace.payments.queries import by_hand
from marketplace.payments.queries import ledger as ledger_queries
from marketplace.payments.signals import refund_by_hand

SOURCE = "hand_refund"


def open_refund(refund: Refund, why: WhyByHand, *, by: Person, now: datetime) -> None:
    """Let a refund wait for people: who bought is asked for a Pix key."""
    waits = HandRefund(
        refund_id=refund.id,
        payment_id=refund.part.payment_id,
        why=why,
        amount_cents=refund.amount_cents,
        opened_at=now,
    )
    _open(waits, by, now)


def open_unidentified(word: Identification, *, by: Person, now: datetime) -> None:
    """Let money of nobody known wait for people, once it is said to be its payer's."""
    waits = HandRefund(
        identification_id=word.id,
        why=WhyByHand.UNIDENTIFIED,
        amount_cents=word.amount_cents,
        opened_at=now,
    )
    _open(waits, by, now)


@operation
def give_key(hand_id: int, key: PixKey, *, holder: str, by: Person, now: datetime) -> None:
    """Note to which Pix key an amount goes, as who is to have it says; the last word holds.

    Whoever calls it knows that this person may say so.

    :raises HandRefundMoved: once somebody paid it. :raises WordsMissing: without a holder.
    """
    refund = lock_one(sa.select(HandRefund).where(HandRefund.id == hand_id))
    if refund.state is not HandState.WAITING:
        raise HandRefundMoved
    refund.pix_key_kind, refund.pix_key = key.kind, key.value
    refund.pix_holder = bank_words.required(holder)
    refund.key_given_at, refund.key_given_by_id = now, by.id
    _tell(refund, "refund_key_given", by, now)


@operation
def type_key(hand_id: int, key: PixKey, *, holder: str, by: Person, now: datetime) -> None:
    """Note a Pix key that was told to finance, by telephone or at the desk; as ``give_key``.

    :raises NotFound: if they do not see it. :raises OwnEnterprise: as ``note_sent``.
    """
    _locked(hand_id, by)
    give_key(hand_id, key, holder=holder, by=by, now=now)


@operation
def note_sent(hand_id: int, *, amount_cents: int, proof: str, by: Person, now: datetime) -> None:
    """Note that this person paid just this amount, in centavos, and what the bank calls that.

    Nothing moves in the books before another person confirms it.

    :raises HandRefundMoved: unless it waits. :raises KeyMissing: while nobody gave a key.
    :raises RefundOfAnotherAmount: for any other amount. :raises WordsMissing: without proof.
    :raises PaymentDisputed: while the buyer's bank has the money back, and has not decided.
    :raises OwnEnterprise: to who belongs to the enterprise.
    """
    refund = _locked(hand_id, by)
    if refund.state is not HandState.WAITING:
        raise HandRefundMoved
    if not refund.pix_key:
        raise KeyMissing
    if refund.refund and by_hand.is_disputed(refund.refund.part.attempt_id):
        raise PaymentDisputed
    if amount_cents != refund.amount_cents:
        raise RefundOfAnotherAmount(amount=format_cents(refund.amount_cents))
    refund.proof = bank_words.required(proof)
    refund.state, refund.sent_at, refund.sent_by_id = HandState.SENT, now, by.id
    _tell(refund, "refund_sent_by_hand", by, now)


@operation
def confirm_sent(hand_id: int, *, by: Person, now: datetime) -> None:
    """Confirm that the bank paid it (P12); the key is forgotten, and the buyer told.

    :raises HandRefundMoved: unless somebody paid it. :raises AnotherConfirmsRefund: to who did.
    :raises OwnEnterprise: to who belongs to the enterprise.
    """
    refund = _locked(hand_id, by)
    if refund.state is not HandState.SENT:
        raise HandRefundMoved
    if refund.sent_by_id == by.id:
        raise AnotherConfirmsRefund
    posting = postings.refund_paid_by_hand(refund.amount_cents)
    ledger.post(posting, (SOURCE, refund.id), by=by, now=now)
    refund.state, refund.confirmed_at, refund.confirmed_by_id = HandState.CONFIRMED, now, by.id
    refund.forget_key()
    if refund.refund:
        settling.note_done(refund.refund, by=by, now=now)
    _tell(refund, "refund_confirmed_by_hand", by, now)


@operation
def return_sent(hand_id: int, *, reason: str, by: Person, now: datetime) -> None:
    """Note that it came back, or never was paid: another one waits in its place, without a key.

    One that was confirmed is taken back by another person than who did that: P12 is reversed.

    :raises HandRefundMoved: unless somebody paid it. :raises WordsMissing: without a reason.
    :raises AnotherTakesRefundBack: to who confirmed it. :raises OwnEnterprise: as ``note_sent``.
    """
    refund = _locked(hand_id, by)
    if refund.state not in (HandState.SENT, HandState.CONFIRMED):
        raise HandRefundMoved
    refund.reason = bank_words.required(reason)
    if refund.state is HandState.CONFIRMED:
        _unconfirm(refund, by=by, now=now)
    _end(refund, HandState.RETURNED, now)
    db.session.flush()
    _open(_again(refund, now), by, now)


def drop(refund: Refund, *, by: Person, now: datetime) -> None:
    """Let what waits for a refund go: the buyer got the money in another way."""
    waits = (HandRefund.refund_id == refund.id, HandRefund.state == HandState.WAITING)
    for each in db.session.scalars(sa.select(HandRefund).where(*waits)):
        _end(each, HandState.DROPPED, now)
        audit.record("refund_by_hand_dropped", by=by, now=now, hand_refund_id=each.id)


def _open(refund: HandRefund, by: Person, now: datetime) -> None:
    db.session.add(refund)
    db.session.flush()
    _tell(refund, "refund_waits", by, now)


def _locked(hand_id: int, by: Person) -> HandRefund:
    refund = lock_one(by_hand.seen_by(by).where(HandRefund.id == hand_id))
    if refund.payment:
        owner = db.session.get_one(Enterprise, refund.payment.enterprise_id)
        conflicts.keep_out(by, owner)
    return refund


def _unconfirm(refund: HandRefund, *, by: Person, now: datetime) -> None:
    if refund.confirmed_by_id == by.id:
        raise AnotherTakesRefundBack
    paid = ledger_queries.entry_of(EntryKind.REFUND_PAID_BY_HAND, SOURCE, refund.id)
    ledger.reverse(paid or 0, by=by, now=now)
    if refund.refund:
        settling.note_owed_again(refund.refund)


def _again(refund: HandRefund, now: datetime) -> HandRefund:
    kept = ("refund_id", "identification_id", "payment_id", "why", "amount_cents")
    return HandRefund(**{name: getattr(refund, name) for name in kept}, opened_at=now)


def _end(refund: HandRefund, state: HandState, now: datetime) -> None:
    refund.state, refund.ended_at = state, now
    refund.forget_key()


def _tell(refund: HandRefund, what: str, by: Person, now: datetime) -> None:
    facts = {"hand_refund_id": refund.id, "amount_cents": refund.amount_cents}
    audit.record(what, by=by, now=now, **facts)
    refund_by_hand.send(hand_id=refund.id, payment_id=refund.payment_id, what=what, by=by, now=now)
