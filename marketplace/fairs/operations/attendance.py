"""Who came to a fair: taken on the day, asked by the next call."""

from datetime import datetime

from marketplace.core import audit
from marketplace.core.clock import today
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts
from marketplace.enterprises import queries as enterprises
from marketplace.fairs.errors import FairNotBegun
from marketplace.fairs.models.calls import Attendance, Mark
from marketplace.fairs.operations import exhibitors
from marketplace.fairs.queries import calls


@operation
def take_attendance(
    fair_id: int, enterprise_id: int, mark: Mark, *, by: Person, now: datetime
) -> Attendance:
    """Note whether an enterprise came to the fair where it has a stall; the last word counts.

    :raises FairNotBegun: before its first day, there.
    :raises NotFound: for one that has no stall.
    :raises OwnEnterprise: if ``by`` belongs to it.
    """
    fair = exhibitors.lock_fair(fair_id, by)
    if not fair.days or today(fair.time_zone, now) < fair.days[0].day:
        raise FairNotBegun
    if not calls.had_stall(fair_id, enterprise_id):
        raise NotFound
    conflicts.keep_out(by, find_one(enterprises.by_id(enterprise_id)))
    taken = calls.marks(fair_id).get(enterprise_id)
    if taken is None:
        taken = Attendance(fair_id=fair_id, enterprise_id=enterprise_id)
        db.session.add(taken)
    taken.mark, taken.by_id, taken.marked_at = mark, by.id, now
    db.session.flush()
    facts = {"fair_id": fair_id, "enterprise_id": enterprise_id, "mark": mark}
    audit.record("attendance_taken", by=by, now=now, **facts)
    return taken
