"""What must always be true of what is due to solidarity funds of direct sales."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.dues import FundDue
from marketplace.payments.models.funds import Fund, FundRate
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine

_P24 = (EntryKind.DIRECT_SALE, EntryKind.DIRECT_SALE_RETURNED)
_straight = (
    sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
    .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    .where(
        LedgerAccount.code
        == sa.literal("direct_received:") + sa.cast(FundDue.enterprise_id, sa.String),
        LedgerEntry.kind.in_(_P24),
        LedgerEntry.posted_at >= FundDue.begins_at,
        LedgerEntry.posted_at < FundDue.ends_at,
    )
    .scalar_subquery()
)
_counted = sa.case((FundDue.sold_cents > 0, FundDue.sold_cents), else_=0)
_at_its_rate = (_counted * FundDue.rate + 5_000) // 10_000
_told = sa.func.coalesce(sa.func.sum(FundDue.part_cents - FundDue.lowered_cents), 0)


def _stands(base: str, owner: sa.SQLColumnExpression[int]) -> sa.ColumnElement[int]:
    code = sa.literal(f"{base}:") + sa.cast(owner, sa.String)
    asked = sa.select(LedgerAccount.balance_cents).where(LedgerAccount.code == code)
    return sa.func.coalesce(asked.scalar_subquery(), 0)


_of_group = sa.select(_told).where(FundDue.enterprise_id == Enterprise.id).scalar_subquery()
_of_fund = sa.select(_told).where(FundDue.fund_id == Fund.id).scalar_subquery()
_rate = aliased(FundRate)
_in_force = (
    sa.select(_rate.id)
    .where(_rate.fund_id == Fund.id, _rate.valid_from <= LedgerEntry.posted_at)
    .order_by(_rate.valid_from.desc(), _rate.id.desc())
    .limit(1)
    .scalar_subquery()
)
_has_its_row = sa.exists().where(
    FundDue.enterprise_id == Enterprise.id,
    FundDue.begins_at <= LedgerEntry.posted_at,
    FundDue.ends_at > LedgerEntry.posted_at,
)
_missed = (
    sa.select(LedgerEntry.id)
    .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
    .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    .join(Enterprise, Enterprise.id == LedgerAccount.enterprise_id)
    .join(Fund, Fund.division_id == Enterprise.division_id)
    .join(FundRate, FundRate.id == _in_force)
    .where(
        LedgerEntry.kind == EntryKind.DIRECT_SALE,
        LedgerAccount.code.startswith("direct_received:"),
        LedgerEntry.posted_at < Fund.counted_to,
        FundRate.direct,
        FundRate.rate > 0,
        ~_has_its_row,
    )
)

named = {
    "payments.each_day_is_due_its_part": sa.select(FundDue.id).where(
        sa.or_(
            FundDue.part_cents != _at_its_rate,
            _straight != FundDue.sold_cents - FundDue.back_cents,
        )
    ),
    "payments.each_direct_sale_is_in_a_day_that_was_worked_out": _missed,
    "payments.each_group_owes_its_fund_what_its_days_say": sa.select(Enterprise.id).where(
        _stands("fund_owed", Enterprise.id) != _of_group
    ),
    "payments.each_fund_expects_what_its_days_say": sa.select(Fund.id).where(
        -_stands("fund_expected", Fund.id) != _of_fund
    ),
}
