"""What is told of reports that are sent by themselves."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _

from marketplace.core.rights import Person
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell
from marketplace.reports.models.issued import IssuedReport
from marketplace.reports.models.schedules import Schedule
from marketplace.reports.periods import Period

REPORTS, SCHEDULES = "/gestao/relatorios/emitidos", "/conta"

register(
    "scheduled_report_sent",
    title=_("Report %(label)s of %(division)s is here"),
    body=_("It tells of %(first_on)s to %(last_on)s. Its page has the files: PDF, XLSX, CSV."),
)
register(
    "scheduled_report_refused",
    title=_("A report of %(division)s was not sent"),
    body=_(
        "You had asked for the one of %(first_on)s to %(last_on)s. You no longer head that"
        " Division, so it was not issued. The sending has ended."
    ),
)


def tell_sent(
    schedule_id: int, report: IssuedReport, people: Iterable[int], *, by: Person, now: datetime
) -> int:
    """Tell people that a report is there; return how many were told."""
    facts = {
        "label": report.label,
        "division": report.division.name,
        "first_on": report.first_on.isoformat(),
        "last_on": report.last_on.isoformat(),
    }
    key = f"scheduled_report:{schedule_id}:{report.id}"
    path = f"{REPORTS}/{report.id}"
    return tell(people, "scheduled_report_sent", facts, path, key=key, by=by, now=now)


def tell_refused(one: Schedule, period: Period, *, by: Person, now: datetime) -> int:
    """Tell an owner why nothing was sent; return how many were told."""
    facts = {
        "division": one.division.name,
        "first_on": period.first.isoformat(),
        "last_on": period.last.isoformat(),
    }
    key = f"scheduled_report_refused:{one.id}"
    told = [one.owner_id]
    return tell(told, "scheduled_report_refused", facts, SCHEDULES, key=key, by=by, now=now)
