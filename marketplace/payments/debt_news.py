"""What a group is told of what it owes: why, how much, and how it is paid."""

from flask_babel import lazy_gettext as _

from marketplace.notifications.messages import register as enter
from marketplace.payments.models.ledger import EntryKind

CAUSES = {
    EntryKind.REFUND_APPROVED: _("A buyer got money back that was paid out to your group."),
    EntryKind.DISPUTE_LOST: _(
        "A buyer's bank took back a payment that was paid out to your group."
    ),
    EntryKind.DESK_RETURNED: _(
        "A sale of the common desk was undone after your group got its money."
    ),
}
OTHER = _("The books were corrected.")
PLAN = _(
    "Your group owes %(amount_cents)s. At most %(percent)s%% of each payout pays it: nothing is to"
    " be sent."
)


class Told:
    """A cause and the plan, one after the other."""

    def __init__(self, cause: object) -> None:
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.cause} {PLAN}"


def kind_of(cause: EntryKind) -> str:
    """Return the kind of news about a new debt."""
    return f"debt_opened_{cause}" if cause in CAUSES else "debt_opened"


def register() -> None:
    for cause, words in (*CAUSES.items(), (None, OTHER)):
        kind = kind_of(cause) if cause else "debt_opened"
        enter(kind, title=_("Your group owes %(amount_cents)s"), body=Told(words))
    enter(
        "debt_closed",
        title=_("A debt of your group is settled"),
        body=_("Of %(amount_cents)s nothing is left to pay."),
    )
