"""What reports keep about people: the names of groups in reports about one of them."""

import hashlib

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from marketplace.core.database import db
from marketplace.core.privacy import DUTY, Subject, harmless, personal, register
from marketplace.enterprises.models import Enterprise
from marketplace.enterprises.privacy import NAMELESS
from marketplace.reports.models.declared import DeclaredTotal
from marketplace.reports.models.exports import SalesExport
from marketplace.reports.models.issued import IssuedFile, IssuedReport
from marketplace.reports.models.schedules import Schedule, Sending
from marketplace.reports.models.targets import Target

REPORTING = _("To tell the Division what a group sold")
NOTHING = {"content": b"", "size": 0, "sha256": hashlib.sha256(b"").hexdigest()}

harmless(IssuedReport, "figures first_on last_on reason")  # numbers, of a period
harmless(Target, "indicator reason")  # which plan or meeting said so
harmless(Schedule, "since_on end_reason")
harmless(Sending, "first_on refused")
harmless(DeclaredTotal, "segment channel fair source file reason")  # of offices and papers
harmless(SalesExport, "first_on last_on token")  # a period, and how its file is named
personal(
    IssuedReport,
    whose={"enterprise": "enterprise_id"},
    erased={
        "enterprise_name": sa.select(NAMELESS)
        .where(Enterprise.id == IssuedReport.enterprise_id)
        .scalar_subquery()
    },
    why=REPORTING,
    ground=DUTY,
)
personal(
    IssuedFile,
    whose={"report": "report_id"},
    erased=NOTHING,
    hidden="content sha256",
    why=REPORTING,
    ground=DUTY,
)


@register.reaches.append
def reach(theirs: Subject) -> None:
    """Add the reports about the groups that go with them."""
    about = IssuedReport.enterprise_id.in_(theirs.of("enterprise"))
    theirs.of("report").update(db.session.scalars(sa.select(IssuedReport.id).where(about)))
