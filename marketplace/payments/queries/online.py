"""Questions asked of what is paid through the provider; nothing here writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.core.database import db, rows
from marketplace.payments.models.by_hand import OPEN, HandRefund
from marketplace.payments.models.connect import WAITING as NOT_SENT
from marketplace.payments.models.connect import Transfer
from marketplace.payments.models.disputes import UNDECIDED, Dispute, DisputePart, DisputeState
from marketplace.payments.models.events import EventState, ProviderEvent
from marketplace.payments.models.online import (
    LIVE,
    Attempt,
    AttemptPart,
    AttemptState,
    CallKind,
    CallState,
    ProviderCall,
    Refund,
    RefundState,
)
from marketplace.payments.models.payments import Method, Payment
from marketplace.payments.models.reconciling import ProviderMovement
from marketplace.payments.shares import Amounts

Group = tuple[str, int]
ATTENTION: dict[str, sa.Select[Any, Any]] = {
    "event": sa.select(ProviderEvent.event_id, ProviderEvent.why)
    .where(ProviderEvent.state == EventState.QUARANTINED)
    .order_by(ProviderEvent.id),
    "payment of another sum": sa.select(Attempt.id, Attempt.intent_id)
    .where(Attempt.state == AttemptState.ODD)
    .order_by(Attempt.id),
    "refund by hand": sa.select(HandRefund.id, HandRefund.why)
    .where(HandRefund.state.in_(OPEN))
    .order_by(HandRefund.id),
    "dispute to answer": sa.select(Dispute.id, Dispute.reason)
    .where(Dispute.state == DisputeState.OPEN)
    .order_by(Dispute.answer_by, Dispute.id),
    "line of the provider": sa.select(ProviderMovement.movement_id, ProviderMovement.why)
    .where(ProviderMovement.why != "")
    .order_by(ProviderMovement.id),
    "transfer that waits": sa.select(Transfer.id, Transfer.state)
    .where(Transfer.state.in_(NOT_SENT))
    .order_by(Transfer.id),
    "refused call": sa.select(ProviderCall.id, ProviderCall.refusal)
    .where(ProviderCall.state == CallState.REFUSED)
    .order_by(ProviderCall.id),
}
"""What waits for a person: which, and why or how the provider calls it."""


DISPUTED_PARTS = (
    sa.select(DisputePart.part_id)
    .join(Dispute, Dispute.id == DisputePart.dispute_id)
    .where(Dispute.state.in_(UNDECIDED))
)
"""Of whose money the buyer's bank has not decided."""


def live_of(group: Group) -> Attempt | None:
    """Return the one attempt that waits for its buyer, or for the provider."""
    return db.session.scalar(_LIVE_OF, {"type": group[0], "id": group[1]})


def last_of(group: Group) -> Attempt | None:
    """Return the newest attempt, whatever became of it."""
    return db.session.scalar(_LAST_OF, {"type": group[0], "id": group[1]})


def lock_referred(reference: str) -> Attempt | None:
    """Lock the attempt that the provider calls so, and return it as it is now."""
    return db.session.scalar(_REFERRED, {"reference": reference})


def asks_for(attempt: Attempt, due: Sequence[Payment]) -> bool:
    """Whether an attempt asks for just these payments, each of just this amount."""
    asked = {(part.payment_id, part.amount_cents) for part in attempt.parts}
    return asked == {(payment.id, payment.amount_cents) for payment in due}


def settling_part(payment_id: int) -> AttemptPart | None:
    """Return the part whose money a payment is of."""
    mine = (AttemptPart.payment_id == payment_id, AttemptPart.settles)
    return db.session.scalar(sa.select(AttemptPart).where(*mine))


def is_released(payment_id: int) -> bool:
    """Whether a payment's share may be paid out by now."""
    asked = sa.select(Payment.released_at).where(Payment.id == payment_id)
    return db.session.scalar(asked) is not None


def given_back(part_id: int, *states: RefundState) -> Amounts:
    """Return what of a part is given back, in these states or in any, or was lost in disputes."""
    mine = (Refund.part_id == part_id, Refund.state.in_(states or RefundState))
    asked = _summed(Refund).where(*mine)
    lost = _summed(DisputePart).join(Dispute, Dispute.id == DisputePart.dispute_id)
    taken = lost.where(DisputePart.part_id == part_id, Dispute.state == DisputeState.LOST)
    found = [db.session.execute(query).one() for query in (asked, taken)]
    return Amounts(*(int(sum(cents)) for cents in zip(*found, strict=True)))


