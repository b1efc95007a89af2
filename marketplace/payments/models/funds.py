"""Solidarity funds: whose each is, and which part of what is paid here it gets, since when."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.guards import append_only


class Fund(Model):
    """The solidarity fund of a Division; its money is the account ``fund:{id}``."""

    __tablename__ = "funds"

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), unique=True)

    division: Mapped[Division] = relationship()


class FundRate(Model):
    """A fund's part of each share from an instant on: who said so, when and why; never changed.

    In hundredths of a percent: 150 is 1.5 %. Of two for one instant the later holds.
    """

    __tablename__ = "fund_rates"
    __table_args__ = (
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name="part_of_a_whole"),
        sa.Index("ix_fund_rates_fund_id_valid_from", "fund_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"))
    rate: Mapped[int]
    valid_from: Mapped[datetime]  # the beginning of a local day
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str]  # which vote, which minute

    fund: Mapped[Fund] = relationship()
    decided_by: Mapped[User] = relationship()


append_only("fund_rates")
shown("places", FundRate)
