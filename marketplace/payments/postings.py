"""What each thing that can happen to money writes into the books; all amounts in centavos of BRL.

Pure: a posting names accounts and amounts, `operations.ledger.post` writes it. The table in
`docs/ledger.md` says the same in words.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketplace.core.money import whole
from marketplace.payments.chart import AccountName
from marketplace.payments.models.ledger import EntryKind

Shares = Mapping[int, int]
"""Centavos by enterprise id."""


@dataclass(frozen=True)
class Posting:
    """One entry to be: an amount for each account, debits positive; they add up to zero."""

    kind: EntryKind
    amounts: Mapping[AccountName, int]


@dataclass(frozen=True)
class RefundPart:
    """What one enterprise's goods cost that are given back, in the parts it was split into.

    ``net_cents`` comes from what the enterprise has coming (``released``: it was payable by then),
    ``payable_cents`` being all that it still has there; ``fund_cents`` from the fund, which owes
    ``fund_short_cents`` of them where it spent what it had. The fee part is lost by the house, or
    owed by the enterprise ``at_fault``.
    """

    enterprise_id: int
    net_cents: int
    fee_cents: int = 0
    fund_cents: int = 0
    fund_id: int | None = None
    released: bool = False
    payable_cents: int = 0
    at_fault: bool = False
    fund_short_cents: int = 0

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.fee_cents + self.fund_cents

    @property
    def lacking_cents(self) -> int:
        """Return what of the net part the enterprise has no more: it becomes its debt."""
        return max(0, self.net_cents - self.payable_cents) if self.released else 0


def payment_succeeded(shares: Shares) -> Posting:
    """P2: a buyer paid; each enterprise has its share coming."""
    total = ("buyer_clearing", None, sum(shares.values()))
    return posting_of(EntryKind.PAYMENT_SUCCEEDED, total, *_of("pending", shares, -1))


def provider_settled(total: int, fee: int) -> Posting:
    """P3: the provider's transaction of a payment, less its fee."""
    lines = [("stripe", None, total - fee), ("stripe_fees", None, fee)]
    return posting_of(EntryKind.PROVIDER_SETTLED, *lines, ("buyer_clearing", None, -total))


def fee_shared(parts: Shares) -> Posting:
    """P4: each enterprise bears its part of the fee, as frozen on the sale line."""
    total = ("fees_recovered", None, -sum(parts.values()))
    return posting_of(EntryKind.FEE_SHARED, *_of("pending", parts, 1), total)


def fund_contributed(parts: Mapping[int, Shares]) -> Posting:
    """P5: each solidarity fund, by its id, gets its part of each share."""
    lines = [line for shares in parts.values() for line in _of("pending", shares, 1)]
    lines += [("fund", fund_id, -sum(shares.values())) for fund_id, shares in parts.items()]
    return posting_of(EntryKind.FUND_CONTRIBUTED, *lines)


def share_released(enterprise_id: int, cents: int) -> Posting:
    """P6: handed over and the hold is past: the share may be paid out."""
    return pair_of(
        EntryKind.SHARE_RELEASED, ("pending", enterprise_id), ("payable", enterprise_id), cents
    )


def transferred(enterprise_id: int, cents: int, payable_cents: int) -> Posting:
    """P7 with P14: a transfer to the enterprise's account; what it has no more there, it owes."""
    covered = min(cents, payable_cents)
    lines = [("payable", enterprise_id, covered), ("debt", enterprise_id, cents - covered)]
    return posting_of(EntryKind.TRANSFERRED, *lines, ("stripe", None, -cents))


def transfer_reversed(enterprise_id: int, cents: int) -> Posting:
    """P8: a transfer, or a part of one, came back."""
    return pair_of(EntryKind.TRANSFER_REVERSED, ("stripe", None), ("payable", enterprise_id), cents)


def payout_ordered(enterprise_id: int, cents: int) -> Posting:
    """P9: a payout by hand was approved by two people."""
    here, flight = ("payable", enterprise_id), ("payout_flight", enterprise_id)
    return pair_of(EntryKind.PAYOUT_ORDERED, here, flight, cents)


def payout_confirmed(enterprise_id: int, cents: int) -> Posting:
    """P9: the bank paid it."""
    flight = ("payout_flight", enterprise_id)
    return pair_of(EntryKind.PAYOUT_CONFIRMED, flight, ("bank", None), cents)


