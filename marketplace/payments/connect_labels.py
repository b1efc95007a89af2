"""How the words of accounts at the provider, and of what goes there, are shown."""

from flask_babel import lazy_gettext as _

from marketplace.payments.models.connect import TransferState

TRANSFERS = {
    TransferState.DUE: (_("On its way to the account"), "warn", "clock"),
    TransferState.SHORT: (_("The provider has too little at hand"), "warn", "hourglass"),
    TransferState.HELD: (_("The account cannot receive now"), "err", "alert-circle"),
    TransferState.SENT: (_("In the account"), "ok", "check"),
    TransferState.REFUSED: (_("Refused by the provider"), "err", "circle-x"),
    TransferState.TAKEN_BACK: (_("Came back"), "err", "arrow-back-up"),
}
NEXT_STEPS = {
    TransferState.SHORT: _("It is tried again each hour: card money takes weeks to be at hand."),
    TransferState.HELD: _(
        "It goes as soon as the provider lets the group receive. To pay by hand, note that it came"
        " back: it will be in the next batch."
    ),
    TransferState.REFUSED: _(
        "It is tried again each hour. To pay by hand, note that it came back, after asking the"
        " provider."
    ),
}
"""What becomes of a transfer that was not sent."""
CAPABILITIES = {
    "active": (_("Can receive"), "ok", "check"),
    "pending": (_("The provider is checking"), "warn", "clock"),
    "restricted": (_("The provider needs something from you"), "err", "alert-circle"),
}
CAPABILITY_UNKNOWN = (_("Cannot receive yet"), "warn", "clock")
BANK_PAYOUTS = {
    "paid": (_("In the bank"), "ok", "check"),
    "failed": (_("The bank refused it"), "err", "alert-circle"),
    "canceled": (_("Called off"), "", "ban"),
}
BANK_PAYOUT_UNDER_WAY = (_("On its way to the bank"), "warn", "clock")
FAILURES = {
    "account_closed": _("The bank account is closed."),
    "no_account": _("There is no such bank account."),
    "invalid_account_number": _("The number of the bank account is wrong."),
    "incorrect_account_holder_name": _("The bank account is in another name."),
    "incorrect_account_holder_tax_id": _("The bank account has another CPF or CNPJ."),
}
"""**Source:** https://docs.stripe.com/api/payouts/failures."""
FAILURE_UNKNOWN = _("The bank gives no reason that the house knows.")
NEWS = {
    "transfer.created": _("sent to the account"),
    "transfer.updated": _("transfer changed"),
    "transfer.reversed": _("taken back of the account"),
    "payout.created": _("from the account to its bank"),
    "payout.updated": _("payout at the bank changed"),
    "payout.paid": _("arrived at the group's bank"),
    "payout.failed": _("refused by the group's bank"),
    "v2.core.account[configuration.recipient].capability_status_updated": _(
        "what the account may receive"
    ),
    "v2.core.account[requirements].updated": _("what the account lacks"),
    "v2.core.account.closed": _("account closed"),
}
"""What is heard of accounts and of what goes there, by its kind."""
