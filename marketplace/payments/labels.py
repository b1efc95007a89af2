"""How the words of the provider's account are shown."""

from flask_babel import lazy_gettext as _

from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.reconciling import DayState, MovementState

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
WHY = {
    "currency": _("It is not in reais."),
    "kind": _("The house does not know this kind of line."),
    "source": _("It is of no payment of ours."),
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
    "payout": _("Sent to the bank"),
    "payout_failure": _("Came back from the bank"),
    "payout_cancel": _("Came back from the bank"),
}
ENTRIES = {
    EntryKind.PROVIDER_SETTLED: _("Payment or fee at the provider"),
    EntryKind.MONEY_UNIDENTIFIED: _("Money not identified"),
    EntryKind.REFUND_SENT: _("Refund sent"),
    EntryKind.REFUND_FAILED: _("Refund that came back"),
    EntryKind.SWEEP_BEGUN: _("Sent to the bank"),
    EntryKind.SWEEP_FAILED: _("Came back from the bank"),
}


def kind_of(kind: str) -> str:
    """Return what the provider's word for a line means; the word itself, if nobody knows."""
    return str(KINDS.get(kind, kind))
