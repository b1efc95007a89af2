"""How the words of payouts, of their batches and of who is left out are shown."""

from flask_babel import lazy_gettext as _

from marketplace.payments.models.payouts import BatchState, PayoutState
from marketplace.payments.queries.payouts import Why

BATCHES = {
    BatchState.PREPARED: _("Waits to be approved"),
    BatchState.APPROVED: _("Approved"),
    BatchState.DISCARDED: _("Let go"),
}
BATCH_BADGES = {
    BatchState.PREPARED: ("warn", "clock"),
    BatchState.APPROVED: ("ok", "check"),
    BatchState.DISCARDED: ("", "x"),
}
PAYOUTS = {
    PayoutState.PREPARED: _("Prepared"),
    PayoutState.APPROVED: _("For the bank to pay"),
    PayoutState.CONFIRMED: _("Paid"),
    PayoutState.RETURNED: _("Came back"),
    PayoutState.LEFT_OUT: _("Left out"),
}
PAYOUT_BADGES = {
    PayoutState.PREPARED: ("", "clock"),
    PayoutState.APPROVED: ("warn", "clock"),
    PayoutState.CONFIRMED: ("ok", "check"),
    PayoutState.RETURNED: ("err", "arrow-back-up"),
    PayoutState.LEFT_OUT: ("", "x"),
}
LEFT_OUT = {
    "key": _("Its Pix key or account changed after the batch was prepared."),
    "sum": _("It has another amount to receive than when the batch was prepared."),
    "discarded": _("The batch was let go."),
    "account": _("Its account at the provider is no more."),
}
NOT_IN = {
    Why.SMALL: _("Less than the least amount: it waits for the next batch."),
    Why.NO_KEY: _("The group has no Pix key."),
    Why.KEY_WAITS: _("Its Pix key is being changed: nothing is paid out until 72 hours are over."),
    Why.UNDER_WAY: _("A payout is on its way to its account at the provider."),
    Why.OWN: _("You belong to this group: another person prepares its payout."),
}
