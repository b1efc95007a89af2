"""What must always be true of the enterprises: each query selects ids that break its rule."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.enterprises.models import (
    LEADS_TO,
    SETTLED,
    Access,
    Decision,
    Enterprise,
    Facilitation,
    Member,
    PixDecision,
    PixStep,
    Standing,
)

LIVE = Member.left_on.is_(None)


def _without(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition that no member of the enterprise is so."""
    there = sa.select(Member.id).where(Member.enterprise_id == Enterprise.id, *conditions)
    return ~there.exists()


def _disagreeing() -> sa.Select[int]:
    """Select the enterprises that are not where their last decision leads."""
    later = aliased(Decision)
    is_last = (
        ~sa.select(later.id)
        .where(later.enterprise_id == Decision.enterprise_id, later.id > Decision.id)
        .exists()
    )
    leads = sa.case(
        *((Decision.kind == kind, standing.value) for kind, standing in LEADS_TO.items())
    )
    return (
        sa.select(Enterprise.id)
        .join(Enterprise.decisions)
        .where(is_last, sa.cast(Enterprise.standing, sa.String) != leads)
    )


def _pix_disagreeing() -> sa.Select[int]:
    """Select the enterprises whose Pix key is not what was last decided about it."""
    last = (
        sa.select(sa.func.max(PixDecision.id).label("id"), PixDecision.enterprise_id)
        .group_by(PixDecision.enterprise_id)
        .subquery()
    )
    waits = sa.and_(
        Enterprise.pix_next_at == PixDecision.counts_at,
        sa.func.coalesce(Enterprise.pix_next_key, "") == PixDecision.key,
    )
    counts = sa.and_(Enterprise.pix_next_at.is_(None), Enterprise.pix_key == PixDecision.key)
    agrees = sa.case(
        (PixDecision.step == PixStep.ASKED, sa.or_(waits, counts)),
        else_=Enterprise.pix_next_at.is_(None),
    )
    return (
        sa.select(Enterprise.id)
        .outerjoin(last, last.c.enterprise_id == Enterprise.id)
        .outerjoin(PixDecision, PixDecision.id == last.c.id)
        .where(
            sa.case(
                (PixDecision.id.is_(None), Enterprise.pix_next_at.is_not(None)),
                else_=sa.not_(agrees),
            )
        )
    )


def _pix_at_once() -> sa.Select[int]:
    """Select the keys that counted at once though they were not the first."""
    earlier = aliased(PixDecision)
    was_there = sa.select(earlier.id).where(
        earlier.enterprise_id == PixDecision.enterprise_id, earlier.id < PixDecision.id
    )
    at_once = PixDecision.counts_at <= PixDecision.decided_at
    return sa.select(PixDecision.id).where(
        PixDecision.step == PixStep.ASKED, at_once, was_there.exists()
    )


named = {
    "enterprises.vetted_has_a_manager": sa.select(Enterprise.id).where(
        Enterprise.standing.in_(SETTLED), _without(LIVE, Member.access == Access.MANAGER)
    ),
    "enterprises.standing_follows_the_last_decision": _disagreeing(),
    "enterprises.draft_was_never_decided": sa.select(Enterprise.id).where(
        Enterprise.standing == Standing.DRAFT,
        sa.select(Decision.id).where(Decision.enterprise_id == Enterprise.id).exists(),
    ),
    "enterprises.who_left_has_no_access": sa.select(Member.id).where(
        Member.left_on.is_not(None), Member.access != Access.NONE
    ),
    "enterprises.nobody_leaves_before_joining": sa.select(Member.id).where(
        Member.left_on < Member.joined_on
    ),
    "enterprises.pause_ends_after_it_begins": sa.select(Enterprise.id).where(
        Enterprise.paused_until < Enterprise.paused_from
    ),
    "enterprises.pix_key_has_a_kind": sa.select(Enterprise.id).where(
        (Enterprise.pix_key == "") != (Enterprise.pix_key_kind == "")
    ),
    "enterprises.pix_is_what_was_decided": _pix_disagreeing(),
    "enterprises.only_the_first_pix_key_counts_at_once": _pix_at_once(),
    "enterprises.a_facilitator_helps_once": sa.select(sa.func.max(Facilitation.id))
    .where(Facilitation.ended_at.is_(None))
    .group_by(Facilitation.enterprise_id, Facilitation.user_id)
    .having(sa.func.count() > 1),
}
