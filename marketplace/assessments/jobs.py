"""What the queue does for the assessments; safe to run twice."""

from datetime import timedelta

from marketplace.accounts import queries as accounts
from marketplace.assessments.operations import appeals
from marketplace.assessments.queries import rulings
from marketplace.core import clock
from marketplace.core.queue import job
from marketplace.core.rights import HOUSE


@job("assessments.remind_of_renewal", every=timedelta(hours=6))
def remind_of_renewal() -> None:
    """Tell each group whose fair trade ruling ends soon, the nearest step alone, once."""
    now = clock.now()
    for division in accounts.divisions():
        day = clock.today(division.time_zone, now)
        for days in sorted(rulings.STEPS):
            for ruling_id in rulings.to_remind(division.id, day, days):
                appeals.remind(ruling_id, days, by=HOUSE, now=now)
