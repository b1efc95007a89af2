"""Reports that were issued: numbered, their figures frozen, their files kept byte for byte."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.enterprises.models import Enterprise


class ReportKind(enum.StrEnum):
    MONTHLY = "monthly"  # to the secretary
    QUARTERLY = "quarterly"  # to the Council and the Forum
    ANNUAL = "annual"  # for the city's plan and accounts


class FileKind(enum.StrEnum):
    """In which form a report can be had; the value ends the file's name."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


class IssuedReport(Model):
    """A report as it was on the day it was issued; never changed, at most followed by another.

    It is about a whole Division, or about one of its enterprises, by its name of then; once that is
    erased, its figures are left, and no files. ``figures`` are what was counted then, from the
    facts up to ``last_fact_id`` that were recorded by ``issued_at``. Numbers run from 1 for each
    Division and year.
    """

    __tablename__ = "issued_reports"
    __table_args__ = (
        sa.UniqueConstraint("division_id", "year", "number"),
        sa.CheckConstraint("number > 0", name="numbered_from_one"),
        sa.CheckConstraint("first_on <= last_on", name="period_runs_forward"),
        sa.CheckConstraint("follows_id IS NULL OR reason <> ''", name="another_says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    enterprise_name: Mapped[str] = mapped_column(default="")
    year: Mapped[int]  # in which it was issued there
    number: Mapped[int]
    kind: Mapped[ReportKind]
    first_on: Mapped[date]
    last_on: Mapped[date]
    figures: Mapped[dict[str, Any]]
    last_fact_id: Mapped[int]
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issued_reports.id"), unique=True)
    reason: Mapped[str] = mapped_column(default="")  # why another for the same period
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    division: Mapped[Division] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    issued_by: Mapped[User] = relationship()
    follows: Mapped["IssuedReport | None"] = relationship(remote_side="IssuedReport.id")
    files: Mapped[list["IssuedFile"]] = relationship(
        back_populates="report", order_by="IssuedFile.id"
    )

    @property
    def label(self) -> str:
        """Return how it is cited: ``3/2026``."""
        return f"{self.number}/{self.year}"


class IssuedFile(Model):
    """A file of an issued report, in its own bytes, with their SHA-256 in hexadecimal."""

    __tablename__ = "issued_files"
    __table_args__ = (sa.UniqueConstraint("report_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("issued_reports.id"))
    kind: Mapped[FileKind]
    sha256: Mapped[str]
    size: Mapped[int]  # bytes
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)

    report: Mapped[IssuedReport] = relationship(back_populates="files")


append_only("issued_reports")
append_only("issued_files")
