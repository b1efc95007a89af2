"""What a group is told of the common desk: its share, and how it gets it."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from marketplace.core.rights import HOUSE
from marketplace.enterprises import queries as enterprises
from marketplace.fairs.models.splits import DeskShare
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell

PAGE = "/painel/feiras/caixa-coletivo"

register(
    "desk_share",
    title=_("%(enterprise)s: your share of the common desk, %(fair)s"),
    body=_(
        "Sold for you: %(sold_cents)s. Due to you: %(due_cents)s. It comes with the next payouts,"
        " what was paid by card once the machine's company pays. The slip is on this page."
    ),
)
register(
    "desk_share_in_cash",
    title=_("%(enterprise)s: your share of the common desk, %(fair)s"),
    body=_(
        "Sold for you: %(sold_cents)s. Paid to you in cash at the fair: %(handed_cents)s. What was"
        " paid by card comes with the payouts. The slip is on this page."
    ),
)


def tell_share(share: DeskShare, *, now: datetime) -> None:
    """Tell those of an enterprise what a split gives it; the same share is told once."""
    facts = {
        "fair": share.split.collection.title,
        "enterprise": share.enterprise.name,
        "sold_cents": share.sold_cents,
        "due_cents": share.due_cents,
        "handed_cents": share.handed_cents,
    }
    kind = "desk_share_in_cash" if share.handed_cents else "desk_share"
    told = enterprises.user_ids_of(share.enterprise_id)
    tell(told, kind, facts, PAGE, key=f"desk_share:{share.id}", by=HOUSE, now=now)
