"""What the queue does for oversight; each job is safe to run twice."""

from datetime import timedelta

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.queue import job
from marketplace.oversight.operations import answering


@job("oversight.remind_complaints", every=timedelta(hours=6))
def remind_complaints() -> None:
    """Remind who handles complaints of those that are due soon, and of those that are late."""
    now = clock.now()
    if known := accounts.divisions():
        answering.remind(clock.today(known[0].time_zone, now), now=now)
