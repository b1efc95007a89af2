"""What must always be true of common desks: each query selects ids of rows that break its rule."""

import sqlalchemy as sa

from marketplace.fairs.models.returns import TillReturnLine
from marketplace.fairs.models.splits import DeskBanking, DeskPart, DeskShare, DeskSplit, SplitState
from marketplace.fairs.models.tills import TillHandover, TillSale, TillVoid
from marketplace.fairs.queries.splits import GIVEN_AT_DESK
from marketplace.orders.models.orders import Order
from marketplace.orders.models.tenders import Tender
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.payments import Payment


def _cents(what: sa.SQLColumnExpression[int]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(what), 0)


def _tenders(part: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Add up what was given of sales in a split."""
    return (
        sa.select(_cents(Tender.amount_cents))
        .join(Order, Order.id == Tender.order_id)
        .join(TillSale, TillSale.purchase_id == Order.purchase_id)
        .join(DeskPart, part)
        .where(DeskPart.split_id == DeskSplit.id)
        .correlate(DeskSplit)
        .scalar_subquery()
    )


_sold = _tenders(DeskPart.sale_id == TillSale.id)
_voided = _tenders(
    DeskPart.void_id.in_(sa.select(TillVoid.id).where(TillVoid.sale_id == TillSale.id))
)
_given = (
    sa.select(_cents(Payment.amount_cents))
    .join(TillHandover, TillHandover.order_id == Payment.payable_id)
    .join(DeskPart, DeskPart.handover_id == TillHandover.id)
    .where(DeskPart.split_id == DeskSplit.id, Payment.payable_type == "order", GIVEN_AT_DESK)
    .correlate(DeskSplit)
    .scalar_subquery()
)

_back = (
    sa.select(_cents(TillReturnLine.fitting * TillReturnLine.price_cents))
    .join(DeskPart, DeskPart.return_id == TillReturnLine.return_id)
    .where(DeskPart.split_id == DeskSplit.id)
    .correlate(DeskSplit)
    .scalar_subquery()
)


def _shared(*what: sa.SQLColumnExpression[int]) -> sa.ScalarSelect[int]:
    return (
        sa.select(_cents(sum(what[1:], what[0])))
        .where(DeskShare.split_id == DeskSplit.id)
        .correlate(DeskSplit)
        .scalar_subquery()
    )


def _entered(kind: EntryKind, code: str, source: str, source_id: object) -> sa.ScalarSelect[int]:
    """Add up what entries of a kind about something did to accounts."""
    return (
        sa.select(_cents(LedgerLine.amount_cents))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerEntry.kind == kind, LedgerAccount.code.like(code))
        .where(LedgerEntry.source_type == source, LedgerEntry.source_id == source_id)
        .scalar_subquery()
    )


def _more(what: sa.SQLColumnExpression[int]) -> sa.ColumnElement[int]:
    """Return what is more than nothing."""
    return sa.case((what > 0, what), else_=0)


_cash = _entered(EntryKind.CASH_TAKEN, "cash_box:%", "desk_split", DeskSplit.id)
_machine = _entered(EntryKind.MACHINE_SALE, "acquirer", "desk_split", DeskSplit.id)
_fee = _entered(EntryKind.STALL_FEE_KEPT, "payable:%", "desk_share", DeskShare.id)
_handed = _entered(EntryKind.CASH_HANDED_ON, "payable:%", "desk_share", DeskShare.id)
_bank = sa.select(LedgerEntry.id).where(
    LedgerEntry.source_type == "desk_banking", LedgerEntry.source_id == DeskBanking.id
)
_of_share = (
    *(DeskShare.cash_cents, DeskShare.machine_cents, DeskShare.pix_cents),
    *(DeskShare.social_cents, DeskShare.barter_cents),
)
_counts = DeskSplit.state != SplitState.DISCARDED
_due_in_cash = sa.case(
    (DeskShare.in_cash, _more(DeskShare.cash_cents - DeskShare.fee_cents)), else_=0
)

named: dict[str, sa.Select[int]] = {
    "fairs.a_split_is_what_its_sales_were": sa.select(DeskSplit.id).where(
        _counts,
        _shared(*_of_share) != _sold - _voided + _given - _back,
    ),
    "fairs.a_split_is_in_the_books_once_approved": sa.select(DeskSplit.id).where(
        sa.or_(
            _cash
            != sa.case(
                (DeskSplit.state == SplitState.APPROVED, _shared(_more(DeskShare.cash_cents))),
                else_=0,
            ),
            _machine
            != sa.case(
                (DeskSplit.state == SplitState.APPROVED, _shared(_more(DeskShare.machine_cents))),
                else_=0,
            ),
        )
    ),
    "fairs.each_share_is_in_the_books_as_paid": sa.select(DeskShare.id)
    .join(DeskShare.split)
    .where(
        DeskSplit.state == SplitState.APPROVED,
        sa.or_(_fee != DeskShare.fee_cents, _handed != _due_in_cash),
    ),
    "fairs.what_is_at_the_bank_is_in_the_books": sa.select(DeskBanking.id).where(
        DeskBanking.confirmed_at.is_not(None) != _bank.exists()
    ),
}
