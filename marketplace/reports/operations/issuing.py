"""Issuing a report: numbering it, freezing its figures, keeping its files."""

import hashlib
from datetime import date, datetime

from marketplace.accounts.models import Division
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.reports import queries, sheet_paper
from marketplace.reports.errors import AnotherSaysWhy, NotBegun
from marketplace.reports.models.issued import IssuedFile, IssuedReport, ReportKind
from marketplace.reports.sheet_counting import last_fact
from marketplace.reports.sheet_differences import Difference, differences
from marketplace.reports.sheet_figures import Sheet, count, period_of
from marketplace.reports.sheet_paper import Again

REASON_LENGTH = 300


@operation(isolation="SERIALIZABLE")
def issue(
    kind: ReportKind, day: date, *, division_id: int, reason: str, by: Person, now: datetime
) -> int:
    """Issue the report of the month, quarter or year that a day lies in; return its id.

    Another for the same period follows the latest one, and says why.

    :raises NotFound: for a Division of which ``by`` is not the head.
    :raises NotBegun: for a period of the future.
    :raises AnotherSaysWhy: for another of a period, without a reason.
    """
    division = lock_one(queries.divisions_issued_by(by).where(Division.id == division_id))
    period, today = period_of(kind, day), clock.today(division.time_zone, now)
    if period.first > today:
        raise NotBegun
    before = db.session.scalar(queries.latest(division.id, kind, period))
    reason = clean(reason)[:REASON_LENGTH] if before else ""
    if before and not reason:
        raise AnotherSaysWhy(label=before.label)
    newest = last_fact(division.id)
    sheet = count(kind, period, division, up_to=newest, now=now)
    differs = differences(before, sheet) if before else []
    report = IssuedReport(
        division=division,
        year=today.year,
        number=queries.highest_number(division.id, today.year) + 1,
        kind=kind,
        first_on=period.first,
        last_on=period.last,
        figures=sheet.kept() | {"differs": differs},
        last_fact_id=newest,
        follows=before,
        reason=reason,
        issued_at=now,
        issued_by_id=by.id,
    )
    return _keep(report, sheet, differs, by=by, now=now)


def _keep(
    report: IssuedReport, sheet: Sheet, differs: list[Difference], *, by: Person, now: datetime
) -> int:
    """Make the files of a report and write it; return its id."""
    again = Again(report.follows.label, report.reason, differs) if report.follows else None
    made = sheet_paper.files(sheet, report.division, report.label, again)
    report.files = [
        IssuedFile(kind=kind, sha256=hashlib.sha256(data).hexdigest(), size=len(data), content=data)
        for kind, data in made.items()
    ]
    db.session.add(report)
    db.session.flush()
    facts = {"report_id": report.id, "label": report.label, "kind_of": report.kind}
    audit.record("report_issued", by=by, now=now, **facts)
    return report.id
