"""Questions asked of what goes back by hand; nothing here writes."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.by_hand import OPEN, HandRefund, HandState
from marketplace.payments.models.disputes import UNDECIDED, Dispute
from marketplace.payments.models.online import AttemptPart, Refund
from marketplace.payments.models.payments import Payment
from marketplace.payments.queries import payouts

WAIT = sa.select(HandRefund.refund_id).where(
    HandRefund.state == HandState.WAITING, HandRefund.refund_id.is_not(None)
)
"""The refunds that wait for people, and that nobody paid yet; by id."""


def seen_by(person: Person) -> sa.Select[HandRefund]:
    """Select what goes back by hand of the Divisions whose payouts this person may see.

    What is of no payment is of no Division: all of finance see it.
    """
    if "house" in person.roles:
        return sa.select(HandRefund)
    divisions = payouts.divisions_seen_by(person).with_only_columns(Division.id)
    theirs = (
        sa.select(Payment.id)
        .join(Enterprise, Enterprise.id == Payment.enterprise_id)
        .where(Enterprise.division_id.in_(divisions))
    )
    of_nobody = HandRefund.payment_id.is_(None) & sa.exists(divisions)
    return sa.select(HandRefund).where(sa.or_(HandRefund.payment_id.in_(theirs), of_nobody))


def listed(person: Person) -> sa.Select[HandRefund]:
    """Select those: first what is open, the oldest first, then what ended, the newest first."""
    is_open = HandRefund.state.in_(OPEN)
    oldest = sa.case((is_open, HandRefund.opened_at))
    newest = sa.case((~is_open, HandRefund.id))
    order = (is_open.desc(), oldest.asc(), newest.desc(), HandRefund.id)
    whole = joinedload(HandRefund.payment), joinedload(HandRefund.identification)
    return seen_by(person).options(*whole).order_by(*order)


def count_open(person: Person) -> int:
    """Return how much waits to be paid or confirmed."""
    asked = seen_by(person).where(HandRefund.state.in_(OPEN))
    return db.session.scalar(asked.with_only_columns(sa.func.count(HandRefund.id))) or 0


def waiting_of(payment_id: int) -> sa.Select[int]:
    """Select, by id, what of a payment still takes another key."""
    waits = (HandRefund.payment_id == payment_id, HandRefund.state == HandState.WAITING)
    return sa.select(HandRefund.id).where(*waits).order_by(HandRefund.id)


def open_payables(payable_type: str) -> sa.Select[int]:
    """Select the payables of a kind of which something is still to be given back by hand."""
    return (
        sa.select(Payment.payable_id)
        .join(HandRefund, HandRefund.payment_id == Payment.id)
        .where(Payment.payable_type == payable_type, HandRefund.state.in_(OPEN))
    )


def is_by_hand(refund_id: int) -> bool:
    """Whether people give a refund back, or gave it: then the provider has no say in it."""
    live = HandRefund.state.in_((*OPEN, HandState.CONFIRMED))
    mine = sa.select(HandRefund.id).where(HandRefund.refund_id == refund_id, live)
    return db.session.scalar(mine.limit(1)) is not None


def is_disputed(attempt_id: int) -> bool:
    """Whether the buyer's bank has an attempt's money back, and has not decided.

    Of a part that was given back no dispute holds anything; what it pays first is just that.
    """
    mine = (Dispute.attempt_id == attempt_id, Dispute.state.in_(UNDECIDED))
    return db.session.scalar(sa.select(Dispute.id).where(*mine).limit(1)) is not None


def refunds_for(
    payable_type: str, payable_ids: Iterable[int]
) -> dict[int, Sequence[tuple[Refund, HandRefund | None]]]:
    """Return what goes back of each payable through us, the oldest first, by payable id."""
    live = HandRefund.state.in_((*OPEN, HandState.CONFIRMED))
    query = (
        sa.select(Payment.payable_id, Refund, HandRefund)
        .join(AttemptPart, AttemptPart.payment_id == Payment.id)
        .join(Refund, Refund.part_id == AttemptPart.id)
        .outerjoin(HandRefund, (HandRefund.refund_id == Refund.id) & live)
        .where(Payment.payable_type == payable_type, Payment.payable_id.in_(list(payable_ids)))
        .order_by(Refund.id)
    )
    found: dict[int, list[tuple[Refund, HandRefund | None]]] = {}
    for payable_id, refund, by_hand in db.session.execute(query):
        found.setdefault(payable_id, []).append((refund, by_hand))
    return dict(found)
