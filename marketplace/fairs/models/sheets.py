"""Sales written on paper where no till was, typed later as totals of a day."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.fairs import Fair
from marketplace.orders.models.places import Collection
from marketplace.payments.models.payments import Method

PAID = {
    Method.CASH: "cash_cents",
    Method.OWN_PIX: "pix_cents",
    Method.MACHINE: "card_cents",
    Method.SOCIAL: "social_cents",
    Method.BARTER: "barter_cents",
}
"""Where the sheet's total in each way of paying is kept."""


class PaperSheet(Model):
    """What an enterprise sold on a fair day by a sheet of paper, in centavos by way of paying."""

    __tablename__ = "paper_sheets"
    __table_args__ = (
        sa.CheckConstraint(
            "cash_cents + pix_cents + card_cents + social_cents + barter_cents > 0",
            name="something",
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_reason = '')", name="undone_with_a_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # of the form: a second press is the same sheet
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"), index=True)
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collections.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    in_hand: Mapped[bool]  # who typed it had the sheet; else the total was only told
    cash_cents: Mapped[Cents] = mapped_column(default=0)
    pix_cents: Mapped[Cents] = mapped_column(default=0)
    card_cents: Mapped[Cents] = mapped_column(default=0)
    social_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    barter_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    note: Mapped[str] = mapped_column(default="")
    typed_at: Mapped[datetime]
    typed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    undone_reason: Mapped[str] = mapped_column(default="")

    fair: Mapped[Fair] = relationship()
    collection: Mapped[Collection] = relationship()
    enterprise: Mapped[Enterprise] = relationship()

    @property
    def total_cents(self) -> int:
        return sum(getattr(self, name) for name in PAID.values())