def payout_returned(enterprise_id: int, cents: int) -> Posting:
    """P9: the bank gave it back."""
    here, flight = ("payable", enterprise_id), ("payout_flight", enterprise_id)
    return pair_of(EntryKind.PAYOUT_RETURNED, flight, here, cents)


def refund_approved(parts: Iterable[RefundPart]) -> Posting:
    """P10 with P14: a buyer gets money back; what an enterprise lacks for it becomes its debt."""
    parts = list(parts)
    lines = [line for part in parts for line in _given_back(part)]
    total = sum(part.gross_cents for part in parts)
    return posting_of(EntryKind.REFUND_APPROVED, *lines, ("refund_due", None, -total))


def refund_sent(cents: int) -> Posting:
    """P11: the provider gives it back."""
    return pair_of(EntryKind.REFUND_SENT, ("refund_due", None), ("stripe", None), cents)


def refund_paid_by_hand(cents: int) -> Posting:
    """P12: given back from the bank, with proof, as for a boleto."""
    return pair_of(EntryKind.REFUND_PAID_BY_HAND, ("refund_due", None), ("bank", None), cents)


def refund_failed(cents: int) -> Posting:
    """P13: the provider could not give it back after all."""
    return pair_of(EntryKind.REFUND_FAILED, ("stripe", None), ("refund_due", None), cents)


def debt_offset(enterprise_id: int, cents: int) -> Posting:
    """P15: a part of later sales pays a debt, up to the agreed cap."""
    here, debt = ("payable", enterprise_id), ("debt", enterprise_id)
    return pair_of(EntryKind.DEBT_OFFSET, here, debt, cents)


def debt_forgiven(enterprise_id: int, cents: int, fund_id: int | None = None) -> Posting:
    """P27: the house, or a fund, bears what will not come back."""
    bearer = ("losses", None) if fund_id is None else ("fund", fund_id)
    return pair_of(EntryKind.DEBT_FORGIVEN, bearer, ("debt", enterprise_id), cents)


def dispute_opened(cents: int, fee: int) -> Posting:
    """P16: the provider took the amount away until the dispute is decided, and its fee."""
    lines = [("dispute_hold", None, cents), ("dispute_fees", None, fee)]
    return posting_of(EntryKind.DISPUTE_OPENED, *lines, ("stripe", None, -cents - fee))


def dispute_won(cents: int) -> Posting:
    """P17: the amount came back."""
    return pair_of(EntryKind.DISPUTE_WON, ("stripe", None), ("dispute_hold", None), cents)


def dispute_lost(parts: Iterable[RefundPart], *, owed: int = 0, lost: int = 0) -> Posting:
    """P18 with P14: the amount is gone; enterprise, fund and house bear their parts.

    ``owed`` of it was to be given back to the buyer anyway; ``lost`` is nobody's share.
    """
    parts = list(parts)
    lines = [line for part in parts for line in _given_back(part)]
    lines += [("refund_due", None, owed), ("losses", None, lost)]
    total = sum(part.gross_cents for part in parts) + owed + lost
    return posting_of(EntryKind.DISPUTE_LOST, *lines, ("dispute_hold", None, -total))


def sweep_begun(cents: int) -> Posting:
    """P19: the provider pays out to the bank."""
    return pair_of(EntryKind.SWEEP_BEGUN, ("stripe_transit", None), ("stripe", None), cents)


def sweep_arrived(cents: int) -> Posting:
    """P19: it is at the bank."""
    return pair_of(EntryKind.SWEEP_ARRIVED, ("bank", None), ("stripe_transit", None), cents)


def sweep_failed(cents: int) -> Posting:
    """P19: it went back to the provider."""
    return pair_of(EntryKind.SWEEP_FAILED, ("stripe", None), ("stripe_transit", None), cents)


def money_unidentified(cents: int, fee: int = 0) -> Posting:
    """P20, P21: money that fits no order, or one that was paid already, with the provider's fee."""
    lines = [("stripe", None, cents - fee), ("stripe_fees", None, fee)]
    return posting_of(EntryKind.MONEY_UNIDENTIFIED, *lines, ("unidentified", None, -cents))


def money_identified(cents: int, enterprise_id: int | None = None) -> Posting:
    """P20: a person found whose it is: an enterprise's, or else the buyer's to have back."""
    owner = ("refund_due", None) if enterprise_id is None else ("pending", enterprise_id)
    return pair_of(EntryKind.MONEY_IDENTIFIED, ("unidentified", None), owner, cents)


