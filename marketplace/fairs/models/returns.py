"""What tills took back of what was sold, as they told it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.fairs.models.tills import Till, TillSale


class TillReturn(Model):
    """That pieces were brought back to a till, and cash was given for them.

    Which sale it was is told by its code, where the device had it, or by the number of its receipt:
    a till's id and what that counted. ``sale_id`` is the one that was found, perhaps later.
    """

    __tablename__ = "till_returns"
    __table_args__ = (sa.CheckConstraint("amount_cents > 0", name="something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # a UUID of version 7
    till_id: Mapped[int] = mapped_column(sa.ForeignKey("tills.id"), index=True)
    sequence: Mapped[int]
    digest: Mapped[str]
    told_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    cashier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """Who took it back, where that was another than the till's own person."""
    reason: Mapped[str]
    amount_cents: Mapped[Cents]  # given back, or counted for other pieces
    sale_code: Mapped[str] = mapped_column(default="")
    receipt_till: Mapped[int | None]
    receipt_sequence: Mapped[int | None]
    exchange_code: Mapped[str] = mapped_column(default="")
    """Of the sale of the pieces that were taken instead, where some were."""
    sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_sales.id"), index=True)

    till: Mapped[Till] = relationship()
    sale: Mapped[TillSale | None] = relationship()
    lines: Mapped[list["TillReturnLine"]] = relationship(
        back_populates="of", order_by="TillReturnLine.id"
    )

    @property
    def subject(self) -> str:
        """Return how orders call it."""
        return f"till_return:{self.id}"

    @property
    def names_a_sale(self) -> bool:
        return bool(self.sale_code or self.receipt_till)


class TillReturnLine(Model):
    """So many pieces of one thing that came back, and what was given for one, in centavos."""

    __tablename__ = "till_return_lines"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="something"),
        sa.CheckConstraint("fitting BETWEEN 0 AND quantity", name="fitting_of_these"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("till_returns.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"))
    name: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int]
    price_cents: Mapped[Cents]
    kept_out: Mapped[bool]  # damaged: not on sale again
    fitting: Mapped[int] = mapped_column(default=0)
    """How many of them were sold in the sale that was found, and not back before."""

    of: Mapped[TillReturn] = relationship(back_populates="lines")
