"""Who came to a fair: taken on the day, asked by the next call."""

from collections.abc import Mapping
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
    fair_id: int, marks: Mapping[int, Mark], *, by: Person, now: datetime
) -> list[Attendance]:
    """Note who came to the fair where they have a stall, by enterprise; the last word counts.

    :raises FairNotBegun: before its first day, there.
    :raises NotFound: for one that has no stall.
    :raises OwnEnterprise: if ``by`` belongs to one.
    """
    fair = exhibitors.lock_fair(fair_id, by)
    if not fair.days or today(fair.time_zone, now) < fair.days[0].day:
        raise FairNotBegun
    taken = calls.marks(fair_id)
    changed = {each: mark for each, mark in marks.items() if _differs(taken.get(each), mark)}
    for enterprise_id, mark in changed.items():
        if not calls.had_stall(fair_id, enterprise_id):
            raise NotFound
        conflicts.keep_out(by, find_one(enterprises.by_id(enterprise_id)))
        facts = {"fair_id": fair_id, "enterprise_id": enterprise_id}
        row = taken.setdefault(enterprise_id, Attendance(**facts))
        row.mark, row.by_id, row.marked_at = mark, by.id, now
        db.session.add(row)
        audit.record("attendance_taken", by=by, now=now, mark=mark, **facts)
    db.session.flush()
    return [taken[each] for each in marks]


def _differs(row: Attendance | None, mark: Mark) -> bool:
    return row is None or row.mark is not mark