def machine_sale(shares: Shares) -> Posting:
    """P22: paid at the association's card machine."""
    total = ("acquirer", None, sum(shares.values()))
    return posting_of(EntryKind.MACHINE_SALE, total, *_of("pending", shares, -1))


def machine_settled(total: int, fee: int) -> Posting:
    """P22: the acquirer paid the bank, less its fee."""
    lines = [("bank", None, total - fee), ("acquirer_fees", None, fee)]
    return posting_of(EntryKind.MACHINE_SETTLED, *lines, ("acquirer", None, -total))


def cash_taken(fair_id: int, shares: Shares) -> Posting:
    """P23: cash into the box of the common desk."""
    total = ("cash_box", fair_id, sum(shares.values()))
    return posting_of(EntryKind.CASH_TAKEN, total, *_of("payable", shares, -1))


def cash_deposited(fair_id: int, *, told: int, counted: int) -> Posting:
    """P23: the box goes to the bank: what lacks is lost, what is over waits for its owner."""
    lines = [("bank", None, counted), ("losses", None, max(0, told - counted))]
    over = ("unidentified", None, -max(0, counted - told))
    return posting_of(EntryKind.CASH_DEPOSITED, *lines, over, ("cash_box", fair_id, -told))


def direct_sale(enterprise_id: int, cents: int) -> Posting:
    """P24: paid straight to the enterprise, in cash or by its own Pix: told, never ours."""
    received, sales = ("direct_received", enterprise_id), ("direct_sales", enterprise_id)
    return pair_of(EntryKind.DIRECT_SALE, received, sales, cents)


def direct_sale_returned(enterprise_id: int, cents: int) -> Posting:
    """P24, the other way round: the enterprise gave the money back."""
    received, sales = ("direct_received", enterprise_id), ("direct_sales", enterprise_id)
    return pair_of(EntryKind.DIRECT_SALE_RETURNED, sales, received, cents)


def fund_spent(fund_id: int, cents: int) -> Posting:
    """P26: spent by a vote, the minute attached."""
    return pair_of(EntryKind.FUND_SPENT, ("fund", fund_id), ("bank", None), cents)


def fund_debt_paid(owed: Mapping[int, int]) -> Posting:
    """P14 of funds: what came in pays first what each fund lacked, by its id."""
    lines = [("fund", fund_id, cents) for fund_id, cents in owed.items()]
    lines += [("fund_debt", fund_id, -cents) for fund_id, cents in owed.items()]
    return posting_of(EntryKind.FUND_DEBT_PAID, *lines)


Account = tuple[str, int | None]


def pair_of(kind: EntryKind, debit: Account, credit: Account, cents: int) -> Posting:
    return posting_of(kind, (*debit, cents), (*credit, -cents))


def _of(base: str, shares: Shares, sign: int) -> list[tuple[str, int | None, int]]:
    return [(base, enterprise_id, sign * cents) for enterprise_id, cents in shares.items()]


def _given_back(part: RefundPart) -> list[tuple[str, int | None, int]]:
    """Return who bears a part: what the enterprise has coming, then its debt, fund and house."""
    enterprise = part.enterprise_id
    covered = min(part.net_cents, part.payable_cents) if part.released else part.net_cents
    return [
        ("payable" if part.released else "pending", enterprise, covered),
        ("debt", enterprise, part.net_cents - covered),
        *_of_fund(part),
        ("debt", enterprise, part.fee_cents) if part.at_fault else ("losses", None, part.fee_cents),
    ]


def _of_fund(part: RefundPart) -> list[tuple[str, int | None, int]]:
    """Return what a fund gives back of its part, and what it lacks for that."""
    if not part.fund_cents:
        return []
    there = part.fund_cents - part.fund_short_cents
    return [("fund", part.fund_id, there), ("fund_debt", part.fund_id, part.fund_short_cents)]


def posting_of(kind: EntryKind, *lines: tuple[str, int | None, int]) -> Posting:
    """Add up what falls on the same account, and leave out what is nothing.

    :raises TypeError: for an amount that is no integer.
    """
    amounts = Counter[AccountName]()
    for base, owner_id, cents in lines:
        if whole(cents):
            amounts[AccountName(base, owner_id)] += cents
    return Posting(kind, {name: cents for name, cents in amounts.items() if cents})
