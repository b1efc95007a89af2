"""What the queue does for payments; each job is safe to run twice."""

from datetime import timedelta

import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.queue import job
from marketplace.core.rights import HOUSE
from marketplace.payments import gateway, sending
from marketplace.payments.models.online import Attempt
from marketplace.payments.operations import arrivals, calls
from marketplace.payments.provider import NoAnswer
from marketplace.payments.queries import online

QUIET = timedelta(minutes=5)
MOST_ASKED = 100


@job(calls.SEND_JOB)
def send(*, call_id: int) -> None:
    """Make a call to the provider that nobody has an answer to."""
    sending.send(call_id, now=clock.now())


@job(arrivals.BOOK_JOB)
def book(*, attempt_id: int) -> None:
    """Enter what the provider kept of a payment."""
    if (there := gateway.current()) is None:
        raise NoAnswer("not_set_up")
    charge_id = find_one(sa.select(Attempt.charge_id).where(Attempt.id == attempt_id))
    arrivals.book(attempt_id, there.movement_of(charge_id), by=HOUSE, now=clock.now())


@job("payments.ask_again", every=QUIET)
def ask_again() -> None:
    """Ask what became of payments of which no news came."""
    if gateway.current() is None:
        return
    now = clock.now()
    for intent_id in list(db.session.scalars(online.quiet_since(now - QUIET, MOST_ASKED))):
        sending.ask_again(intent_id or "", now=now)
