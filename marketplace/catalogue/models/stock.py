"""What is there to sell, and each movement that made it so."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model

LAST_FEW = 3  # so many or fewer are counted out to buyers


class MovementKind(enum.StrEnum):
    RECEIVED = "received"  # made or brought in
    COUNTED = "counted"  # a count found more or fewer
    HELD = "held"  # promised to an order
    RELEASED = "released"  # an order let it go
    SOLD = "sold"  # handed over
    RETURNED = "returned"  # came back after a withdrawal
    SET_APART = "set_apart"  # only to be reserved for a fair
    BROUGHT_BACK = "brought_back"  # on sale again, like the rest


class Stock(Model):
    """Pieces of one product: left to sell, apart for fairs, held, sold. Received = their sum."""

    __tablename__ = "stock"
    __table_args__ = (
        sa.CheckConstraint("left_count >= 0", name="left_not_negative"),
        sa.CheckConstraint("apart_count >= 0", name="apart_not_negative"),
        sa.CheckConstraint("held_count >= 0", name="held_not_negative"),
        sa.CheckConstraint("sold_count >= 0", name="sold_not_negative"),
    )

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), primary_key=True)
    left_count: Mapped[int] = mapped_column(default=0)
    apart_count: Mapped[int] = mapped_column(default=0, server_default="0")
    held_count: Mapped[int] = mapped_column(default=0)
    sold_count: Mapped[int] = mapped_column(default=0)


class StockMovement(Model):
    """Append-only: the sum of each column is what `stock` shows."""

    __tablename__ = "stock_movements"
    __table_args__ = (sa.Index("ix_stock_movements_subject", "product_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"))
    kind: Mapped[MovementKind]
    left_change: Mapped[int] = mapped_column(default=0)
    apart_change: Mapped[int] = mapped_column(default=0, server_default="0")
    held_change: Mapped[int] = mapped_column(default=0)
    sold_change: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")  # what caused it: order_line:17
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    moved_at: Mapped[datetime]
