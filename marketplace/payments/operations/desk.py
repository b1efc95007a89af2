"""The money of a fair's common desk in the books: shared out, handed on, taken to the bank.

Who may, and whose it is, the floor above has asked: it knows fairs and what was sold there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from marketplace.core.database import operation
from marketplace.core.rights import Person
from marketplace.payments import desk_postings, postings
from marketplace.payments.chart import AccountName
from marketplace.payments.desk_postings import DeskReturn
from marketplace.payments.operations import ledger
from marketplace.payments.queries.ledger import balance

SPLIT, SHARE, BANKING = "desk_split", "desk_share", "desk_banking"


@dataclass(frozen=True)
class Share:
    """What a split gives an enterprise, in centavos; less than nothing where more was undone.

    ``fee_cents`` of the cash is kept for the fair, ``handed_cents`` of it was paid out there.
    """

    id: int
    enterprise_id: int
    cash_cents: int
    machine_cents: int
    fee_cents: int = 0
    handed_cents: int = 0


def in_box(fair_id: int) -> int:
    """Return what should be in the box of a fair by the books, in centavos."""
    return balance(AccountName("cash_box", fair_id))


@operation
def enter_split(
    split_id: int, fair_id: int, shares: Iterable[Share], *, by: Person, now: datetime
) -> None:
    """Enter what a common desk took for each (P22, P23), what the fair keeps and what it paid out.

    What was undone after an earlier split is taken back of what the enterprise has coming; what it
    lacks there, it owes (P14).

    :raises WrongSide: if more was handed on than is there.
    """
    shares = list(shares)
    cash = {one.enterprise_id: one.cash_cents for one in shares if one.cash_cents > 0}
    machine = {one.enterprise_id: one.machine_cents for one in shares if one.machine_cents > 0}
    if cash:
        taken = postings.cash_taken(fair_id, cash)
        ledger.post(taken, (SPLIT, split_id), by=by, now=now)
    if machine:
        ledger.post(postings.machine_sale(machine), (SPLIT, split_id), by=by, now=now)
    for one in shares:
        _enter_share(fair_id, one, by=by, now=now)


@operation
def enter_deposit(
    banking_id: int, fair_id: int, *, counted_cents: int, by: Person, now: datetime
) -> None:
    """Enter that the box of a fair went to the bank, as counted there (P23); in centavos."""
    deposited = postings.cash_deposited(fair_id, told=in_box(fair_id), counted=counted_cents)
    ledger.post(deposited, (BANKING, banking_id), by=by, now=now)


@operation
def enter_machine(
    banking_id: int, shares: Iterable[Share], *, counted_cents: int, by: Person, now: datetime
) -> None:
    """Enter what the card machine's company paid of these shares (P22), and release them (P6).

    ``counted_cents`` came; what lacks is its fee, which the house bears.
    """
    shares = list(shares)
    total = sum(one.machine_cents for one in shares)
    settled = postings.machine_settled(total, total - counted_cents)
    ledger.post(settled, (BANKING, banking_id), by=by, now=now)
    for one in shares:
        if one.machine_cents > 0:
            released = postings.share_released(one.enterprise_id, one.machine_cents)
            ledger.post(released, (SHARE, one.id), by=by, now=now)


def _enter_share(fair_id: int, one: Share, *, by: Person, now: datetime) -> None:
    back = DeskReturn(
        fair_id,
        one.enterprise_id,
        cash_cents=max(0, -one.cash_cents),
        machine_cents=max(0, -one.machine_cents),
        payable_cents=ledger.lock_payable(one.enterprise_id),
        box_cents=in_box(fair_id),
    )
    about = (SHARE, one.id)
    if back.cash_cents or back.machine_cents:
        ledger.post(desk_postings.desk_returned(back), about, by=by, now=now)
    if one.fee_cents:
        kept = desk_postings.stall_fee_kept(one.enterprise_id, one.fee_cents)
        ledger.post(kept, about, by=by, now=now)
    if one.handed_cents:
        handed = desk_postings.cash_handed_on(fair_id, one.enterprise_id, one.handed_cents)
        ledger.post(handed, about, by=by, now=now)
