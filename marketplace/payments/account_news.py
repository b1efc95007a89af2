"""What those who manage an enterprise are told about its account at the provider."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from marketplace.core.rights import HOUSE
from marketplace.enterprises import queries
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell as tell_people
from marketplace.payments.models.connect import ConnectedAccount

PATH = "/painel/grupo/repasses"

register(
    "account_asked",
    title=_("Payouts of %(enterprise)s are to go to an account at the provider"),
    body=_(
        "%(who)s asked for it. Until %(counts_at)s payouts go on to the Pix key. Is it wrong?"
        " Every manager can undo it."
    ),
)
register(
    "account_retired",
    title=_("Payouts of %(enterprise)s go to the Pix key"),
    body=_(
        "Nothing more is sent to its account at the provider. Look at the Pix key of the group."
    ),
)
register(
    "bank_payout_failed",
    title=_("The bank of %(enterprise)s refused money"),
    body=_(
        "It went back to the account at the provider: nothing is lost. Put the bank account right"
        " on the provider's page."
    ),
)


def tell(account: ConnectedAccount, kind: str, *, now: datetime, about: str = "") -> None:
    """Tell all who manage its enterprise, whoever did it too: it may have been somebody else."""
    facts = {
        "enterprise": account.enterprise.name,
        "who": account.asked_by.name,
        "counts_at": account.counts_at.isoformat(),
        "zone": account.enterprise.division.time_zone,
    }
    told = [user.id for user in queries.managers_of(account.enterprise_id)]
    key = f"{kind}:{account.id}:{about}"
    tell_people(told, kind, facts, PATH, key=key, by=HOUSE, now=now)
