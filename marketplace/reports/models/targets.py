"""What the Division wants its indicators to reach."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.guards import append_only


class Target(Model):
    """What an indicator is to reach in a year: who said so, when and why; never changed.

    Of two for one year the later holds. In hundredths: of a per cent, of a real, of a point.
    """

    __tablename__ = "indicator_targets"
    __table_args__ = (
        sa.CheckConstraint("hundredths >= 0", name="not_negative"),
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.Index("ix_indicator_targets_year", "division_id", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    indicator: Mapped[str]  # a key of `indicators.measures`
    year: Mapped[int]
    hundredths: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    division: Mapped[Division] = relationship()
    set_by: Mapped[User] = relationship()


append_only("indicator_targets")