def left_of(part: AttemptPart) -> Amounts:
    """Return what of a part was neither given back nor lost."""
    gone = given_back(part.id)
    return Amounts(
        part.amount_cents - gone.amount_cents,
        part.fee_cents - gone.fee_cents,
        part.fund_cents - gone.fund_cents,
    )


def is_disputed(part_id: int) -> bool:
    """Whether the buyer's bank disputes a part's money, and has not decided."""
    mine = DISPUTED_PARTS.where(DisputePart.part_id == part_id)
    return db.session.scalar(mine.limit(1)) is not None


def call_about(kind: str, subject_id: int) -> ProviderCall | None:
    return db.session.scalar(_CALL_ABOUT, {"kind": kind, "subject": subject_id})


def calls_to_make(group: Group) -> dict[CallKind, list[int]]:
    """Return the calls that wait: to end what was given up, CANCEL, to open what is asked, OPEN."""
    found: dict[CallKind, list[int]] = {CallKind.CANCEL: [], CallKind.OPEN: []}
    for call in rows(_TO_MAKE, {"type": group[0], "id": group[1]}):
        found[call.kind].append(call.id)
    return found


def open_of(group_type: str, group_ids: sa.Select[int], most: int) -> sa.Select[int]:
    """Select the attempts of these groups that may be paid, by id: boletos past their day too."""
    late = (Attempt.method == Method.BOLETO) & (Attempt.state == AttemptState.LAPSED)
    waiting = sa.select(Attempt.id).where(
        Attempt.group_type == group_type,
        Attempt.group_id.in_(group_ids),
        sa.or_(Attempt.state == AttemptState.OPEN, late),
    )
    return waiting.order_by(Attempt.id).limit(most)


def quiet_since(then: datetime, most: int) -> sa.Select[int]:
    """Select the attempts that have waited for their buyer since, by id, the oldest first.

    Of boletos, which wait for days, ``boletos_since`` tells.
    """
    waiting = sa.select(Attempt.id).where(
        Attempt.state == AttemptState.OPEN,
        Attempt.asked_at < then,
        Attempt.method != Method.BOLETO,
    )
    return waiting.order_by(Attempt.id).limit(most)


def boletos_since(then: datetime, after: int, most: int) -> sa.Select[int]:
    """Select the boletos, by id, that wait, or were due since and may yet turn out to be paid."""
    states = sa.or_(
        Attempt.state == AttemptState.OPEN,
        (Attempt.state == AttemptState.LAPSED) & (Attempt.expires_at > then),
    )
    waiting = sa.select(Attempt.id).where(Attempt.method == Method.BOLETO, states)
    return waiting.where(Attempt.id > after).order_by(Attempt.id).limit(most)


def _summed(of: type[Refund] | type[DisputePart]) -> sa.Select[int, int, int]:
    amount, fee, fund = (
        sa.func.coalesce(sa.func.sum(each), 0)
        for each in (of.amount_cents, of.fee_cents, of.fund_cents)
    )
    return sa.select(amount, fee, fund)


_GROUP = (Attempt.group_type == sa.bindparam("type"), Attempt.group_id == sa.bindparam("id"))
_LIVE_OF = sa.select(Attempt).where(*_GROUP, Attempt.state.in_(LIVE))
_LAST_OF = sa.select(Attempt).where(*_GROUP).order_by(Attempt.id.desc()).limit(1)
_ENDS, _OPENS = (
    (ProviderCall.kind == kind) & (ProviderCall.subject_id == Attempt.id)
    for kind in (CallKind.CANCEL, CallKind.OPEN)
)
_TO_MAKE = (
    sa.select(ProviderCall.id, ProviderCall.kind)
    .join(Attempt, _ENDS | (_OPENS & (Attempt.state == AttemptState.ASKED)))
    .where(*_GROUP, ProviderCall.state == CallState.WAITING)
    .order_by(ProviderCall.id)
)
_REFERRED = (
    sa.select(Attempt)
    .where(Attempt.reference == sa.bindparam("reference"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_CALL_ABOUT = sa.select(ProviderCall).where(
    ProviderCall.kind == sa.bindparam("kind"), ProviderCall.subject_id == sa.bindparam("subject")
)
