"""What must always be true of issued reports: each query selects ids of rows that break it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.reports.models.declared import DeclaredTotal
from marketplace.reports.models.issued import FileKind, IssuedFile, IssuedReport

KEPT: Any = (
    sa.select(sa.func.count(IssuedFile.id))
    .where(IssuedFile.report_id == IssuedReport.id)
    .correlate(IssuedReport)
    .scalar_subquery()
)
LAST = (
    sa.select(IssuedReport.division_id, sa.func.max(IssuedReport.id).label("id"))
    .group_by(IssuedReport.division_id, IssuedReport.year)
    .having(sa.func.max(IssuedReport.number) != sa.func.count())
    .subquery()
)
OLD: Any = aliased(DeclaredTotal)
MOVED = sa.or_(
    OLD.division_id != DeclaredTotal.division_id,
    OLD.year != DeclaredTotal.year,
    sa.func.coalesce(OLD.month, 0) != sa.func.coalesce(DeclaredTotal.month, 0),
)

named = {
    "reports.issued_with_every_file": sa.select(IssuedReport.id).where(len(FileKind) != KEPT),
    "reports.numbered_without_a_gap": sa.select(LAST.c.id),
    "reports.files_as_long_as_issued": sa.select(IssuedFile.id).where(
        sa.func.length(IssuedFile.content) != IssuedFile.size
    ),
    "reports.corrected_in_the_same_time": sa.select(DeclaredTotal.id)
    .join(OLD, OLD.id == DeclaredTotal.corrects_id)
    .where(MOVED),
}
