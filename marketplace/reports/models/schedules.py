"""Reports that are issued and sent by themselves, for whoever asked for it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.reports.models.issued import IssuedReport, ReportKind

LAST_DAY = 28  # every month has it


class Schedule(Model):
    """A report of a Division that is sent on a day of the month after each period, by its owner.

    Who paused or ended it, and why, is in the audit. It is sent from ``since_on`` on: a period
    whose day was before is not made up for.
    """

    __tablename__ = "report_schedules"
    __table_args__ = (
        sa.CheckConstraint(f"day BETWEEN 1 AND {LAST_DAY}", name="day"),
        sa.Index("ix_report_schedules_owner", "division_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    kind: Mapped[ReportKind]
    day: Mapped[int]
    to_all: Mapped[bool]  # to all who read the Division's reports, not to the owner alone
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    since_on: Mapped[date]
    made_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(default="")

    division: Mapped[Division] = relationship()
    owner: Mapped[User] = relationship()
    sendings: Mapped[list["Sending"]] = relationship(
        back_populates="schedule", order_by="Sending.id.desc()"
    )

    @property
    def runs(self) -> bool:
        return self.paused_at is None and self.ended_at is None


class Sending(Model):
    """What came of a schedule for one period: a report, or why there was none; never changed."""

    __tablename__ = "report_sendings"
    __table_args__ = (
        sa.UniqueConstraint("schedule_id", "first_on"),
        sa.CheckConstraint("(report_id IS NULL) = (refused <> '')", name="sent_or_says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(sa.ForeignKey("report_schedules.id"))
    first_on: Mapped[date]  # of the period
    report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issued_reports.id"), index=True)
    refused: Mapped[str] = mapped_column(default="")  # a key of `schedule_names.WHY`
    told: Mapped[int]  # people
    sent_at: Mapped[datetime]

    schedule: Mapped[Schedule] = relationship(back_populates="sendings")
    report: Mapped[IssuedReport | None] = relationship()


append_only("report_sendings")
