"""What the queue does for fairs; each job is safe to run twice."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.queue import job
from marketplace.core.rights import HOUSE
from marketplace.fairs.operations import closing
from marketplace.fairs.queries import closing as queries


@job("fairs.close_reservations", every=timedelta(minutes=5))
def close_reservations() -> None:
    """Send the lists of the fairs whose reservations are over, however long that is ago."""
    now = clock.now()
    for fair_id in list(db.session.scalars(queries.due(now))):
        closing.close_reservations(fair_id, by=HOUSE, now=now)
