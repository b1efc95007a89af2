"""What enterprises owe the house: each debt with its cause, and who let one go."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.funds import Fund
from marketplace.payments.models.ledger import EntryKind


class Debt(Model):
    """What one entry of the books let an enterprise owe, in centavos of BRL, and what is left.

    Those of an enterprise that are open add up to its account ``debt``.
    """

    __tablename__ = "debts"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "enterprise_id"),
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.CheckConstraint("left_cents BETWEEN 0 AND amount_cents", name="left_within"),
        sa.CheckConstraint("(left_cents = 0) = (closed_at IS NOT NULL)", name="closed_at_some"),
        sa.Index(
            "ix_debts_open",
            "enterprise_id",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entries.id"))
    cause: Mapped[EntryKind]
    amount_cents: Mapped[Cents]
    left_cents: Mapped[Cents]
    told: Mapped[int] = mapped_column(default=0)  # how many people of the group
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    enterprise: Mapped[Enterprise] = relationship()
    waivers: Mapped[list["DebtWaiver"]] = relationship(
        back_populates="debt", order_by="DebtWaiver.id"
    )

    @property
    def waiver_asked(self) -> "DebtWaiver | None":
        """Return what another person has to decide, if something was asked."""
        asked = (each for each in self.waivers if each.state is WaiverState.ASKED)
        return next(asked, None)


class WaiverState(enum.StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    DROPPED = "dropped"  # nobody granted it: the debt stays


class DebtWaiver(Model):
    """One person asks that what is left of a debt be forgiven, another one grants it.

    The house bears it, or a fund by a vote: ``minute`` names that, ``file`` is the paper.
    """

    __tablename__ = "debt_waivers"
    __table_args__ = (
        sa.CheckConstraint("state <> 'granted' OR decided_by_id <> asked_by_id", name="two_people"),
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_at_some"),
        sa.CheckConstraint(
            "fund_id IS NULL OR (minute <> '' AND file <> '')", name="voted_if_of_a_fund"
        ),
        sa.Index(
            "uq_debt_waivers_asked",
            "debt_id",
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    debt_id: Mapped[int] = mapped_column(sa.ForeignKey("debts.id"), index=True)
    state: Mapped[WaiverState] = mapped_column(default=WaiverState.ASKED)
    reason: Mapped[str]
    amount_cents: Mapped[Cents] = mapped_column(default=0)  # what was left when it was granted
    fund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("funds.id"), index=True)
    minute: Mapped[str] = mapped_column(default="")
    file: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    debt: Mapped[Debt] = relationship(back_populates="waivers")
    fund: Mapped[Fund | None] = relationship()


shown("open", DebtWaiver)
