"""What the queue does for the open accounts; each job is safe to run twice."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.queue import job
from marketplace.core.rights import HOUSE
from marketplace.opendata import operations, queries


@job("opendata.publish", every=timedelta(days=1))
def publish() -> None:
    """Publish the months that are over long enough, and correct those that changed."""
    now = clock.now()
    for published_id in [each.id for each in queries.outdated()]:
        operations.correct_month(published_id, by=HOUSE, now=now)
    for month in queries.due(now):
        operations.publish_month(month, by=HOUSE, now=now)
