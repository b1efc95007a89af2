"""Making the calls that were prepared: by a page that waits for it, or by the job that takes over.

What the provider did is known in one of two ways: it answered, or it is found by our reference.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.core import failpoints
from marketplace.core.database import rows
from marketplace.core.finding import find_one
from marketplace.payments import connect_sending, gateway, payloads
from marketplace.payments.gateway import Gateway
from marketplace.payments.models.disputes import Dispute, DisputeState
from marketplace.payments.models.online import Attempt, CallKind, Refund
from marketplace.payments.models.payments import Method
from marketplace.payments.operations import attempts, calls, disputes, refunds
from marketplace.payments.operations.calls import Prepared
from marketplace.payments.provider import Broken, Declined, Intent, MoneyBack, NoAnswer, PayPage
from marketplace.payments.queries import online, payers

SLACK = timedelta(minutes=10)  # between their clock and ours
Way = Callable[[Gateway, Prepared, datetime], None]
Told = Intent | PayPage
Doors = tuple[Callable[[str, datetime], Told | None], Callable[[Mapping[str, object], str], Told]]


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


def ask_page(page_id: str, *, now: datetime) -> bool:
    """Ask what became of a page that takes a card, and of its money; return whether it is ours.

    :raises ProviderError: if that is not to be known now.
    """
    if (there := gateway.current()) is None:
        raise NoAnswer("not_set_up")
    page = _with_its_money(there, there.page(page_id), now)
    return bool(attempts.apply_page(page, now=now))


def look(attempt_id: int, *, now: datetime) -> bool:
    """Ask what became of an attempt that the provider knows, as ``ask_page`` or ``ask_again``."""
    attempt = find_one(sa.select(Attempt).where(Attempt.id == attempt_id))
    if attempt.page_id:
        return ask_page(attempt.page_id, now=now)
    return ask_again(attempt.intent_id or "", now=now)


def _open(there: Gateway, call: Prepared, now: datetime) -> None:
    reference, method = rows(_OPENED, {"of": call.subject_id})[0]
    find, make = _doors(there, method)
    payer = payers.of(call.subject_id) if method is Method.BOLETO else None
    found = find(reference, call.made_at - SLACK) if call.doubtful else None
    call = _renamed(call, found, now)
    try:
        words = payloads.with_payer(call.words, payer) if payer else call.words
        found = found or make(words, call.key)
    except Declined as no:
        facts = {"code": no.code, "request_id": no.request_id}
        attempts.take_refusal(call.id, call.subject_id, **facts, now=now)
        return
    failpoints.point("payments.answered")
    _keep(there, call, found, now)


def _doors(there: Gateway, method: Method) -> Doors:
    """Return how an attempt is looked for there, and how it is made."""
    if method is Method.CARD:
        return there.find_page, there.open_page
    return there.find_intent, there.open_intent


def _keep(there: Gateway, call: Prepared, told: Told, now: datetime) -> None:
    if isinstance(told, PayPage):
        attempts.take_page(call.id, _with_its_money(there, told, now), now=now)
    else:
        attempts.take_answer(call.id, told, now=now)


def _with_its_money(there: Gateway, page: PayPage, now: datetime) -> PayPage:
    """Keep what became of the money of a complete page; it is told by an intent alone."""
    if page.status == "complete" and page.intent_id:
        attempts.apply_intent(there.intent(page.intent_id), now=now)
    return page


def _cancel(there: Gateway, call: Prepared, now: datetime) -> None:
    """Cancel, or learn that the buyer was faster."""
    attempt = find_one(sa.select(Attempt).where(Attempt.id == call.subject_id))
    page_id, intent_id = attempt.page_id, attempt.intent_id or ""
    ended = _close(there, page_id, call) if page_id else _end(there, intent_id, call)
    failpoints.point("payments.answered")
    _keep(there, call, ended, now)


def _end(there: Gateway, intent_id: str, call: Prepared) -> Intent:
    try:
        return there.cancel_intent(intent_id, call.words, call.key)
    except (Declined, Broken):
        intent = there.intent(intent_id)
        if intent.status not in ("canceled", "succeeded"):
            raise
        return intent


def _close(there: Gateway, page_id: str, call: Prepared) -> PayPage:
    try:
        return there.close_page(page_id, call.words, call.key)
    except (Declined, Broken):
        if not (page := there.page(page_id)).is_over:
            raise
        return page


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


def _answer(there: Gateway, call: Prepared, now: datetime) -> None:
    """Answer a dispute; what was done already the provider refuses, and tells as done."""
    dispute = find_one(sa.select(Dispute).where(Dispute.id == call.subject_id))
    dispute_id, facts = dispute.provider_id, dict[str, str]()
    try:
        told = there.answer(dispute_id, call.words, call.key)
    except Declined as no:
        told = there.contested(dispute_id)
        if disputes.STATES.get(told.status) is DisputeState.OPEN:
            facts = {"refusal": no.code or "declined", "request_id": no.request_id}
    failpoints.point("payments.answered")
    disputes.take_answer(call.id, call.subject_id, **facts, now=now)
    disputes.apply_dispute(told, now=now)


def _renamed(call: Prepared, found: Told | MoneyBack | None, now: datetime) -> Prepared:
    """Return a call under another key if it was looked for and is not there."""
    return calls.begin_anew(call.id, now=now) if call.doubtful and found is None else call


_OPENED = sa.select(Attempt.reference, Attempt.method).where(Attempt.id == sa.bindparam("of"))
WAYS: dict[CallKind, Way] = {
    CallKind.OPEN: _open,
    CallKind.CANCEL: _cancel,
    CallKind.REFUND: _refund,
    CallKind.EVIDENCE: _answer,
    CallKind.ACCOUNT: connect_sending.open_account,
    CallKind.TRANSFER: connect_sending.transfer,
    CallKind.REVERSAL: connect_sending.take_back,
}
