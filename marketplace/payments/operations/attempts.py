"""Trying to pay through the provider: asked, opened, paid, lapsed, given up."""

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.clock import today
from marketplace.core.database import connection, db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import HOUSE, Person
from marketplace.payments import bank_days, payloads, settings, shares
from marketplace.payments.errors import PaymentMoved
from marketplace.payments.models.online import (
    LIVE,
    Attempt,
    AttemptPart,
    AttemptState,
    BoletoPayer,
    CallKind,
    ProviderCall,
)
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import arrivals, calls
from marketplace.payments.provider import Intent, Payer, PayPage
from marketplace.payments.queries import funds, online
from marketplace.payments.signals import attempt_opened

SETTLED = (AttemptState.PAID, AttemptState.ODD)
log = logging.getLogger(__name__)


@operation(joins=True)
def ask(
    group: tuple[str, int],
    payment_ids: Sequence[int],
    *,
    until: datetime,
    title: str = "",
    path: str = "/",
    payer: Payer | None = None,
    by: Person,
    now: datetime,
) -> Attempt:
    """Ask the provider for one payment of all these, to be made until an instant.

    While an attempt for just these is live, that one is returned; any other is given up. Where the
    provider shows a page of its own, ``title`` is what stands on it, and ``path`` where it leads. A
    boleto needs its ``payer``; its ``until`` is the end of a day where banks count.

    :raises PaymentMoved: unless all are due, in one way of paying that is open here; for a boleto
        that nobody pays.
    """
    due = _locked(payment_ids)
    method, amount = due[0].method, sum(payment.amount_cents for payment in due)
    fee = settings.fee_cents(method, amount)
    if fee is None or any(payment.method is not method for payment in due):
        raise PaymentMoved
    if live := online.live_of(group):
        if live.method is method and online.asks_for(live, due) and live.expires_at > now:
            return live
        _give_up(live, now=now)
    if method is Method.BOLETO and payer is None:
        raise PaymentMoved
    attempt = _asked(group, due, fee, until=until, by=by, now=now)
    if payer:
        db.session.add(BoletoPayer(attempt_id=attempt.id, **vars(payer)))
    words = _words(attempt, title, path, now)
    calls.prepare(CallKind.OPEN, attempt.id, words, soon=True, now=now)
    return attempt


@operation
def take_answer(call_id: int, intent: Intent, *, now: datetime) -> None:
    """Keep what the provider answered to a call, once."""
    calls.finish(call_id, now=now)
    _forget_payer(call_id)
    apply_intent(intent, now=now)


@operation
def take_page(call_id: int, page: PayPage, *, now: datetime) -> None:
    """Keep what the provider answered to a call about its own page, once."""
    calls.finish(call_id, now=now)
    apply_page(page, now=now)


@operation
def take_refusal(
    call_id: int, attempt_id: int, *, code: str, request_id: str, now: datetime
) -> None:
    """Note that the provider will not open this attempt."""
    if calls.finish(call_id, refusal=code, request_id=request_id, now=now):
        _forget_payer(call_id)
        attempt = lock_one(sa.select(Attempt).where(Attempt.id == attempt_id))
        if attempt.state is AttemptState.ASKED:
            attempt.state, attempt.ended_at = AttemptState.REFUSED, now
        log.error("the provider refused to open a payment", extra={"kind": code})


@operation(joins=True)
def apply_intent(intent: Intent, *, now: datetime) -> bool:
    """Let an attempt be what the provider says that it is now; return whether it is one of ours.

    In whatever order and however often news comes, the end is the same: what is paid stays so.
    """
    attempt = online.lock_referred(intent.reference)
    if attempt is None or attempt.intent_id not in (None, intent.id):
        return False
    attempt.intent_id = intent.id
    if attempt.state not in SETTLED:
        if intent.is_paid:
            arrivals.receive(attempt, intent, by=HOUSE, now=now)
            if other := online.live_of((attempt.group_type, attempt.group_id)):
                _give_up(other, now=now)
        else:
            _follow(attempt, intent, now)
    return True


@operation
def apply_page(page: PayPage, *, now: datetime) -> bool:
    """Let an attempt be what its page there is now; return whether it is one of ours.

    A page never says that money came: its intent does, asked for before.
    """
    attempt = online.lock_referred(page.reference)
    if attempt is None or attempt.page_id not in (None, page.id):
        return False
    attempt.page_id = page.id
    if page.status == "expired" and attempt.is_live:
        attempt.state, attempt.ended_at = AttemptState.LAPSED, now
    elif page.status == "open" and attempt.state is AttemptState.ASKED:
        attempt.state, attempt.opened_at, attempt.page_url = AttemptState.OPEN, now, page.url
        attempt.expires_at = page.expires_at or attempt.expires_at
    elif page.status == "open" and not attempt.is_live:
        _cancel_there(attempt, now)
    return True


@operation
def give_up_for(payment_id: int, *, now: datetime) -> None:
    """End the live attempt that a payment is part of, because it is asked for no more."""
    mine = sa.select(AttemptPart.attempt_id).where(AttemptPart.payment_id == payment_id)
    live = sa.select(Attempt).where(Attempt.id.in_(mine), Attempt.state.in_(LIVE))
    locked = live.with_for_update().execution_options(populate_existing=True)
    for attempt in db.session.scalars(locked):
        _give_up(attempt, now=now)


def _locked(payment_ids: Sequence[int]) -> list[Payment]:
    """Lock what is to be paid, so that of two who ask the later meets the first one's attempt."""
    found = list(db.session.scalars(_TO_PAY, {"ids": list(payment_ids)}))
    if not found or any(payment.state is not PaymentState.DUE for payment in found):
        raise PaymentMoved
    return found


