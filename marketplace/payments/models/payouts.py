"""What is paid out to enterprises: a batch a week, prepared and approved by two people."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise


class BatchState(enum.StrEnum):
    PREPARED = "prepared"
    APPROVED = "approved"
    DISCARDED = "discarded"  # before it was approved: nothing moved


class PayoutState(enum.StrEnum):
    PREPARED = "prepared"
    APPROVED = "approved"  # ordered: the bank is to pay it
    CONFIRMED = "confirmed"
    RETURNED = "returned"  # payable again
    LEFT_OUT = "left_out"  # its batch was discarded, or it was not as prepared any more


ORDERED = (PayoutState.APPROVED, PayoutState.CONFIRMED, PayoutState.RETURNED)


class PayoutBatch(Model):
    """The payouts of one Division that are seen and decided together."""

    __tablename__ = "payout_batches"
    __table_args__ = (
        sa.CheckConstraint("approved_by_id <> prepared_by_id", name="two_people"),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL)", name="approved_at_some"
        ),
        sa.Index(
            "uq_payout_batches_prepared",
            "division_id",
            unique=True,
            sqlite_where=sa.text("state = 'prepared'"),
            postgresql_where=sa.text("state = 'prepared'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    state: Mapped[BatchState] = mapped_column(default=BatchState.PREPARED)
    prepared_at: Mapped[datetime]
    prepared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    discarded_at: Mapped[datetime | None]
    discarded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    division: Mapped[Division] = relationship()
    prepared_by: Mapped[User] = relationship(foreign_keys=[prepared_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    payouts: Mapped[list["Payout"]] = relationship(
        back_populates="batch", order_by="Payout.enterprise_id"
    )

    @property
    def amount_cents(self) -> int:
        """Return what it comes to, without what was left out, in centavos."""
        counted = (p for p in self.payouts if p.state is not PayoutState.LEFT_OUT)
        return sum(payout.amount_cents for payout in counted)

    @property
    def waiting(self) -> int:
        """Return how many of its payouts are to be paid, and are not confirmed."""
        return sum(payout.state is PayoutState.APPROVED for payout in self.payouts)


class Payout(Model):
    """What one enterprise gets in a batch, in centavos of BRL, and at which key or account.

    ``amount_cents`` is sent; ``offset_cents`` pays a debt besides. The key is the one that counted
    when it was prepared; none where it goes to an account at the provider.
    """

    __tablename__ = "payouts"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "enterprise_id"),
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.CheckConstraint("offset_cents >= 0", name="offset_not_negative"),
        sa.CheckConstraint("state <> 'confirmed' OR proof <> ''", name="proven"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("payout_batches.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    state: Mapped[PayoutState] = mapped_column(default=PayoutState.PREPARED, index=True)
    amount_cents: Mapped[Cents]
    offset_cents: Mapped[Cents] = mapped_column(default=0)
    pix_key: Mapped[str]
    pix_key_kind: Mapped[str]
    pix_holder: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("connected_accounts.id"), index=True
    )
    proof: Mapped[str] = mapped_column(default="")  # what the bank calls it
    why: Mapped[str] = mapped_column(default="")  # it came back, in words; or a word of `LEFT_OUT`
    ended_at: Mapped[datetime | None]  # confirmed or returned, the last of both
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    batch: Mapped[PayoutBatch] = relationship(back_populates="payouts")
    enterprise: Mapped[Enterprise] = relationship()

    @property
    def is_by_hand(self) -> bool:
        return self.account_id is None
