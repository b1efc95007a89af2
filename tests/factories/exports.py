"""Every line of sale, as somebody asked for it."""

from datetime import date, datetime

from marketplace.accounts.models import Division, Role, User
from marketplace.accounts.queries import person_of
from marketplace.core.database import db
from marketplace.reports.models.exports import SalesExport
from marketplace.reports.operations.exports import ask_export
from marketplace.reports.periods import Period
from tests.factories.accounts import make_staff
from tests.factories.clock import NOW

PERIOD = Period(date(2026, 1, 1), date(2026, 12, 31))


def make_export(
    division: Division, owner: User | None = None, *, period: Period = PERIOD, now: datetime = NOW
) -> SalesExport:
    """Ask for the lines of a year of a Division, as its head unless told."""
    owner = owner or make_staff(Role.HEAD, division)
    export_id = ask_export(division.id, period, by=person_of(owner.id), now=now)
    return db.session.get_one(SalesExport, export_id)
