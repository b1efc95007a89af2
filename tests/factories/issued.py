"""Reports that were issued."""

from datetime import date, datetime

from marketplace.accounts.models import Division
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.reports.models.issued import IssuedReport, ReportKind
from marketplace.reports.operations.issuing import issue, issue_about
from tests.factories.accounts import make_user


def head_of(division: Division) -> Person:
    return Person(make_user().id, roles=frozenset({"head"}), divisions=frozenset({division.id}))


def make_issued(
    division: Division,
    day: date | None = None,
    *,
    kind: ReportKind = ReportKind.MONTHLY,
    reason: str = "Chegaram totais",
    now: datetime | None = None,
) -> IssuedReport:
    """Issue the report of the month of a day, or of today."""
    now = now or clock.now()
    day = day or clock.today(division.time_zone, now)
    told = {"division_id": division.id, "reason": reason}
    report_id = issue(kind, day, **told, by=head_of(division), now=now)
    return db.session.get_one(IssuedReport, report_id)


def make_issued_about(
    enterprise: Enterprise, day: date | None = None, *, now: datetime | None = None
) -> IssuedReport:
    """Issue the report of an enterprise's year in which a day lies, or today."""
    now = now or clock.now()
    day = day or clock.today(enterprise.division.time_zone, now)
    told = {"reason": "Chegaram totais", "by": head_of(enterprise.division), "now": now}
    report_id = issue_about(enterprise.id, ReportKind.ANNUAL, day, **told)
    return db.session.get_one(IssuedReport, report_id)
