"""What notes of a social currency write into the books; amounts in centavos, at par with reais.

Pure, as `postings`; the table in `docs/ledger.md` says the same in words.
"""

from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.postings import Posting, pair_of


def notes_issued(division_id: int, cents: int) -> Posting:
    """Reais came in and are kept apart; as many notes went out."""
    backing, out = ("note_backing", division_id), ("notes_out", division_id)
    return pair_of(EntryKind.NOTES_ISSUED, backing, out, cents)


def notes_redeemed(division_id: int, cents: int) -> Posting:
    """Enter that notes came back, and were paid out of what is kept for them."""
    backing, out = ("note_backing", division_id), ("notes_out", division_id)
    return pair_of(EntryKind.NOTES_REDEEMED, out, backing, cents)
