"""Disputes: a buyer's bank takes back what was paid, until it has decided."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.payments.models.online import FUND_WITHIN, Attempt, AttemptPart


class DisputeState(enum.StrEnum):
    OPEN = "open"  # waits for our answer
    ANSWERED = "answered"  # the bank decides
    WON = "won"  # the money stays with those who sold
    LOST = "lost"  # it is the buyer's again


UNDECIDED = (DisputeState.OPEN, DisputeState.ANSWERED)


class Dispute(Model):
    """A payment that a buyer's bank disputes; amounts in centavos of BRL.

    While it is undecided the parts that it is of are neither released nor given back.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.CheckConstraint(
            "(state IN ('won', 'lost')) = (decided_at IS NOT NULL)", name="decided_at_some"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(unique=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_attempts.id"), index=True)
    state: Mapped[DisputeState] = mapped_column(default=DisputeState.OPEN, index=True)
    reason: Mapped[str]  # the provider's word
    amount_cents: Mapped[Cents]
    fee_cents: Mapped[Cents] = mapped_column(default=0)  # what the provider keeps of it
    opened_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]  # none: it cannot be answered
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]

    attempt: Mapped[Attempt] = relationship()
    parts: Mapped[list["DisputePart"]] = relationship(order_by="DisputePart.id")

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED

    def can_be_answered(self, now: datetime) -> bool:
        """Whether an answer would still be read: the bank takes one, until its term is over."""
        waits = self.state is DisputeState.OPEN and self.answered_at is None
        return waits and self.answer_by is not None and now < self.answer_by


class DisputePart(Model):
    """What a dispute holds of one enterprise's part, fee and fund's part in it, when it opened."""

    __tablename__ = "dispute_parts"
    __table_args__ = (
        sa.UniqueConstraint("dispute_id", "part_id"),
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.CheckConstraint("fee_cents BETWEEN 0 AND amount_cents", name="fee_within"),
        sa.CheckConstraint(FUND_WITHIN, name="fund_within"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"))
    part_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_attempt_parts.id"), index=True)
    amount_cents: Mapped[Cents]
    fee_cents: Mapped[Cents]
    fund_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    released: Mapped[bool] = mapped_column(default=False)  # the share was payable when it was lost

    part: Mapped[AttemptPart] = relationship()

    @property
    def net_cents(self) -> int:
        """Return what of it its enterprise bears when it is lost."""
        return self.amount_cents - self.fee_cents - self.fund_cents
