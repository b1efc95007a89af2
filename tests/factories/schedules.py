"""Reports that are sent by themselves."""

from datetime import datetime

from marketplace.accounts.models import Division
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.reports.models.issued import ReportKind
from marketplace.reports.models.schedules import Schedule
from marketplace.reports.operations.scheduling import schedule
from tests.factories.issued import head_of


def make_schedule(
    division: Division,
    *,
    kind: ReportKind = ReportKind.MONTHLY,
    day: int = 5,
    to_all: bool = False,
    by: Person | None = None,
    now: datetime | None = None,
) -> Schedule:
    """Have the monthly sheet of a Division sent on the fifth, by its head."""
    told = {"to_all": to_all, "by": by or head_of(division), "now": now or clock.now()}
    return db.session.get_one(Schedule, schedule(division.id, kind, day, **told))
