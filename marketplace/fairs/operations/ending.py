"""Closing a fair that is over, and opening it again."""

from datetime import datetime

from marketplace.core.clock import today
from marketplace.core.database import operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.fairs.end_errors import (
    FairNotClosed,
    FairNotHeld,
    FairNotOver,
    WhyClosedNow,
    WhyOpenedAgain,
)
from marketplace.fairs.models.fairs import Fair, FairState
from marketplace.fairs.operations import exhibitors, moves
from marketplace.fairs.queries import calendar, ending

LONGEST = 400


@operation
def close_fair(fair_id: int, reason: str = "", *, by: Person, now: datetime) -> Fair:
    """Close a fair: who stood where, and with which device, changes no more.

    What its tills still tell, what is typed from paper, and what is settled, split and banked is
    taken as before: nothing that was sold may be lost, nor what is owed.

    :raises FairIsClosed: if it is. :raises FairIsCancelled: if it was called off.
    :raises FairNotHeld: unless it was announced. :raises FairNotOver: before its last day is past.
    :raises WhyClosedNow: without a reason, while something is pending.
    """
    fair, why = exhibitors.lock_fair(fair_id, by), clean(reason, lines=True)[:LONGEST]
    if fair.state is not FairState.ANNOUNCED:
        raise FairNotHeld(fair=fair.name)
    if not ending.is_over(fair, today(fair.time_zone, now)):
        raise FairNotOver
    if not why and ending.pending(fair).is_something:
        raise WhyClosedNow
    moves.move_fair(fair, FairState.CLOSED, why, by=by, now=now)
    return fair


@operation
def reopen_fair(fair_id: int, reason: str, *, by: Person, now: datetime) -> Fair:
    """Open a closed fair again, to change what was wrong in it.

    :raises FairNotClosed: unless it is closed. :raises WhyOpenedAgain: without a reason.
    """
    fair = lock_one(calendar.visible_to(by).where(Fair.id == fair_id))
    if fair.state is not FairState.CLOSED:
        raise FairNotClosed(fair=fair.name)
    if not (why := clean(reason, lines=True)[:LONGEST]):
        raise WhyOpenedAgain
    moves.move_fair(fair, FairState.ANNOUNCED, why, by=by, now=now)
    return fair
