"""What must always be true of accounts at the provider and of what is sent there and back."""

import sqlalchemy as sa
from sqlalchemy import orm

from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.connect import (
    AccountState,
    ConnectedAccount,
    Reversal,
    ReversalState,
    Transfer,
    TransferState,
)
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.payouts import Payout, PayoutState

BY_HAND = (PayoutState.APPROVED, PayoutState.CONFIRMED)
OUT = (EntryKind.PAYOUT_CONFIRMED, EntryKind.TRANSFERRED, EntryKind.TRANSFER_REVERSED)


def _moved(
    kind: EntryKind, source: str, row: orm.InstrumentedAttribute[int]
) -> sa.ScalarSelect[int]:
    """Return what the entry of a kind about a row did to ``stripe``; 0 without one."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
        .join(LedgerEntry, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerLine.account_id == LedgerAccount.id)
        .where(
            LedgerAccount.code == "stripe",
            LedgerEntry.kind == kind,
            LedgerEntry.source_type == source,
            LedgerEntry.source_id == row,
        )
        .scalar_subquery()
    )


def _sum_of(
    cents: orm.InstrumentedAttribute[int], *where: sa.ColumnElement[bool]
) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.coalesce(sa.func.sum(cents), 0)).where(*where).scalar_subquery()


_is_sent, _is_back = Transfer.state == TransferState.SENT, Reversal.state == ReversalState.DONE
_sent = sa.case((_is_sent, -Transfer.amount_cents), else_=0)
_back = sa.case((_is_back, Reversal.amount_cents), else_=0)
_taken = _sum_of(
    Reversal.amount_cents,
    Reversal.transfer_id == Transfer.id,
    Reversal.state != ReversalState.FAILED,
)
_paid_by_hand = _sum_of(
    Payout.amount_cents,
    Payout.enterprise_id == Enterprise.id,
    Payout.state.in_(BY_HAND),
    Payout.account_id.is_(None),
)
_paid_there = _sum_of(Transfer.amount_cents, Transfer.enterprise_id == Enterprise.id, _is_sent)
_come_back = (
    sa.select(sa.func.coalesce(sa.func.sum(Reversal.amount_cents), 0))
    .join(Transfer, Transfer.id == Reversal.transfer_id)
    .where(Transfer.enterprise_id == Enterprise.id, _is_back)
    .scalar_subquery()
)
_undone = orm.aliased(LedgerEntry)
_of_enterprise = (
    sa.select(-sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    .join(LedgerEntry, LedgerLine.entry_id == LedgerEntry.id)
    .join(LedgerAccount, LedgerLine.account_id == LedgerAccount.id)
    .outerjoin(_undone, _undone.id == LedgerEntry.reverses_id)
    .where(
        LedgerAccount.enterprise_id == Enterprise.id,
        LedgerEntry.kind.not_in(OUT),
        sa.or_(_undone.id.is_(None), _undone.kind.not_in(OUT)),
        sa.or_(
            *(
                LedgerAccount.code.startswith(f"{base}:")
                for base in ("pending", "payable", "payout_flight", "debt")
            )
        ),
    )
    .scalar_subquery()
)
_owed = _sum_of(
    LedgerAccount.balance_cents,
    LedgerAccount.enterprise_id == Enterprise.id,
    LedgerAccount.code.startswith("debt:"),
)

named = {
    "payments.each_transfer_is_in_the_books": sa.select(Transfer.id).where(
        _moved(EntryKind.TRANSFERRED, "transfer", Transfer.id) != _sent
    ),
    "payments.each_reversal_is_in_the_books": sa.select(Reversal.id).where(
        _moved(EntryKind.TRANSFER_REVERSED, "reversal", Reversal.id) != _back
    ),
    "payments.no_more_taken_back_than_sent": sa.select(Transfer.id).where(
        _taken > sa.case((_is_sent, Transfer.amount_cents), else_=0)
    ),
    "payments.a_transfer_is_its_payout": sa.select(Transfer.id)
    .join(Payout, Payout.id == Transfer.payout_id)
    .where(
        sa.or_(
            Payout.amount_cents != Transfer.amount_cents,
            Payout.enterprise_id != Transfer.enterprise_id,
            Payout.account_id != Transfer.account_id,
            (Payout.state == PayoutState.CONFIRMED) != _is_sent,
            (Payout.state == PayoutState.RETURNED) != (Transfer.state == TransferState.TAKEN_BACK),
        )
    ),
    "payments.money_goes_to_ones_own_account": sa.select(Transfer.id)
    .join(ConnectedAccount, ConnectedAccount.id == Transfer.account_id)
    .where(Transfer.enterprise_id != ConnectedAccount.enterprise_id),
    "payments.retired_accounts_say_when": sa.select(ConnectedAccount.id).where(
        (ConnectedAccount.state == AccountState.RETIRED) != ConnectedAccount.retired_at.is_not(None)
    ),
    "payments.no_more_paid_out_than_is_due": sa.select(Enterprise.id).where(
        _paid_by_hand + _paid_there - _come_back > _of_enterprise + _owed
    ),
}
