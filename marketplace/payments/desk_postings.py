"""What the split of a common desk writes into the books, beside P22 and P23; amounts in centavos.

Pure, as `postings`; the table in `docs/ledger.md` says the same in words.
"""

from dataclasses import dataclass

from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.postings import Posting, pair_of, posting_of


@dataclass(frozen=True)
class DeskReturn:
    """What a common desk gave back of an enterprise's sales after their split.

    ``payable_cents`` is all that the enterprise has coming, ``box_cents`` what is left of the cash
    in the fair's box. What it lacks was given back out of money that the books do not have there:
    if it was missed at the bank, that loss is found now; else it came out of the float.
    """

    fair_id: int
    enterprise_id: int
    cash_cents: int
    machine_cents: int
    payable_cents: int
    box_cents: int


def cash_handed_on(fair_id: int, enterprise_id: int, cents: int) -> Posting:
    """P23, on to the enterprise: paid out of the box at the fair, seen by two people."""
    here, box = ("payable", enterprise_id), ("cash_box", fair_id)
    return pair_of(EntryKind.CASH_HANDED_ON, here, box, cents)


def stall_fee_kept(enterprise_id: int, cents: int) -> Posting:
    """P23, less the fee: what a fair asks of each who sells at its common desk."""
    here = ("payable", enterprise_id)
    return pair_of(EntryKind.STALL_FEE_KEPT, here, ("stall_fees", None), cents)


def desk_returned(back: DeskReturn) -> Posting:
    """P22, P23 the other way round, with P14: undone after a split had shared it out."""
    total, enterprise = back.cash_cents + back.machine_cents, back.enterprise_id
    covered, boxed = min(total, back.payable_cents), min(back.cash_cents, back.box_cents)
    return posting_of(
        EntryKind.DESK_RETURNED,
        ("payable", enterprise, covered),
        ("debt", enterprise, total - covered),
        ("cash_box", back.fair_id, -boxed),
        ("losses", None, boxed - back.cash_cents),
        ("acquirer", None, -back.machine_cents),
    )
