"""Questions asked of disputes; nothing here writes."""

import sqlalchemy as sa

from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.disputes import UNDECIDED, Dispute, DisputePart
from marketplace.payments.models.online import AttemptPart, CallKind, CallState
from marketplace.payments.queries import online


def listed() -> sa.Select[Dispute]:
    """Select all disputes: first those that nobody decided, by the end of their term."""
    undecided = Dispute.state.in_(UNDECIDED)
    by_term = sa.case((undecided, Dispute.answer_by)).asc().nulls_last()
    return sa.select(Dispute).order_by(undecided.desc(), by_term, Dispute.id.desc())


def answered_by(person: Person) -> sa.Select[Dispute]:
    """Select the disputes that a person may answer: none of an enterprise they belong to."""
    if "house" in person.roles:
        return sa.select(Dispute)
    own = (
        sa.select(DisputePart.id)
        .join(AttemptPart, AttemptPart.id == DisputePart.part_id)
        .where(DisputePart.dispute_id == Dispute.id)
        .where(AttemptPart.enterprise_id.in_(enterprises.belonged_to(person)))
    )
    return sa.select(Dispute).where(sa.not_(own.exists()))


def shares_of(dispute_id: int) -> sa.Select[str, int, int]:
    """Select whose shares a dispute holds: the enterprise, and the amount and fee of its part."""
    return (
        sa.select(Enterprise.name, DisputePart.amount_cents, DisputePart.fee_cents)
        .join(AttemptPart, AttemptPart.id == DisputePart.part_id)
        .join(Enterprise, Enterprise.id == AttemptPart.enterprise_id)
        .where(DisputePart.dispute_id == dispute_id)
        .order_by(DisputePart.id)
    )


def was_refused(dispute_id: int) -> bool:
    """Whether the provider did not take our answer."""
    call = online.call_about(CallKind.EVIDENCE, dispute_id)
    return call is not None and call.state is CallState.REFUSED
