"""The chart of accounts: which there may be, and on which side the balance of each may stand."""

from dataclasses import dataclass

from marketplace.payments.models.ledger import Nature, Side

ASSET, LIABILITY, RESULT, MEMO = Nature
DEBIT, CREDIT, EITHER = Side

CHART: dict[str, tuple[Nature, Side]] = {
    "buyer_clearing": (ASSET, EITHER),  # paid, and not yet among the provider's transactions
    "stripe": (ASSET, EITHER),
    "stripe_transit": (ASSET, DEBIT),  # on its way from the provider to the bank
    "bank": (ASSET, EITHER),
    "acquirer": (ASSET, EITHER),  # what the association's card machine took
    "cash_box": (ASSET, DEBIT),  # one for each fair
    "note_backing": (ASSET, DEBIT),  # reais kept for a Division's notes of a social currency
    "dispute_hold": (ASSET, DEBIT),
    "debt": (ASSET, DEBIT),  # what an enterprise owes
    "fund_debt": (ASSET, DEBIT),  # what a fund lacks for what went back after it was spent
    "pending": (LIABILITY, CREDIT),  # paid for an enterprise, not released
    "payable": (LIABILITY, CREDIT),
    "payout_flight": (LIABILITY, CREDIT),  # ordered from the bank, not confirmed
    "refund_due": (LIABILITY, CREDIT),
    "unidentified": (LIABILITY, CREDIT),
    "notes_out": (LIABILITY, CREDIT),  # of that currency, in circulation
    "fund": (LIABILITY, CREDIT),  # one for each solidarity fund
    "stripe_fees": (RESULT, EITHER),
    "fees_recovered": (RESULT, EITHER),
    "dispute_fees": (RESULT, EITHER),
    "acquirer_fees": (RESULT, EITHER),
    "losses": (RESULT, EITHER),
    "stall_fees": (RESULT, EITHER),  # what common desks keep for the upkeep of fairs
    "direct_received": (MEMO, DEBIT),  # in cash or by own Pix: never through our hands
    "direct_sales": (MEMO, CREDIT),
    "fund_owed": (MEMO, DEBIT),  # due to a fund of direct sales: no debt, and not the fund's
    "fund_expected": (MEMO, CREDIT),  # the same, by fund
}
OF_ENTERPRISES = {
    *("debt", "pending", "payable", "payout_flight"),
    *("direct_received", "direct_sales", "fund_owed"),
}
OF_OTHERS = {"cash_box", "fund", "fund_debt", "fund_expected", "note_backing", "notes_out"}


@dataclass(frozen=True)
class AccountName:
    """An account by its code: ``bank``, or ``payable:17`` where each owner has one.

    :raises ValueError: if there is none of that name, or whose it is does not fit.
    """

    base: str
    owner_id: int | None = None

    def __post_init__(self) -> None:
        owned = self.base in OF_ENTERPRISES | OF_OTHERS
        if self.base not in CHART or owned != (self.owner_id is not None):
            raise ValueError(f"there is no account {self.code}")

    @property
    def code(self) -> str:
        return self.base if self.owner_id is None else f"{self.base}:{self.owner_id}"

    @property
    def nature(self) -> Nature:
        return CHART[self.base][0]

    @property
    def side(self) -> Side:
        return CHART[self.base][1]

    @property
    def enterprise_id(self) -> int | None:
        return self.owner_id if self.base in OF_ENTERPRISES else None
