"""Making the calls that were prepared: by a page that waits for it, or by the job that takes over.

What the provider did is known in one of two ways: it answered, or it is found by our reference.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.core import failpoints
from marketplace.core.finding import find_one
from marketplace.payments import gateway
from marketplace.payments.gateway import Gateway
from marketplace.payments.models.online import Attempt, CallKind, Refund
from marketplace.payments.operations import attempts, calls, refunds
from marketplace.payments.operations.calls import Prepared
from marketplace.payments.provider import Broken, Declined, Intent, MoneyBack, NoAnswer
from marketplace.payments.queries import online

SLACK = timedelta(minutes=10)  # between their clock and ours
Way = Callable[[Gateway, Prepared, datetime], None]


def send(call_id: int, *, now: datetime) -> None:
    """Make a call unless it was answered, and keep what came of it.

    :raises ProviderError: if nothing came of it yet; it may be sent again.
    """
    if (there := gateway.current()) is None:
        raise NoAnswer("not_set_up")
    if (call := calls.take(call_id, now=now)) is None:
        return
    try:
        WAYS[call.kind](there, call, now)
    except Broken:
        calls.doubt(call.id)
        raise


def open_attempt(attempt_id: int, *, now: datetime) -> None:
    """Make the call by which an attempt opens, while a page waits.

    :raises ProviderError: if nothing came of it yet; the job goes on.
    """
    if call := online.call_about(CallKind.OPEN, attempt_id):
        send(call.id, now=now)


def ask_again(intent_id: str, *, now: datetime) -> bool:
    """Ask what became of a payment and keep that; return whether it is one of ours.

    :raises ProviderError: if that is not to be known now.
    """
    if (there := gateway.current()) is None:
        raise NoAnswer("not_set_up")
    return bool(attempts.apply_intent(there.intent(intent_id), now=now))


def _open(there: Gateway, call: Prepared, now: datetime) -> None:
    attempt = find_one(sa.select(Attempt).where(Attempt.id == call.subject_id))
    reference = attempt.reference  # before a transaction ends what was read
    intent = there.find_intent(reference, call.made_at - SLACK) if call.doubtful else None
    call = _renamed(call, intent, now)
    try:
        intent = intent or there.open_intent(call.words, call.key)
    except Declined as no:
        facts = {"code": no.code, "request_id": no.request_id}
        attempts.take_refusal(call.id, call.subject_id, **facts, now=now)
        return
    failpoints.point("payments.answered")
    attempts.take_answer(call.id, intent, now=now)


def _cancel(there: Gateway, call: Prepared, now: datetime) -> None:
    """Cancel, or learn that the buyer was faster."""
    attempt = find_one(sa.select(Attempt).where(Attempt.id == call.subject_id))
    intent_id = attempt.intent_id or ""
    try:
        intent = there.cancel_intent(intent_id, call.words, call.key)
    except (Declined, Broken):
        intent = there.intent(intent_id)
        if intent.status not in ("canceled", "succeeded"):
            raise
    failpoints.point("payments.answered")
    attempts.take_answer(call.id, intent, now=now)


def _refund(there: Gateway, call: Prepared, now: datetime) -> None:
    refund = find_one(sa.select(Refund).where(Refund.id == call.subject_id))
    reference, intent_id = refund.reference, refund.part.attempt.intent_id or ""
    back = there.find_money_back(reference, intent_id) if call.doubtful else None
    call = _renamed(call, back, now)
    try:
        back = back or there.refund(call.words, call.key)
    except Declined as no:
        facts = {"code": no.code, "request_id": no.request_id}
        refunds.take_refusal(call.id, call.subject_id, **facts, now=now)
        return
    failpoints.point("payments.answered")
    refunds.take_answer(call.id, back, now=now)


def _renamed(call: Prepared, found: Intent | MoneyBack | None, now: datetime) -> Prepared:
    """Return a call under another key if it was looked for and is not there."""
    return calls.begin_anew(call.id, now=now) if call.doubtful and found is None else call


WAYS: dict[CallKind, Way] = {
    CallKind.OPEN: _open,
    CallKind.CANCEL: _cancel,
    CallKind.REFUND: _refund,
}
