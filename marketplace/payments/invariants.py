"""What must always be true of the payments: each query selects ids of rows that break its rule."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.enterprises.models import Enterprise
from marketplace.payments import (
    due_rules,
    fund_rules,
    identified_rules,
    return_rules,
    transfer_rules,
)
from marketplace.payments.models.by_hand import OPEN, HandRefund, HandState
from marketplace.payments.models.debts import Debt
from marketplace.payments.models.disputes import Dispute, DisputePart, DisputeState
from marketplace.payments.models.ledger import (
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
    Nature,
)
from marketplace.payments.models.online import (
    Attempt,
    AttemptPart,
    AttemptState,
    Refund,
    RefundState,
)
from marketplace.payments.models.payments import DIRECT, Payment, PaymentState
from marketplace.payments.models.payouts import ORDERED, Payout, PayoutState
from marketplace.payments.models.reconciling import (
    DayState,
    MovementState,
    ProviderMovement,
    ReconciliationDay,
)
from marketplace.payments.queries.ledger import lacking_entries
from marketplace.payments.queries.reconciling import FINAL, booked
from marketplace.payments.queries.releasing import net_of

_paid = Payment.state.in_((PaymentState.SETTLED, PaymentState.REFUND_DUE, PaymentState.REFUNDED))
_cancelled, _refunded = PaymentState.CANCELLED, PaymentState.REFUNDED

_sum = sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0)


def _lines(entry: sa.ColumnElement[bool], what: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    return sa.select(what).where(entry).scalar_subquery()


_of_entry = LedgerLine.entry_id == LedgerEntry.id
_told = (
    sa.select(LedgerAccount.enterprise_id, LedgerAccount.balance_cents)
    .where(LedgerAccount.code.like("direct_received:%"))
    .subquery()
)
_received = (
    sa.select(sa.func.coalesce(sa.func.sum(Payment.amount_cents), 0))
    .where(
        Payment.enterprise_id == Enterprise.id,
        Payment.method.in_(DIRECT),
        Payment.at_desk.is_(False),
        Payment.state.in_((PaymentState.SETTLED, PaymentState.REFUND_DUE)),
    )
    .scalar_subquery()
)

_returned = (
    sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    .join(LedgerEntry, LedgerLine.entry_id == LedgerEntry.id)
    .join(LedgerAccount, LedgerLine.account_id == LedgerAccount.id)
    .where(
        LedgerAccount.code.like("direct_received:%"),
        LedgerAccount.enterprise_id == Enterprise.id,
        LedgerEntry.source_type == "returned_pieces",
    )
    .scalar_subquery()
)

_parts = _lines(
    AttemptPart.attempt_id == Attempt.id,
    sa.func.coalesce(sa.func.sum(AttemptPart.amount_cents), 0),
)
_cleared = (
    sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    .join(LedgerEntry, LedgerLine.entry_id == LedgerEntry.id)
    .join(LedgerAccount, LedgerLine.account_id == LedgerAccount.id)
    .where(
        LedgerAccount.code == "buyer_clearing",
        LedgerEntry.kind == EntryKind.PAYMENT_SUCCEEDED,
        LedgerEntry.source_type == "attempt",
        LedgerEntry.source_id == Attempt.id,
    )
    .scalar_subquery()
)
_charged = sa.case((Attempt.state == AttemptState.PAID, Attempt.amount_cents), else_=0)
_given_back = (
    sa.select(sa.func.coalesce(sa.func.sum(Refund.amount_cents), 0))
    .where(Refund.part_id == AttemptPart.id)
    .scalar_subquery()
)
_lost = (
    sa.select(sa.func.coalesce(sa.func.sum(DisputePart.amount_cents), 0))
    .join(Dispute, Dispute.id == DisputePart.dispute_id)
    .where(DisputePart.part_id == AttemptPart.id, Dispute.state == DisputeState.LOST)
    .scalar_subquery()
)
_lost_before = (
    sa.select(sa.func.coalesce(sa.func.sum(net_of(DisputePart)), 0))
    .join(Dispute, Dispute.id == DisputePart.dispute_id)
    .where(DisputePart.part_id == AttemptPart.id, Dispute.state == DisputeState.LOST)
    .where(sa.not_(DisputePart.released))
    .scalar_subquery()
)
_kept = (
    sa.select(sa.func.coalesce(sa.func.sum(AttemptPart.amount_cents - _given_back - _lost), 0))
    .where(AttemptPart.payment_id == Payment.id, AttemptPart.settles)
    .scalar_subquery()
)
_freed = (
    sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    .join(LedgerEntry, LedgerLine.entry_id == LedgerEntry.id)
    .join(LedgerAccount, LedgerLine.account_id == LedgerAccount.id)
    .where(
        LedgerAccount.code.like("pending:%"),
        LedgerEntry.kind == EntryKind.SHARE_RELEASED,
        LedgerEntry.source_type == "payment",
        LedgerEntry.source_id == Payment.id,
    )
    .scalar_subquery()
)
_taken_before = (
    sa.select(sa.func.coalesce(sa.func.sum(net_of(Refund)), 0))
    .where(Refund.part_id == AttemptPart.id, sa.not_(Refund.released))
    .scalar_subquery()
)
_share = net_of(AttemptPart) - _taken_before - _lost_before
_to_free = (
    sa.select(sa.func.coalesce(sa.func.sum(_share), 0))
    .where(AttemptPart.payment_id == Payment.id, AttemptPart.settles)
    .scalar_subquery()
)
_flying = (
    sa.select(-sa.func.coalesce(sa.func.sum(LedgerAccount.balance_cents), 0))
    .where(
        LedgerAccount.enterprise_id == Enterprise.id,
        LedgerAccount.code.like("payout_flight:%"),
    )
    .scalar_subquery()
)
_sent_for = (
    sa.select(sa.func.coalesce(sa.func.sum(Payout.amount_cents), 0))
    .where(
        Payout.enterprise_id == Enterprise.id,
        Payout.state == PayoutState.APPROVED,
        Payout.account_id.is_(None),
    )
    .scalar_subquery()
)
_taken_out = (
    sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    .join(LedgerEntry, LedgerLine.entry_id == LedgerEntry.id)
    .join(LedgerAccount, LedgerLine.account_id == LedgerAccount.id)
    .where(
        LedgerAccount.code.like("payable:%"),
        LedgerEntry.kind.in_((EntryKind.PAYOUT_ORDERED, EntryKind.DEBT_OFFSET)),
        LedgerEntry.source_type == "payout",
        LedgerEntry.source_id == Payout.id,
    )
    .scalar_subquery()
)
_sent_away = sa.case((Payout.account_id.is_(None), Payout.amount_cents), else_=0)
_ordered = sa.case((Payout.state.in_(ORDERED), _sent_away + Payout.offset_cents), else_=0)
_back = aliased(LedgerEntry)
_paid_by_hand = (
    sa.select(-sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    .join(LedgerEntry, LedgerLine.entry_id == LedgerEntry.id)
    .join(LedgerAccount, LedgerLine.account_id == LedgerAccount.id)
    .outerjoin(_back, _back.reverses_id == LedgerEntry.id)
    .where(
        LedgerAccount.code == "bank",
        LedgerEntry.kind == EntryKind.REFUND_PAID_BY_HAND,
        LedgerEntry.source_type == "hand_refund",
        LedgerEntry.source_id == HandRefund.id,
        _back.id.is_(None),
    )
    .scalar_subquery()
)
_confirmed = sa.case((HandRefund.state == HandState.CONFIRMED, HandRefund.amount_cents), else_=0)
_by_people = sa.exists().where(HandRefund.refund_id == Refund.id, HandRefund.state.in_(OPEN))
_in_debt = (
    sa.select(sa.func.coalesce(sa.func.sum(LedgerAccount.balance_cents), 0))
    .where(LedgerAccount.enterprise_id == Enterprise.id, LedgerAccount.code.like("debt:%"))
    .scalar_subquery()
)
_recorded = (
    sa.select(sa.func.coalesce(sa.func.sum(Debt.left_cents), 0))
    .where(Debt.enterprise_id == Enterprise.id)
    .scalar_subquery()
)
_of_day = (ProviderMovement.day == ReconciliationDay.day, ProviderMovement.state.not_in(FINAL))
_nets = (
    sa.select(sa.func.coalesce(sa.func.sum(ProviderMovement.net_cents), 0))
    .where(
        ProviderMovement.day == ReconciliationDay.day,
        ProviderMovement.state == MovementState.MATCHED,
    )
    .scalar_subquery()
)

named = (
    transfer_rules.named
    | fund_rules.named
    | due_rules.named
    | identified_rules.named
    | return_rules.named
    | {
        "payments.entries_balance": sa.select(LedgerEntry.id).where(
            sa.or_(
                _lines(_of_entry, _sum) != 0, _lines(_of_entry, sa.func.count(LedgerLine.id)) < 2
            )
        ),
        "payments.balances_are_sums_of_lines": sa.select(LedgerAccount.id).where(
            LedgerAccount.balance_cents != _lines(LedgerLine.account_id == LedgerAccount.id, _sum)
        ),
        "payments.memo_stays_apart": sa.select(sa.func.min(LedgerAccount.id))
        .where(LedgerAccount.nature == Nature.MEMO)
        .having(sa.func.sum(LedgerAccount.balance_cents) != 0),
        "payments.direct_sales_are_entered": lacking_entries(),
        "payments.direct_sales_are_what_was_paid": sa.select(Enterprise.id)
        .outerjoin(_told, _told.c.enterprise_id == Enterprise.id)
        .where(sa.func.coalesce(_told.c.balance_cents, 0) != _received + _returned),
        "payments.instants_match_the_state": sa.select(Payment.id).where(
            sa.or_(
                _paid != Payment.settled_at.is_not(None),
                (Payment.state == _cancelled) != Payment.cancelled_at.is_not(None),
                (Payment.state == _refunded) != Payment.refunded_at.is_not(None),
            )
        ),
        "payments.what_counts_has_an_amount": sa.select(Payment.id).where(
            Payment.state != _cancelled, Payment.amount_cents <= 0
        ),
        "payments.attempts_are_their_parts": sa.select(Attempt.id).where(
            Attempt.amount_cents != _parts
        ),
        "payments.what_was_paid_online_is_entered": sa.select(Attempt.id).where(
            _cleared != _charged
        ),
        "payments.no_more_given_back_than_came": sa.select(AttemptPart.id).where(
            _given_back + _lost > AttemptPart.amount_cents
        ),
        "payments.settled_online_is_what_is_left_of_it": sa.select(Payment.id).where(
            Payment.method.not_in(DIRECT),
            Payment.state == PaymentState.SETTLED,
            Payment.amount_cents != _kept,
        ),
        "payments.what_was_released_is_what_was_left_of_it": sa.select(Payment.id).where(
            Payment.method.not_in(DIRECT),
            _freed != sa.case((Payment.released_at.is_(None), 0), else_=_to_free),
        ),
        "payments.each_payout_is_in_the_books": sa.select(Payout.id).where(_taken_out != _ordered),
        "payments.what_is_under_way_is_ordered": sa.select(Enterprise.id).where(
            _flying != _sent_for
        ),
        "payments.each_refund_by_hand_is_in_the_books": sa.select(HandRefund.id).where(
            _paid_by_hand != _confirmed
        ),
        "payments.what_did_not_arrive_waits_for_people": sa.select(Refund.id).where(
            sa.or_(
                sa.and_(Refund.state == RefundState.FAILED, ~_by_people),
                sa.and_(Refund.state.in_((RefundState.SENT, RefundState.DONE)), _by_people),
            )
        ),
        "payments.debts_have_their_records": sa.select(Enterprise.id).where(_in_debt != _recorded),
        "payments.each_line_of_the_provider_meets_its_entry": sa.select(ProviderMovement.id).where(
            ProviderMovement.state == MovementState.MATCHED,
            sa.func.coalesce(booked, 0) != ProviderMovement.net_cents,
        ),
        "payments.closed_days_add_up": sa.select(ReconciliationDay.id).where(
            ReconciliationDay.state == DayState.CLOSED,
            sa.or_(
                sa.exists().where(*_of_day),
                ReconciliationDay.provider_cents != _nets,
                ReconciliationDay.books_cents != _nets,
            ),
        ),
    }
)
