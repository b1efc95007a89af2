"""How the words of payments and payouts, of the books and of the provider's account are shown."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.payments import connect_labels
from marketplace.payments.models.by_hand import HandState, WhyByHand
from marketplace.payments.models.disputes import DisputeState
from marketplace.payments.models.events import EventState
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.online import AttemptState, CallKind, RefundState
from marketplace.payments.models.payments import Method, PaymentState
from marketplace.payments.models.reconciling import DayState, MovementState
from marketplace.payments.queries.timeline import Happening, What

DAYS = {DayState.OPEN: _("Open day"), DayState.CLOSED: _("Closed day")}
STATES = {
    MovementState.WAITING: _("Not in the books yet"),
    MovementState.MATCHED: _("Matches"),
    MovementState.ASIDE: _("Set aside"),
    MovementState.UNKNOWN: _("Unknown"),
    MovementState.DIFFERS: _("Differs"),
}
BADGES = {
    MovementState.WAITING: ("warn", "clock"),
    MovementState.MATCHED: ("ok", "check"),
    MovementState.ASIDE: ("", "clock"),
    MovementState.UNKNOWN: ("err", "alert-circle"),
    MovementState.DIFFERS: ("err", "alert-triangle"),
}
QUARANTINE_SHORT = {
    "live": _("Another environment"),
    "version": _("Another version"),
    "account": _("Another account"),
}
WHY = {
    "currency": _("It is not in reais."),
    "kind": _("The house does not know this kind of line."),
    "source": _("It is of no payment of ours."),
    "was_lost": _("The bank gave back what had been lost."),
    "spent": _("Its payment is known by now, but the money was given to somebody before."),
    "twice": _("Another line meets the same entry."),
    "not_entered": _("It is of ours, but the books do not have it yet."),
    "sum": _("The entry is of another sum."),
    "no_such_payout": _("No such payout is under way."),
}
KINDS = {
    "charge": _("Card payment"),
    "payment": _("Payment"),
    "refund": _("Refund"),
    "payment_refund": _("Refund"),
    "refund_failure": _("Refund that came back"),
    "stripe_fee": _("Fee"),
    "adjustment": _("Dispute"),
    "payout": _("Sent to the bank"),
    "payout_failure": _("Came back from the bank"),
    "payout_cancel": _("Came back from the bank"),
    "transfer": _("Payout to the account at the provider"),
    "transfer_refund": _("Payout that came back from the provider"),
    "transfer_failure": _("Payout that came back from the provider"),
    "transfer_cancel": _("Payout that came back from the provider"),
}
ENTRIES = {
    EntryKind.PAYMENT_SUCCEEDED: _("Payment received"),
    EntryKind.PROVIDER_SETTLED: _("Payment or fee at the provider"),
    EntryKind.FEE_SHARED: _("Payment fee shared"),
    EntryKind.FUND_CONTRIBUTED: _("Part of the solidarity fund"),
    EntryKind.SHARE_RELEASED: _("Released for payout"),
    EntryKind.TRANSFERRED: _("Payout to the account at the provider"),
    EntryKind.TRANSFER_REVERSED: _("Payout that came back from the provider"),
    EntryKind.PAYOUT_ORDERED: _("Payout ordered"),
    EntryKind.PAYOUT_CONFIRMED: _("Payout paid"),
    EntryKind.PAYOUT_RETURNED: _("Payout that came back"),
    EntryKind.REFUND_APPROVED: _("Refund approved"),
    EntryKind.REFUND_SENT: _("Refund sent"),
    EntryKind.REFUND_PAID_BY_HAND: _("Refund paid by hand"),
    EntryKind.REFUND_FAILED: _("Refund that came back"),
    EntryKind.DEBT_OFFSET: _("Debt taken off a payout"),
    EntryKind.DEBT_FORGIVEN: _("Debt forgiven"),
    EntryKind.DISPUTE_OPENED: _("Dispute opened"),
    EntryKind.DISPUTE_WON: _("Dispute won"),
    EntryKind.DISPUTE_LOST: _("Dispute lost"),
    EntryKind.SWEEP_BEGUN: _("Sent to the bank"),
    EntryKind.SWEEP_ARRIVED: _("Arrived at the bank"),
    EntryKind.SWEEP_FAILED: _("Came back from the bank"),
    EntryKind.MONEY_UNIDENTIFIED: _("Money not identified"),
    EntryKind.MONEY_IDENTIFIED: _("Owner of the money found"),
    EntryKind.MACHINE_SALE: _("Card machine sale"),
    EntryKind.MACHINE_SETTLED: _("Card machine money at the bank"),
    EntryKind.CASH_TAKEN: _("Cash in the common desk"),
    EntryKind.CASH_DEPOSITED: _("Cash taken to the bank"),
    EntryKind.CASH_HANDED_ON: _("Paid out in cash at the fair"),
    EntryKind.DESK_RETURNED: _("Given back at the common desk"),
    EntryKind.STALL_FEE_KEPT: _("Stall fee"),
    EntryKind.DIRECT_SALE: _("Direct sale"),
    EntryKind.DIRECT_SALE_RETURNED: _("Direct sale given back"),
    EntryKind.FUND_DUE: _("Due to the solidarity fund"),
    EntryKind.FUND_DUE_LOWERED: _("Less due to the solidarity fund"),
    EntryKind.FUND_SPENT: _("Use of the solidarity fund"),
    EntryKind.FUND_DEBT_PAID: _("Debt of the solidarity fund paid"),
    EntryKind.NOTES_ISSUED: _("Social currency given out"),
    EntryKind.NOTES_REDEEMED: _("Social currency taken back"),
    EntryKind.CORRECTION: _("Opposite entry"),
}
HAPPENED = {
    What.PAYMENT_ASKED: _("Payment asked for"),
    What.PAYMENT_SETTLED: _("Payment received"),
    What.PAYMENT_CANCELLED: _("Payment given up"),
    What.PAYMENT_REFUNDED: _("Money given back"),
    What.ATTEMPT_ASKED: _("Attempt to pay begun"),
    What.ATTEMPT_OPENED: _("Waits for the buyer"),
    What.ATTEMPT_PAID: _("Paid"),
    What.ATTEMPT_ODD: _("Paid with another sum"),
    What.ATTEMPT_LAPSED: _("Not paid in time"),
    What.ATTEMPT_REFUSED: _("Attempt refused by the provider"),
    What.ATTEMPT_CANCELLED: _("Attempt given up"),
    What.CALLED: _("Call to the provider"),
    What.ANSWERED: _("Answer of the provider"),
    What.DECLINED: _("Refused by the provider"),
    What.NEWS: _("News of the provider"),
    What.ENTERED: _("Entry in the books"),
    What.REFUND_ASKED: _("Refund asked for"),
    What.REFUND_DONE: _("Money given back"),
    What.DISPUTE_OPENED: _("Dispute opened"),
    What.DISPUTE_ANSWERED: _("Dispute answered"),
    What.DISPUTE_WON: _("Dispute won"),
    What.DISPUTE_LOST: _("Dispute lost"),
}
SIGNS = {
    What.PAYMENT_SETTLED: "check",
    What.PAYMENT_CANCELLED: "ban",
    What.PAYMENT_REFUNDED: "arrow-back-up",
    What.ATTEMPT_PAID: "check",
    What.ATTEMPT_ODD: "alert-triangle",
    What.ATTEMPT_LAPSED: "hourglass",
    What.ATTEMPT_REFUSED: "circle-x",
    What.ATTEMPT_CANCELLED: "ban",
    What.CALLED: "send",
    What.ANSWERED: "check",
    What.DECLINED: "circle-x",
    What.NEWS: "bell",
    What.ENTERED: "scale",
    What.REFUND_ASKED: "arrow-back-up",
    What.REFUND_DONE: "check",
    What.DISPUTE_OPENED: "alert-circle",
    What.DISPUTE_ANSWERED: "send",
    What.DISPUTE_WON: "check",
    What.DISPUTE_LOST: "x",
}
CALLS = {
    CallKind.OPEN: _("to open the payment"),
    CallKind.CANCEL: _("to cancel the payment"),
    CallKind.REFUND: _("to give money back"),
    CallKind.EVIDENCE: _("to answer the dispute"),
    CallKind.ACCOUNT: _("to open the account"),
    CallKind.TRANSFER: _("to send the payout to the account"),
    CallKind.REVERSAL: _("to take back of the account"),
}
NEWS = {
    "payment_intent.succeeded": _("payment received"),
    "payment_intent.payment_failed": _("not paid in time"),
    "payment_intent.canceled": _("payment given up"),
    "checkout.session.completed": _("card page completed"),
    "checkout.session.expired": _("card page closed"),
    "checkout.session.async_payment_succeeded": _("payment received"),
    "checkout.session.async_payment_failed": _("not paid in time"),
    "refund.created": _("refund sent"),
    "refund.updated": _("refund changed"),
    "refund.failed": _("refund that came back"),
    "charge.dispute.created": _("dispute opened"),
    "charge.dispute.updated": _("dispute changed"),
    "charge.dispute.closed": _("dispute decided"),
    "charge.dispute.funds_withdrawn": _("money held by the dispute"),
    "charge.dispute.funds_reinstated": _("money back from the dispute"),
} | connect_labels.NEWS
EVENTS = {
    EventState.WAITING: _("Waits"),
    EventState.APPLIED: _("Applied"),
    EventState.IGNORED: _("Of nothing of ours"),
    EventState.QUARANTINED: _("In quarantine"),
}
QUARANTINE = {
    "live": _("It is of another environment: real where this one tries out, or the other way."),
    "version": _("It is in a version that the house does not speak."),
    "account": _("It is of another account than was expected."),
}
PAYMENTS = {
    PaymentState.DUE: (_("Not paid yet"), "warn", "clock"),
    PaymentState.SETTLED: (_("Paid"), "ok", "check"),
    PaymentState.CANCELLED: (_("Cancelled"), "", "ban"),
    PaymentState.REFUND_DUE: (_("Money to be given back"), "warn", "arrow-back-up"),
    PaymentState.REFUNDED: (_("Money given back"), "", "check"),
}
ATTEMPTS = {
    AttemptState.ASKED: (_("Waits for the provider"), "warn", "clock"),
    AttemptState.OPEN: (_("Waits for the buyer"), "warn", "clock"),
    AttemptState.PAID: (_("Paid"), "ok", "check"),
    AttemptState.LAPSED: (_("Not paid in time"), "", "hourglass"),
    AttemptState.REFUSED: (_("Refused by the provider"), "err", "circle-x"),
    AttemptState.CANCELLED: (_("Given up"), "", "ban"),
    AttemptState.ODD: (_("Paid with another sum"), "err", "alert-triangle"),
}
REFUNDS = {
    RefundState.DUE: (_("To be sent"), "warn", "clock"),
    RefundState.SENT: (_("On its way"), "warn", "clock"),
    RefundState.DONE: (_("Money given back"), "ok", "check"),
    RefundState.FAILED: (_("Did not arrive"), "err", "alert-circle"),
}
HAND_REFUNDS = {
    HandState.WAITING: (_("To be paid"), "warn", "clock"),
    HandState.SENT: (_("Waits to be confirmed"), "warn", "eye"),
    HandState.CONFIRMED: (_("Money given back"), "ok", "check"),
    HandState.RETURNED: (_("Came back"), "err", "arrow-back-up"),
    HandState.DROPPED: (_("Let go"), "", "x"),
}
DEBT_CAUSES = {
    EntryKind.REFUND_APPROVED: _("A buyer got money back after it was paid out"),
    EntryKind.DISPUTE_LOST: _("A buyer's bank took back what was paid out"),
    EntryKind.DESK_RETURNED: _("A sale of the common desk was undone after it was paid out"),
}


def cause_of(cause: EntryKind) -> str:
    """Return why an enterprise owes something."""
    return str(DEBT_CAUSES.get(cause, ENTRIES[cause]))


NO_KEY_YET = (_("Waits for a Pix key"), "warn", "key")
WHY_BY_HAND = {
    WhyByHand.BOLETO: _("A boleto cannot be given back by the provider."),
    WhyByHand.LATE: _("A Pix is given back by the provider within 90 days alone."),
    WhyByHand.REFUSED: _("The provider refused to give it back."),
    WhyByHand.FAILED: _("The provider sent it, and it came back."),
    WhyByHand.UNIDENTIFIED: _("Money of nobody known, which finance gives back to who paid."),
}
METHODS = {
    Method.CASH: _("Cash"),
    Method.OWN_PIX: _("Pix to the stall"),
    Method.PIX: _("Pix"),
    Method.CARD: _("Card"),
    Method.BOLETO: _("Boleto"),
    Method.MACHINE: _("Card machine"),
    Method.SOCIAL: _("Social currency"),
    Method.BARTER: _("Goods in exchange"),
    Method.MIXED: _("In several ways"),
}
DISPUTES = {
    DisputeState.OPEN: _("Waits for our answer"),
    DisputeState.ANSWERED: _("The bank decides"),
    DisputeState.WON: _("Won"),
    DisputeState.LOST: _("Lost"),
}
DISPUTE_BADGES = {
    DisputeState.OPEN: ("err", "alert-circle"),
    DisputeState.ANSWERED: ("warn", "clock"),
    DisputeState.WON: ("ok", "check"),
    DisputeState.LOST: ("", "x"),
}
REASONS = {
    "credit_not_processed": _("The buyer says that money was to come back and did not."),
    "duplicate": _("The buyer says that it was paid twice."),
    "fraudulent": _("The buyer says that it was not them who paid."),
    "product_not_received": _("The buyer says that nothing arrived."),
    "product_unacceptable": _("The buyer says that it was not as described."),
    "unrecognized": _("The buyer does not recognize the payment."),
}
"""**Source:** https://docs.stripe.com/api/disputes/object (``reason``)."""


def reason_of(reason: str) -> str:
    """Return what the provider's word for a dispute's reason means."""
    return str(REASONS.get(reason, _("The bank gives no reason that the house knows.")))


def kind_of(kind: str) -> str:
    """Return what the provider's word for a line means; the word itself, if nobody knows."""
    return str(KINDS.get(kind, kind))


def more_of(happening: Happening) -> str:
    """Return what a happening was about, in words; empty where its name says it all."""
    names: dict[What, Mapping[Any, object]] = {
        What.CALLED: CALLS,
        What.ANSWERED: CALLS,
        What.DECLINED: CALLS,
        What.NEWS: NEWS,
        What.ENTERED: ENTRIES,
    }
    return str(names.get(happening.what, {}).get(happening.about, ""))
