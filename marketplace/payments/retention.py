"""How long news of the provider is kept."""

from marketplace.core.retention import keep
from marketplace.payments.models.events import ProviderEvent

keep(
    ProviderEvent,
    ProviderEvent.received_at,
    90,
    why="what the payment provider told: ids of events and of what they are about",
    source="LGPD art. 16: a copy can come for three days, a list tells thirty; ninety to look back",
)