def _asked(
    group: tuple[str, int],
    due: Sequence[Payment],
    fee: int,
    *,
    until: datetime,
    by: Person,
    now: datetime,
) -> Attempt:
    attempt = Attempt(
        reference=str(uuid.uuid4()),
        group_type=group[0],
        group_id=group[1],
        method=due[0].method,
        amount_cents=sum(payment.amount_cents for payment in due),
        expires_at=until,
        asked_at=now,
    )
    db.session.add(attempt)
    db.session.flush()
    parts = _parts(due, fee, now)
    connection().execute(_ADD_PARTS, [part | {"attempt_id": attempt.id} for part in parts])
    facts = {"attempt_id": attempt.id, "amount_cents": attempt.amount_cents}
    audit.record("payment_attempted", by=by, now=now, **facts)
    return attempt


def _parts(due: Sequence[Payment], fee: int, now: datetime) -> list[dict[str, Any]]:
    """Share the fee over what each enterprise gets; a centavo left over goes by their ids.

    So is what each fund gets, over those that it is the fund of.
    """
    ordered = sorted(due, key=lambda payment: (payment.enterprise_id, payment.id))
    fees = shares.fee_parts(fee, [payment.amount_cents for payment in ordered])
    parts: list[dict[str, Any]] = [
        {
            "payment_id": payment.id,
            "enterprise_id": payment.enterprise_id,
            "amount_cents": payment.amount_cents,
            "fee_cents": part,
            "fund_id": None,
            "fund_cents": 0,
        }
        for payment, part in zip(ordered, fees, strict=True)
    ]
    _give_to_funds(parts, now)
    return parts


def _give_to_funds(parts: Sequence[dict[str, Any]], now: datetime) -> None:
    found = funds.due([part["enterprise_id"] for part in parts], now)
    for due in sorted(set(found.values())):
        mine = [part for part in parts if found.get(part["enterprise_id"]) == due]
        amounts, fees = [p["amount_cents"] for p in mine], [p["fee_cents"] for p in mine]
        for part, cents in zip(mine, shares.fund_parts(due.rate, amounts, fees), strict=True):
            part |= {"fund_id": due.fund_id, "fund_cents": cents}


def _words(attempt: Attempt, title: str, path: str, now: datetime) -> Mapping[str, object]:
    group, cents = f"{attempt.group_type}_{attempt.group_id}", attempt.amount_cents
    if attempt.method is Method.CARD:
        until = max(attempt.expires_at, now + payloads.PAGE_LIFE)
        shown: Any = {"title": title, "back": settings.address(path), "until": until}
        return payloads.card_page(attempt.reference, group=group, amount_cents=cents, **shown)
    if attempt.method is Method.BOLETO:
        days = (bank_days.last_day(attempt.expires_at) - today(bank_days.ZONE, now)).days
        return payloads.boleto(attempt.reference, group=group, amount_cents=cents, days=days)
    seconds = int((attempt.expires_at - now).total_seconds())
    return payloads.pix(attempt.reference, group=group, amount_cents=cents, seconds=seconds)


def _forget_payer(call_id: int) -> None:
    """Forget who pays a boleto: the provider knows, or does not want to."""
    connection().execute(_FORGET_PAYER, {"call": call_id})


def _give_up(attempt: Attempt, *, now: datetime) -> None:
    if attempt.method is Method.BOLETO and attempt.expires_at <= now:
        attempt.end(
            AttemptState.LAPSED, now
        )  # paid in time, it may be told for days: not cancelled
        db.session.flush()
        return
    attempt.end(AttemptState.CANCELLED, now)
    db.session.flush()
    if attempt.is_known_there:
        _cancel_there(attempt, now)


def _follow(attempt: Attempt, intent: Intent, now: datetime) -> None:
    """Do as the provider says of what is not paid; of a card, its page says whether it waits."""
    if attempt.method is Method.CARD:
        return
    if intent.status == "canceled" and attempt.is_live:
        attempt.end(AttemptState.CANCELLED, now)
    elif intent.status == "requires_payment_method" and attempt.is_live:
        attempt.end(AttemptState.LAPSED, now)
    elif intent.status == "requires_action" and attempt.state is AttemptState.ASKED:
        attempt.state, attempt.opened_at, attempt.code = AttemptState.OPEN, now, intent.code
        attempt.expires_at = intent.expires_at or attempt.expires_at
        attempt.page_url = intent.paper_url
        _announce(attempt, now)
    elif intent.status == "requires_action" and not attempt.is_live:
        _cancel_there(attempt, now)  # given up before anybody knew what it is called there


def _announce(attempt: Attempt, now: datetime) -> None:
    db.session.flush()
    attempt_opened.send(
        attempt_id=attempt.id,
        group=(attempt.group_type, attempt.group_id),
        method=attempt.method,
        expires_at=attempt.expires_at,
        now=now,
    )


def _cancel_there(attempt: Attempt, now: datetime) -> None:
    """Have it cancelled at the provider, so that nobody pays it any more."""
    asked = (ProviderCall.kind == CallKind.CANCEL, ProviderCall.subject_id == attempt.id)
    if db.session.scalar(sa.select(ProviderCall.id).where(*asked)) is None:
        words = payloads.closing() if attempt.page_id else payloads.cancellation()
        calls.prepare(CallKind.CANCEL, attempt.id, words, now=now)


_TO_PAY = (
    sa.select(Payment)
    .where(Payment.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(Payment.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ADD_PARTS = sa.insert(AttemptPart)
_OPENED = sa.select(ProviderCall.subject_id).where(
    ProviderCall.id == sa.bindparam("call"), ProviderCall.kind == CallKind.OPEN
)
_FORGET_PAYER = sa.delete(BoletoPayer).where(BoletoPayer.attempt_id.in_(_OPENED))
