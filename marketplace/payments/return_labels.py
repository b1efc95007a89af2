"""How what became of the rows of a bank's answer is shown."""

from flask_babel import lazy_gettext as _

from marketplace.payments.models.bank_returns import Outcome, WhyOpen

OUTCOMES = {
    Outcome.PAID: (_("Paid"), "ok", "check"),
    Outcome.REFUSED: (_("Came back"), "err", "arrow-back-up"),
    Outcome.TAKEN_IN: (_("At the bank"), "", "clock"),
    Outcome.KNOWN: (_("Noted before"), "", "check"),
    Outcome.ELSEWHERE: (_("Of another Division"), "", "x"),
    Outcome.OPEN: (_("For a person"), "warn", "alert-triangle"),
    Outcome.SEEN: (_("Looked at"), "", "check"),
}
WHY = {
    WhyOpen.NO_PAYOUT: _("No payout of ours has this number."),
    WhyOpen.AMOUNT: _("The payout is of another amount: nothing was noted."),
    WhyOpen.CODE: _("The bank's codes do not say whether it was paid."),
    WhyOpen.STATE: _("The payout ended otherwise here, or is not the bank's to pay."),
    WhyOpen.CAME_BACK: _("It was confirmed before: another person notes that it came back."),
    WhyOpen.OWN: _("Of a group of who brought the file: another person notes what the bank says."),
    WhyOpen.LOT: _("The bank did not accept the whole lot: nothing of it was paid."),
}
