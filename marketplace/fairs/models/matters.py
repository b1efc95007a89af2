"""What tills leave for a person to settle."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.tills import TillHandover, TillSale
from marketplace.orders.models.orders import OrderLine
from marketplace.orders.models.tenders import Tender


class MatterKind(enum.StrEnum):
    PRICE = "price"  # sold at another price than the catalogue has
    STOCK = "stock"  # more sold than was left
    SELLER = "seller"  # of somebody who no longer stands at that fair
    PIX = "pix"  # to the stall's key: nobody has seen yet whether it arrived
    REVOKED = "revoked"  # told by a till that had been revoked
    TWICE = "twice"  # a reservation handed over that had been before
    UNPAID = "unpaid"  # a reservation handed over that nobody paid
    PAID = "paid"  # another amount taken for a reservation than was due
    MORE = "more"  # more pieces of a reservation given than were paid for in advance
    FEWER = "fewer"  # fewer of them
    CODE = "code"  # handed over against another code than the buyer's
    RETURNED = "returned"  # more came back than was sold
    UNKNOWN = "unknown"  # it came back, and its sale is not known here
    GIVEN_BACK = "given_back"  # another amount than was paid


class Outcome(enum.StrEnum):
    LOOKED_AT = "looked_at"
    ARRIVED = "arrived"  # a Pix
    NOT_ARRIVED = "not_arrived"
    VOIDED = "voided"  # its sale was undone
    FOUND = "found"  # its sale arrived later


class Matter(Model):
    """What a sale at a till leaves for a person to settle."""

    __tablename__ = "till_matters"
    __table_args__ = (
        sa.CheckConstraint(
            "(settled_at IS NULL) = (outcome IS NULL)", name="settled_with_an_outcome"
        ),
        sa.CheckConstraint("kind <> 'stock' OR pieces > 0", name="pieces_are_named"),
        sa.CheckConstraint(
            "(CASE WHEN sale_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN handover_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN return_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_sales.id"), index=True)
    handover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_handovers.id"), index=True)
    return_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_returns.id"), index=True)
    kind: Mapped[MatterKind]
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_lines.id"), index=True)
    tender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tenders.id"), unique=True)
    pieces: Mapped[int] = mapped_column(default=0)  # sold beyond what was left, or back beyond it
    sold_cents: Mapped[Cents] = mapped_column(default=0)
    listed_cents: Mapped[Cents] = mapped_column(default=0)  # what the catalogue had then
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    outcome: Mapped[Outcome | None]
    note: Mapped[str] = mapped_column(default="")

    sale: Mapped[TillSale | None] = relationship()
    handover: Mapped[TillHandover | None] = relationship()
    returned: Mapped[TillReturn | None] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    line: Mapped[OrderLine | None] = relationship()
    tender: Mapped[Tender | None] = relationship()

    @property
    def about(self) -> str:
        """What people call the sale or the reservation that it is of."""
        if self.handover is not None:
            return self.handover.order.code
        sale = self.returned.sale if self.returned else self.sale
        return str(sale.purchase.number) if sale and sale.purchase else ""
