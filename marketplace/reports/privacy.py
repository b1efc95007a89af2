"""What reports keep that tells nothing of a person."""

from marketplace.core.privacy import harmless
from marketplace.reports.models.declared import DeclaredTotal
from marketplace.reports.models.exports import SalesExport
from marketplace.reports.models.issued import IssuedFile, IssuedReport
from marketplace.reports.models.schedules import Schedule, Sending
from marketplace.reports.models.targets import Target

harmless(IssuedReport, "figures first_on last_on reason")  # of all groups together, of a period
harmless(IssuedFile, "content sha256")  # the same, in three forms
harmless(Target, "indicator reason")  # which plan or meeting said so
harmless(Schedule, "since_on end_reason")
harmless(Sending, "first_on refused")
harmless(DeclaredTotal, "segment channel fair source file reason")  # of offices and papers
harmless(SalesExport, "first_on last_on token")  # a period, and how its file is named
