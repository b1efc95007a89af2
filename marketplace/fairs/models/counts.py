"""What was in the drawers of tills: floats, what was taken out, what was counted."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents
from marketplace.fairs.models.tills import Till


class CountKind(enum.StrEnum):
    OPENING = "opening"  # put in for change
    WITHDRAWAL = "withdrawal"  # taken out to a safer place
    CLOSING = "closing"  # counted at the end; the last one counts


class TillCount(Model):
    """An amount of cash that was put into a till's drawer, taken out or counted; never changed."""

    __tablename__ = "till_counts"
    __table_args__ = (sa.CheckConstraint("amount_cents >= 0", name="not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # a UUID of version 7
    till_id: Mapped[int] = mapped_column(sa.ForeignKey("tills.id"), index=True)
    sequence: Mapped[int]
    digest: Mapped[str]
    told_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[CountKind]
    amount_cents: Mapped[Cents]
    expected_cents: Mapped[Cents | None]  # by what the device knew, at the closing
    social_cents: Mapped[Cents | None]  # notes of a social currency, counted at the closing
    reason: Mapped[str] = mapped_column(default="")
    cashier_id: Mapped[int | None]  # of users, as on a sale; without a key: the table is guarded

    till: Mapped[Till] = relationship()


append_only("till_counts")
