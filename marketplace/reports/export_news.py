"""What is told to who asked for every line of sale, once its sheet is made or could not be."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from marketplace.core.rights import HOUSE
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell
from marketplace.reports.models.exports import SalesExport

EXPORTS, ACCOUNT = "/gestao/relatorios/planilhas", "/conta"
MADE, FAILED, REFUSED = "sales_export_made", "sales_export_failed", "sales_export_refused"

register(
    MADE,
    title=_("Your sheet with every line of sale is ready"),
    body=_(
        "It tells of %(division)s, %(first_on)s to %(last_on)s. Download it from its page: only you"
        " can, and it goes after some days."
    ),
)
register(
    FAILED,
    title=_("Your sheet with every line of sale could not be made"),
    body=_(
        "You had asked for %(division)s, %(first_on)s to %(last_on)s. Nothing else was changed. Ask"
        " for it again on its page."
    ),
)
register(
    REFUSED,
    title=_("Your sheet with every line of sale was not made"),
    body=_(
        "You had asked for %(division)s, %(first_on)s to %(last_on)s. You may no longer see these"
        " sales."
    ),
)


def tell_owner(export: SalesExport, kind: str, *, now: datetime) -> None:
    """Tell who asked for a sheet what came of this turn, once."""
    facts = {
        "division": export.division.name,
        "first_on": export.first_on.isoformat(),
        "last_on": export.last_on.isoformat(),
    }
    path = ACCOUNT if kind == REFUSED else f"{EXPORTS}/{export.id}"
    key = f"{kind}:{export.id}:{export.turn}"
    tell([export.owner_id], kind, facts, path, key=key, by=HOUSE, now=now)
