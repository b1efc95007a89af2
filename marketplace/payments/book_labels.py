"""How accounts, their sides and what an entry is about are called in the books."""

from flask_babel import lazy_gettext as _

from marketplace.payments.models.ledger import Nature

ACCOUNTS = {
    "buyer_clearing": _("Paid, on its way to the provider's account"),
    "stripe": _("At the provider"),
    "stripe_transit": _("On its way to the bank"),
    "bank": _("Bank"),
    "acquirer": _("Card machine of the association"),
    "cash_box": _("Cash boxes of fairs"),
    "note_backing": _("Kept in reais for social currency"),
    "dispute_hold": _("Held by disputes"),
    "debt": _("Debts of enterprises"),
    "fund_debt": _("Debts of solidarity funds"),
    "pending": _("Of enterprises, not released"),
    "payable": _("To be paid out"),
    "payout_flight": _("Ordered from the bank"),
    "refund_due": _("To be given back to buyers"),
    "unidentified": _("Money not identified"),
    "notes_out": _("Social currency in circulation"),
    "fund": _("Solidarity funds"),
    "stripe_fees": _("Fees of the provider"),
    "fees_recovered": _("Fees borne by enterprises"),
    "dispute_fees": _("Fees of disputes"),
    "acquirer_fees": _("Fees of the card machine"),
    "losses": _("Losses of the house"),
    "stall_fees": _("Stall fees of fairs"),
    "direct_received": _("Received straight by enterprises"),
    "direct_sales": _("Sold straight by enterprises"),
    "fund_owed": _("Due to solidarity funds of direct sales"),
    "fund_expected": _("Expected by solidarity funds of direct sales"),
}
NATURES = {
    Nature.ASSET: _("Assets: where the money is"),
    Nature.LIABILITY: _("Liabilities: whose it is"),
    Nature.RESULT: _("Results: what it costs"),
    Nature.MEMO: _("Memo: never with the house"),
}
SOURCES = {
    "attempt": _("Attempt to pay"),
    "debt_waiver": _("Debt forgiven"),
    "desk_banking": _("Money of a common desk at the bank"),
    "desk_share": _("Share of a common desk"),
    "desk_split": _("Split of a common desk"),
    "dispute": _("Dispute"),
    "fund_due": _("Day of direct sales"),
    "fund_spending": _("Use of the solidarity fund"),
    "hand_refund": _("Refund by hand"),
    "identification": _("Word on whose money it is"),
    "ledger_entry": _("Entry"),
    "movement": _("Line of the provider"),
    "note_move": _("Exchange of social currency"),
    "payment": _("Payment"),
    "payout": _("Payout"),
    "refund": _("Refund"),
    "returned_pieces": _("Pieces that came back"),
    "reversal": _("Taken back of a transfer"),
    "transfer": _("Transfer to an account"),
}


def source_of(source_type: str, source_id: int) -> str:
    """Return what an entry is about, and its number."""
    return f"{SOURCES.get(source_type, source_type)} {source_id}"


def side_of(cents: int) -> str:
    """Return the letter by which accountants call the side of a balance: debit or credit."""
    return "D" if cents > 0 else "C" if cents < 0 else ""
