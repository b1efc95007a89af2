"""What is due to a solidarity fund of direct sales, in the books; amounts in centavos.

Pure, as `postings`; the table in `docs/ledger.md` says the same in words. The pair is told, never
owned: no debt, and nothing that a fund could spend.
"""

from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.postings import Posting, pair_of


def fund_due(enterprise_id: int, fund_id: int, cents: int) -> Posting:
    """P25: a fund's part of what was paid straight to an enterprise on a day."""
    owed, expected = ("fund_owed", enterprise_id), ("fund_expected", fund_id)
    return pair_of(EntryKind.FUND_DUE, owed, expected, cents)


def fund_due_lowered(enterprise_id: int, fund_id: int, cents: int) -> Posting:
    """P25, the other way round: of what had been sold on days before something was taken back."""
    owed, expected = ("fund_owed", enterprise_id), ("fund_expected", fund_id)
    return pair_of(EntryKind.FUND_DUE_LOWERED, expected, owed, cents)
