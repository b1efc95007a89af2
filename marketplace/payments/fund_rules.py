"""What must always be true of what solidarity funds get."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.payments.models.debts import DebtWaiver, WaiverState
from marketplace.payments.models.disputes import Dispute, DisputePart, DisputeState
from marketplace.payments.models.funds import Fund, FundSpending, SpendingState
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.online import Attempt, AttemptPart, AttemptState, Refund


def _sum_of(cents: sa.SQLColumnExpression[int]) -> sa.Select[int]:
    return sa.select(sa.func.coalesce(sa.func.sum(cents), 0))


def _code(base: str) -> sa.ColumnElement[str]:
    return sa.literal(base) + sa.cast(Fund.id, sa.String)


_into_it = sa.case((Attempt.state == AttemptState.PAID, AttemptPart.fund_cents), else_=0)
_got = (
    _sum_of(_into_it)
    .join(Attempt, Attempt.id == AttemptPart.attempt_id)
    .where(AttemptPart.fund_id == Fund.id)
    .scalar_subquery()
)
_refunded = (
    _sum_of(Refund.fund_cents)
    .join(AttemptPart, AttemptPart.id == Refund.part_id)
    .where(AttemptPart.fund_id == Fund.id)
    .scalar_subquery()
)
_lost = (
    _sum_of(DisputePart.fund_cents)
    .join(Dispute, Dispute.id == DisputePart.dispute_id)
    .join(AttemptPart, AttemptPart.id == DisputePart.part_id)
    .where(AttemptPart.fund_id == Fund.id, Dispute.state == DisputeState.LOST)
    .scalar_subquery()
)
_ours = (EntryKind.FUND_CONTRIBUTED, EntryKind.REFUND_APPROVED, EntryKind.DISPUTE_LOST)
_entered = (
    _sum_of(-LedgerLine.amount_cents)
    .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
    .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    .where(
        LedgerAccount.code.in_([_code("fund:"), _code("fund_debt:")]),
        LedgerEntry.kind.in_(_ours),
    )
    .scalar_subquery()
)
_part_given = _sum_of(Refund.fund_cents).where(Refund.part_id == AttemptPart.id).scalar_subquery()
_part_lost = (
    _sum_of(DisputePart.fund_cents)
    .join(Dispute, Dispute.id == DisputePart.dispute_id)
    .where(DisputePart.part_id == AttemptPart.id, Dispute.state == DisputeState.LOST)
    .scalar_subquery()
)

_back = aliased(LedgerEntry)
_paid = (
    _sum_of(-LedgerLine.amount_cents)
    .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
    .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    .outerjoin(_back, _back.reverses_id == LedgerEntry.id)
    .where(
        LedgerAccount.code == "bank",
        LedgerEntry.kind == EntryKind.FUND_SPENT,
        LedgerEntry.source_type == "fund_spending",
        LedgerEntry.source_id == FundSpending.id,
        _back.id.is_(None),
    )
    .scalar_subquery()
)
_is_spent = FundSpending.state == SpendingState.CONFIRMED

_bearer = sa.case(
    (DebtWaiver.fund_id.is_(None), sa.literal("losses")),
    else_=sa.literal("fund:") + sa.cast(DebtWaiver.fund_id, sa.String),
)
_borne = (
    _sum_of(LedgerLine.amount_cents)
    .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
    .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    .where(
        LedgerAccount.code == _bearer,
        LedgerEntry.kind == EntryKind.DEBT_FORGIVEN,
        LedgerEntry.source_type == "debt_waiver",
        LedgerEntry.source_id == DebtWaiver.id,
    )
    .scalar_subquery()
)
_forgiven = DebtWaiver.state == WaiverState.GRANTED

named = {
    "payments.each_debt_forgiven_is_borne_as_decided": sa.select(DebtWaiver.id).where(
        _borne != sa.case((_forgiven, DebtWaiver.amount_cents), else_=0)
    ),
    "payments.each_use_of_a_fund_is_in_the_books": sa.select(FundSpending.id).where(
        _paid != sa.case((_is_spent, FundSpending.amount_cents), else_=0)
    ),
    "payments.each_fund_got_its_parts": sa.select(Fund.id).where(
        _entered != _got - _refunded - _lost
    ),
    "payments.no_fund_gives_back_more_than_it_got": sa.select(AttemptPart.id).where(
        _part_given + _part_lost > AttemptPart.fund_cents
    ),
}
