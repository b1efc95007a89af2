"""Stalls given to all who stand at a fair in one act, by its map."""

from datetime import datetime

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Segment
from marketplace.fairs.draw import seat
from marketplace.fairs.errors import NoStallsToFill
from marketplace.fairs.models.fairs import Exhibitor, Fair
from marketplace.fairs.operations import exhibitors
from marketplace.fairs.queries import calendar as queries
from marketplace.fairs.queries import calls

SEGMENTS = list(Segment)


@operation
def fill_stalls(fair_id: int, *, by: Person, now: datetime) -> int:
    """Give each exhibitor a stall of the fair's map, segment after segment; return how many.

    Where stalls are fewer, they are shared, first by those who said that they would. Those to
    which ``by`` belongs stay where they are, and nobody joins them.

    :raises NotFound: if the fair is not among those ``by`` may see.
    :raises NoStallsToFill: without a stall that could be given.
    """
    fair = exhibitors.lock_fair(fair_id, by)
    own = set(db.session.scalars(enterprises.belonged_to(by)))
    there = queries.exhibitors(fair_id)
    kept = {each.stall.upper() for each in there if each.enterprise_id in own}
    free = [stall for stall in fair.stalls.stalls if stall not in kept]
    moved = sorted((each for each in there if each.enterprise_id not in own), key=_order)
    if not free:
        raise NoStallsToFill
    _give(fair, moved, free, by=by, now=now)
    exhibitors.tell_sellers(fair, by=by, now=now)
    audit.record("stalls_filled", by=by, now=now, fair_id=fair_id, exhibitors=len(moved))
    return len(moved)


def _give(
    fair: Fair, moved: list[Exhibitor], free: list[str], *, by: Person, now: datetime
) -> None:
    call = db.session.scalar(calls.of_fair(fair.id))
    sharing = calls.sharing(call) if call else {}
    most, taken = -(-len(moved) // len(free)), list[tuple[int, bool]]()
    for each in moved:
        shares = sharing.get(each.enterprise_id, True)
        number = seat(taken, shares=shares, stalls=len(free), most=most)
        taken.append((number, shares))
        if each.stall != free[number - 1]:
            exhibitors.move(each, free[number - 1], by=by, now=now)


def _order(each: Exhibitor) -> tuple[int, str, int]:
    return SEGMENTS.index(each.enterprise.segment), each.enterprise.name, each.id
