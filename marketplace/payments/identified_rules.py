"""What must always be true of money of which a person said whose it is."""

import sqlalchemy as sa

from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.reconciling import Identification


def _moved(kind: EntryKind, base: str) -> sa.ScalarSelect[int]:
    """Return what the entry of a kind about a word did to these accounts; 0 without one."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
        .join(LedgerEntry, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerLine.account_id == LedgerAccount.id)
        .where(
            LedgerAccount.code.like(f"{base}%"),
            LedgerEntry.kind == kind,
            LedgerEntry.source_type == "identification",
            LedgerEntry.source_id == Identification.id,
        )
        .scalar_subquery()
    )


_said = _moved(EntryKind.MONEY_IDENTIFIED, "unidentified")
_freed = _moved(EntryKind.SHARE_RELEASED, "pending:")
_most = sa.case((Identification.enterprise_id.is_(None), 0), else_=Identification.amount_cents)

named = {
    "payments.each_word_on_an_owner_is_in_the_books": sa.select(Identification.id).where(
        _said != Identification.amount_cents
    ),
    "payments.what_was_found_is_released_whole_or_not": sa.select(Identification.id).where(
        _freed != 0, _freed != _most
    ),
}
