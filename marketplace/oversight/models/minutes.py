"""Minutes of assemblies, the council, the commission: what was decided, for anybody to read.

**Source:** Lei 12.527/2011 (LAI), art. 8 (what is of public interest is published unasked).
"""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.guards import append_only


class Body(enum.StrEnum):
    """Who met."""

    ASSEMBLY = "assembly"
    COUNCIL = "council"
    COMMISSION = "commission"
    FORUM = "forum"
    WORKING_GROUP = "working_group"


class Minutes(Model):
    """The minutes of a meeting as they stand now: those of their newest version.

    Once that is withheld they have no subject, and the reason as summary.
    """

    __tablename__ = "minutes"
    __table_args__ = (
        sa.UniqueConstraint("division_id", "body", "held_on", "number"),
        sa.Index("ix_minutes_held_on_id", "held_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    body: Mapped[Body]
    held_on: Mapped[date]
    number: Mapped[str]  # as the paper says: ``7``, ``3/2026``
    subject: Mapped[str]
    summary: Mapped[str]
    folded: Mapped[str]  # number, subject and summary, for the search
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))  # who published them first

    division: Mapped[Division] = relationship()
    versions: Mapped[list["MinutesVersion"]] = relationship(order_by="MinutesVersion.number.desc()")


class MinutesVersion(Model):
    """Minutes as they were published, or corrected with a reason; never changed.

    ``file`` names a PDF (`core.papers`).
    """

    __tablename__ = "minutes_versions"
    __table_args__ = (
        sa.UniqueConstraint("minutes_id", "number"),
        sa.CheckConstraint("number > 0", name="numbered_from_one"),
        sa.CheckConstraint("number = 1 OR reason <> ''", name="correction_says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(sa.ForeignKey("minutes.id"))
    number: Mapped[int]  # from 1
    subject: Mapped[str]
    summary: Mapped[str]
    file: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User] = relationship()
    withheld: Mapped["MinutesWithheld | None"] = relationship(lazy="joined")


class MinutesWithheld(Model):
    """Why a version is read by nobody any more, and its PDF sent to nobody; never changed."""

    __tablename__ = "minutes_withheld"
    __table_args__ = (sa.CheckConstraint("reason <> ''", name="says_why"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("minutes_versions.id"), unique=True)
    reason: Mapped[str]
    withheld_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))


class MinutesSpending(Model):
    """Which minutes decided what a solidarity fund pays: who said so, and when."""

    __tablename__ = "minutes_spendings"

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(sa.ForeignKey("minutes.id"), index=True)
    spending_id: Mapped[int] = mapped_column(sa.ForeignKey("fund_spendings.id"), unique=True)
    linked_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))


append_only("minutes_versions")
append_only("minutes_withheld")
shown("minutes", Minutes)
shown("minutes", MinutesVersion)
shown("minutes", MinutesWithheld)
shown("minutes", MinutesSpending)
