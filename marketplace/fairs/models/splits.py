"""How the money of a common desk is shared out: seen by one person, approved by another."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.fairs import Fair
from marketplace.orders.models.places import Collection


class SplitState(enum.StrEnum):
    PREPARED = "prepared"
    APPROVED = "approved"
    DISCARDED = "discarded"  # before it was approved: nothing moved


class DeskSplit(Model):
    """What the common desk of a fair day took since the last split, shared out by who sold."""

    __tablename__ = "desk_splits"
    __table_args__ = (
        sa.CheckConstraint("approved_by_id <> prepared_by_id", name="two_people"),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL)", name="approved_at_some"
        ),
        sa.Index(
            "uq_desk_splits_prepared",
            "fair_id",
            unique=True,
            sqlite_where=sa.text("state = 'prepared'"),
            postgresql_where=sa.text("state = 'prepared'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"), index=True)
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collections.id"), index=True)
    state: Mapped[SplitState] = mapped_column(default=SplitState.PREPARED)
    prepared_at: Mapped[datetime]
    prepared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    discarded_at: Mapped[datetime | None]
    discarded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    fair: Mapped[Fair] = relationship()
    collection: Mapped[Collection] = relationship()
    prepared_by: Mapped[User] = relationship(foreign_keys=[prepared_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    shares: Mapped[list["DeskShare"]] = relationship(
        back_populates="split", order_by="DeskShare.enterprise_id"
    )


class DeskShare(Model):
    """What one enterprise gets of a split, in centavos; minus where more was undone than sold.

    ``pix_cents`` went to its own key and is told alone, as ``discount_cents`` is; so are notes of a
    social currency and goods in exchange, which the desk hands on as they are.
    """

    __tablename__ = "desk_shares"
    __table_args__ = (
        sa.UniqueConstraint("split_id", "enterprise_id"),
        sa.CheckConstraint(
            "fee_cents >= 0 AND (fee_cents = 0 OR fee_cents <= cash_cents)", name="fee_of_the_cash"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    split_id: Mapped[int] = mapped_column(sa.ForeignKey("desk_splits.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    cash_cents: Mapped[Cents]
    machine_cents: Mapped[Cents]
    pix_cents: Mapped[Cents]
    social_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    barter_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    discount_cents: Mapped[Cents]
    fee_cents: Mapped[Cents] = mapped_column(default=0)  # of the fair, kept of the cash
    in_cash: Mapped[bool] = mapped_column(default=False)  # paid out at the fair, not by the batch
    banking_id: Mapped[int | None] = mapped_column(sa.ForeignKey("desk_bankings.id"), index=True)
    """With which its part by card machine arrived."""

    split: Mapped[DeskSplit] = relationship(back_populates="shares")
    enterprise: Mapped[Enterprise] = relationship()

    @property
    def sold_cents(self) -> int:
        handed_on = self.pix_cents + self.social_cents + self.barter_cents
        return self.cash_cents + self.machine_cents + handed_on

    @property
    def due_cents(self) -> int:
        """What the Division owes of it."""
        return self.cash_cents + self.machine_cents - self.fee_cents

    @property
    def handed_cents(self) -> int:
        """What was paid out at the fair, in cash."""
        return max(0, self.cash_cents - self.fee_cents) if self.in_cash else 0


class DeskPart(Model):
    """That something which a till of the desk told is in a split; in one alone."""

    __tablename__ = "desk_parts"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN sale_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN void_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN handover_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN return_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    split_id: Mapped[int] = mapped_column(sa.ForeignKey("desk_splits.id"), index=True)
    sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_sales.id"), unique=True)
    void_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_voids.id"), unique=True)
    handover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_handovers.id"), unique=True)
    return_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_returns.id"), unique=True)


class BankingKind(enum.StrEnum):
    CASH = "cash"  # the box was taken to the bank
    MACHINE = "machine"  # the card machine's company paid


class DeskBanking(Model):
    """That money of a fair's common desk is at the bank: told by one person, seen by another.

    ``told_cents`` should come by the books, ``counted_cents`` did.
    """

    __tablename__ = "desk_bankings"
    __table_args__ = (
        sa.CheckConstraint("confirmed_by_id <> noted_by_id", name="two_people"),
        sa.CheckConstraint("counted_cents >= 0", name="not_negative"),
        sa.CheckConstraint("dropped_at IS NULL OR confirmed_at IS NULL", name="one_end"),
        sa.Index(
            *("uq_desk_bankings_open", "fair_id", "kind"),
            unique=True,
            sqlite_where=sa.text("confirmed_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL AND dropped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"))
    kind: Mapped[BankingKind]
    told_cents: Mapped[Cents]
    counted_cents: Mapped[Cents]
    proof: Mapped[str]  # what the bank calls it
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    dropped_at: Mapped[datetime | None]
    dropped_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    fair: Mapped[Fair] = relationship()
    noted_by: Mapped[User] = relationship(foreign_keys=[noted_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
