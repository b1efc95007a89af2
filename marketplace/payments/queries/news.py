"""Questions asked of the provider's news; nothing here writes."""

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.payments.models.events import EventState, ProviderEvent
from marketplace.payments.provider import FOLLOWED

MENDED = ("version",)
"""Why news was put aside that may be looked at again: what it is of is asked for in our version.

What is of another environment or account cannot be asked for with our key.
"""


def quarantined(why: str = "") -> sa.Select[ProviderEvent]:
    """Select the news that was put aside, for one reason or for any, the newest first."""
    aside = sa.select(ProviderEvent).where(ProviderEvent.state == EventState.QUARANTINED)
    if why:
        aside = aside.where(ProviderEvent.why == why)
    return aside.order_by(ProviderEvent.received_at.desc(), ProviderEvent.id.desc())


def count_quarantined() -> dict[str, int]:
    """Return how much news was put aside for each reason."""
    counted = sa.select(ProviderEvent.why, sa.func.count(ProviderEvent.id)).where(
        ProviderEvent.state == EventState.QUARANTINED
    )
    return dict(db.session.execute(counted.group_by(ProviderEvent.why)).all())


def can_be_looked_at(event: ProviderEvent) -> bool:
    """Whether what news is of can be asked for, and would change anything here."""
    aside = event.state is EventState.QUARANTINED
    return aside and event.why in MENDED and event.kind in FOLLOWED
