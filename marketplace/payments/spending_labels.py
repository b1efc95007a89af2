"""How what is paid out of a fund stands, in words."""

from flask_babel import lazy_gettext as _

from marketplace.payments.models.funds import SpendingState

SPENDINGS = {
    SpendingState.ASKED: (_("Waits to be confirmed"), "warn", "clock"),
    SpendingState.CONFIRMED: (_("Paid"), "ok", "check"),
    SpendingState.DROPPED: (_("Let go"), "", "x"),
    SpendingState.RETURNED: (_("Came back"), "err", "arrow-back-up"),
}
