"""Telling a group that it comes near the ceiling of its regime of tax."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell
from marketplace.orders.queries.ceilings import Stand

PATH = "/painel/teto"
register(
    "ceiling_near",
    title=_("Your sales here are near the ceiling of %(regime)s"),
    body=_("They reached %(percent)s of the ceiling. Sales outside the site count too."),
)
register(
    "ceiling_reached",
    title=_("Your sales here reached the ceiling of %(regime)s"),
    body=_("They reached %(percent)s of the ceiling. Talk to the Division or an accountant."),
)


def tell_ceiling(stand: Stand, *, year: int, by: Person, now: datetime) -> int:
    """Tell a group once a year of each step; return how many people were told."""
    kind = "ceiling_reached" if stand.step == 100 else "ceiling_near"
    key = f"ceiling:{stand.enterprise_id}:{stand.regime}:{year}:{stand.step}"
    facts = {"regime": stand.regime, "percent": f"{stand.percent}%"}
    told = enterprises.user_ids_of(stand.enterprise_id)
    return tell(told, kind, facts, PATH, key=key, by=by, now=now)
