"""What must always be true of what the bank answered."""

import sqlalchemy as sa

from marketplace.payments.models.bank_returns import BankReturnRow, Outcome
from marketplace.payments.models.ledger import EntryKind, LedgerEntry
from marketplace.payments.models.payouts import Payout

_kind = sa.case(
    (BankReturnRow.outcome == Outcome.PAID, EntryKind.PAYOUT_CONFIRMED.value),
    else_=EntryKind.PAYOUT_RETURNED.value,
)
_entered = sa.exists().where(
    sa.cast(LedgerEntry.kind, sa.String) == _kind,
    LedgerEntry.source_type == "payout",
    LedgerEntry.source_id == Payout.id,
)
_as_told = sa.and_(
    Payout.amount_cents == BankReturnRow.amount_cents, Payout.account_id.is_(None), _entered
)

named = {
    "payments.each_answer_of_the_bank_moved_its_payout": sa.select(BankReturnRow.id)
    .join(Payout, Payout.id == BankReturnRow.payout_id)
    .where(BankReturnRow.outcome.in_((Outcome.PAID, Outcome.REFUSED)), sa.not_(_as_told)),
}
