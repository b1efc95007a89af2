"""Totals that somebody declares: of years before the system, and of fairs kept on paper."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, Municipality, User
from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents


class Sureness(enum.StrEnum):
    """How surely a declared total is known, the surest first."""

    DOCUMENTED = "documented"  # a paper says it
    ESTIMATED = "estimated"  # reckoned from what is known
    REMEMBERED = "remembered"


class DeclaredTotal(Model):
    """What a month, or a whole year, came to as somebody declares it, in centavos; never changed.

    It is no fact of sale and in no sum of those. What it is limited to is empty where it tells of
    all. A correction is another row; of a chain the last one stands.
    """

    __tablename__ = "declared_totals"
    __table_args__ = (
        sa.CheckConstraint("amount_cents >= 0", name="not_negative"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        sa.CheckConstraint("source <> ''", name="says_who"),
        sa.CheckConstraint("corrects_id IS NULL OR reason <> ''", name="says_why"),
        sa.Index("ix_declared_totals_year", "division_id", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    year: Mapped[int]
    month: Mapped[int | None]  # none: the whole year
    municipality_code: Mapped[int | None] = mapped_column(sa.ForeignKey("municipalities.code"))
    segment: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    fair: Mapped[str] = mapped_column(default="")  # as the paper calls it
    amount_cents: Mapped[Cents]
    people: Mapped[int | None]
    enterprises: Mapped[int | None]
    places: Mapped[int | None]
    sureness: Mapped[Sureness]
    source: Mapped[str]  # which office or paper declares it
    file: Mapped[str] = mapped_column(default="")  # the paper itself (`core.papers`)
    corrects_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("declared_totals.id"), unique=True
    )
    reason: Mapped[str] = mapped_column(default="")  # of a correction
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    division: Mapped[Division] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    entered_by: Mapped[User] = relationship()
    corrects: Mapped["DeclaredTotal | None"] = relationship(remote_side="DeclaredTotal.id")

    @property
    def first_on(self) -> date:
        return date(self.year, self.month or 1, 1)


append_only("declared_totals")
