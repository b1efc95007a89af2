"""Questions asked of the books."""

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.payments.chart import AccountName
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.payments import DIRECT, Payment, PaymentState


def balance(name: AccountName) -> int:
    """Return what stands in an account, in centavos; a credit is negative, an unknown one 0."""
    asked = sa.select(LedgerAccount.balance_cents).where(LedgerAccount.code == name.code)
    return db.session.scalar(asked) or 0


def opposite_of(entry_id: int) -> dict[AccountName, int]:
    """Return the amounts that take an entry back."""
    lines = (
        sa.select(LedgerAccount.code, LedgerLine.amount_cents)
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .where(LedgerLine.entry_id == entry_id)
        .order_by(LedgerLine.id)
    )
    return {_name(code): -cents for code, cents in db.session.execute(lines)}


def entries_about(source_type: str, source_id: int) -> list[LedgerEntry]:
    """Return what was written about a source, in order."""
    about = (LedgerEntry.source_type == source_type, LedgerEntry.source_id == source_id)
    return list(db.session.scalars(sa.select(LedgerEntry).where(*about).order_by(LedgerEntry.id)))


def entry_of(kind: EntryKind, source_type: str, source_id: int) -> int | None:
    """Return the id of the one entry of this kind about a source."""
    about = (LedgerEntry.source_type == source_type, LedgerEntry.source_id == source_id)
    return db.session.scalar(sa.select(LedgerEntry.id).where(LedgerEntry.kind == kind, *about))


def moved(entry_id: int, code: str) -> int:
    """Return what an entry did to one account, in centavos; 0 if it did not touch it."""
    lines = (
        sa.select(LedgerLine.amount_cents)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerLine.entry_id == entry_id, LedgerAccount.code == code)
    )
    return db.session.scalar(lines) or 0


def _name(code: str) -> AccountName:
    base, _colon, owner = code.partition(":")
    return AccountName(base, int(owner) if owner else None)


def lacking_entries() -> sa.Select[int]:
    """Select the payments that went straight to an enterprise and are not in the books so."""
    entered = (
        sa.select(sa.func.count(LedgerEntry.id))
        .where(
            LedgerEntry.source_type == "payment",
            LedgerEntry.source_id == Payment.id,
            LedgerEntry.kind.in_((EntryKind.DIRECT_SALE, EntryKind.DIRECT_SALE_RETURNED)),
        )
        .scalar_subquery()
    )
    due = sa.case(
        (Payment.state.in_((PaymentState.SETTLED, PaymentState.REFUND_DUE)), 1),
        (Payment.state == PaymentState.REFUNDED, 2),
        else_=0,
    )
    theirs = (Payment.method.in_(DIRECT), Payment.at_desk.is_(False))
    return sa.select(Payment.id).where(*theirs, entered != due)


def balances() -> list[LedgerAccount]:
    """Return every account, those of one kind together."""
    return list(db.session.scalars(sa.select(LedgerAccount).order_by(LedgerAccount.id)))
