"""Issuing a report: numbering it, freezing its figures, keeping its files."""

import hashlib
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises.models import Enterprise
from marketplace.reports import enterprise_counting as counting
from marketplace.reports import enterprise_figures, enterprise_paper, queries, sheet_paper
from marketplace.reports.errors import AnotherSaysWhy, NotBegun
from marketplace.reports.models.issued import FileKind, IssuedFile, IssuedReport, ReportKind
from marketplace.reports.periods import Period
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
    period = _begun(kind, day, division, now)
    before = db.session.scalar(queries.latest(division.id, kind, period))
    reason = _why(before, reason)
    newest = last_fact(division.id)
    sheet = count(kind, period, division, up_to=newest, now=now)
    differs = differences(before, sheet) if before else []
    report = _report(division, sheet, differs, newest=newest, before=before, reason=reason)
    again = Again(before.label, reason, differs) if before else None
    return _keep(report, sheet_paper.files(sheet, division, report.label, again), by=by, now=now)


@operation(isolation="SERIALIZABLE")
def issue_about(
    enterprise_id: int, kind: ReportKind, day: date, *, reason: str, by: Person, now: datetime
) -> int:
    """Issue the report of one enterprise, of the period that a day lies in; return its id.

    It is numbered among the reports of the Division. Another for the same period says why.

    :raises NotFound: for an enterprise of a Division of which ``by`` is not the head.
    :raises NotBegun: for a period of the future.
    :raises AnotherSaysWhy: for another of a period, without a reason.
    """
    enterprise = find_one(counting.issued_by(by).where(Enterprise.id == enterprise_id))
    division = lock_one(sa.select(Division).where(Division.id == enterprise.division_id))
    period = _begun(kind, day, division, now)
    before = db.session.scalar(queries.latest(division.id, kind, period, enterprise.id))
    reason = _why(before, reason)
    newest = last_fact(division.id)
    sheet = enterprise_figures.count(kind, period, enterprise, up_to=newest, now=now)
    differs = enterprise_figures.differences(before, sheet) if before else []
    report = _report(division, sheet, differs, newest=newest, before=before, reason=reason)
    report.enterprise, report.enterprise_name = enterprise, sheet.names["enterprise"]
    named = {key: name for key, name in sheet.names.items() if key != "enterprise"}
    report.figures["names"] = named  # a group's own name is told once, where it can be erased
    again = Again(before.label, reason, differs) if before else None
    made = enterprise_paper.files(sheet, division, report.label, again)
    return _keep(report, made, by=by, now=now)


def _begun(kind: ReportKind, day: date, division: Division, now: datetime) -> Period:
    period = period_of(kind, day)
    if period.first > clock.today(division.time_zone, now):
        raise NotBegun
    return period


def _why(before: IssuedReport | None, reason: str) -> str:
    """Return why another is issued; nothing for the first of a period."""
    reason = clean(reason)[:REASON_LENGTH] if before else ""
    if before and not reason:
        raise AnotherSaysWhy(label=before.label)
    return reason


def _report(
    division: Division,
    sheet: Sheet,
    differs: list[Difference],
    *,
    newest: int,
    before: IssuedReport | None,
    reason: str,
) -> IssuedReport:
    """Return a report with the next number of its Division, as of when it was counted."""
    year = clock.today(division.time_zone, sheet.counted_at).year
    return IssuedReport(
        division=division,
        year=year,
        number=queries.highest_number(division.id, year) + 1,
        kind=sheet.kind,
        first_on=sheet.period.first,
        last_on=sheet.period.last,
        figures=sheet.kept() | {"differs": differs},
        last_fact_id=newest,
        follows=before,
        reason=reason,
        issued_at=sheet.counted_at,
    )


def _keep(report: IssuedReport, made: dict[FileKind, bytes], *, by: Person, now: datetime) -> int:
    """Write a report with its files; return its id."""
    report.issued_by_id = by.id or 0
    report.files = [
        IssuedFile(kind=kind, sha256=hashlib.sha256(data).hexdigest(), size=len(data), content=data)
        for kind, data in made.items()
    ]
    db.session.add(report)
    db.session.flush()
    facts = {"report_id": report.id, "label": report.label, "kind_of": report.kind}
    about = {"enterprise_id": report.enterprise_id} if report.enterprise_id else {}
    audit.record("report_issued", by=by, now=now, **facts, **about)
    return report.id
