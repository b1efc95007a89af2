"""Solidarity funds: whose each is, which part of what is paid here it gets, and what it pays."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.guards import append_only
from marketplace.core.types import Cents


class Fund(Model):
    """The solidarity fund of a Division; its money is the account ``fund:{id}``."""

    __tablename__ = "funds"

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), unique=True)
    counted_to: Mapped[datetime | None]  # up to when direct sales were worked out, day by day

    division: Mapped[Division] = relationship()


class FundRate(Model):
    """A fund's part of each share from an instant on: who said so, when and why; never changed.

    In hundredths of a percent: 150 is 1.5 %. Of two for one instant the later holds. It is of what
    is paid on the site; ``direct`` says that what is paid straight to a group owes it too.
    """

    __tablename__ = "fund_rates"
    __table_args__ = (
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name="part_of_a_whole"),
        sa.Index("ix_fund_rates_fund_id_valid_from", "fund_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"))
    rate: Mapped[int]
    direct: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    valid_from: Mapped[datetime]  # the beginning of a local day
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str]  # which vote, which minute

    fund: Mapped[Fund] = relationship()
    decided_by: Mapped[User] = relationship()


class SpendingState(enum.StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"  # the bank paid it, and another person saw that
    DROPPED = "dropped"  # nothing was paid
    RETURNED = "returned"  # it came back, or never was paid


class FundSpending(Model):
    """What is paid out of a fund, in centavos of BRL: by which vote, asked by one, seen by another.

    ``minute`` names the vote, ``file`` is the paper that proves it (`core.papers`).
    """

    __tablename__ = "fund_spendings"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.CheckConstraint(
            "state IN ('asked', 'dropped') OR confirmed_by_id <> asked_by_id", name="two_people"
        ),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'returned')"
            " OR (confirmed_at IS NOT NULL AND confirmed_by_id IS NOT NULL AND proof <> '')",
            name="proven",
        ),
        sa.CheckConstraint(
            "(state IN ('dropped', 'returned')) = (ended_at IS NOT NULL)", name="ended_at_some"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"), index=True)
    state: Mapped[SpendingState] = mapped_column(default=SpendingState.ASKED)
    amount_cents: Mapped[Cents]
    purpose: Mapped[str]
    minute: Mapped[str]
    file: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    proof: Mapped[str] = mapped_column(default="")  # what the bank calls it
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(default="")  # it came back
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    fund: Mapped[Fund] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])


append_only("fund_rates")
shown("places", FundRate)
shown("open", FundSpending)
