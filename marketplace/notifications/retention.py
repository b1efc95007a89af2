"""How long news are kept."""

from marketplace.core.retention import keep
from marketplace.notifications.models import Notice

keep(
    Notice,
    Notice.made_at,
    365,
    why="what a person was told",
    source="LGPD art. 15, I: nobody acts on the news of last year",
)
