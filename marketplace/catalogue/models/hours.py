"""What a group's assembly decided that an hour of its work is to leave."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents


class HourDecision(Model):
    """A vote of a group's assembly; the one of the latest day holds, of two the one noted later.

    ``minute`` says which vote, ``file`` is the paper that proves it (`core.papers`), if there is
    one. Never changed.
    """

    __tablename__ = "hour_decisions"
    __table_args__ = (
        sa.CheckConstraint("hour_cents > 0", name="positive"),
        sa.CheckConstraint("minute <> '' OR file <> ''", name="says_which_vote"),
        sa.Index("ix_hour_decisions_enterprise_id_decided_on", "enterprise_id", "decided_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    hour_cents: Mapped[Cents]
    decided_on: Mapped[date]  # the assembly's day, in the municipality
    minute: Mapped[str]
    file: Mapped[str] = mapped_column(default="")
    noted_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User] = relationship()


append_only("hour_decisions")
