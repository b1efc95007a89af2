"""Pieces of what was sold on the spot that came back."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents
from marketplace.orders.models.orders import OrderLine


class ReturnedPieces(Model):
    """That some pieces of a line came back: who took them, when and why; never changed.

    The line stays as it was sold. ``amount_cents`` is what was given back for these pieces,
    ``direct_cents`` what the books say of it: as much as its enterprise had received itself.
    """

    __tablename__ = "returned_pieces"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="something"),
        sa.CheckConstraint("direct_cents BETWEEN 0 AND amount_cents", name="of_the_amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)  # what told it: till_return:17
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_lines.id"), index=True)
    quantity: Mapped[int]
    amount_cents: Mapped[Cents]
    direct_cents: Mapped[Cents]
    kept_out: Mapped[bool]  # damaged: it is not on sale again
    occurred_on: Mapped[date]  # local day at which they came back
    reason: Mapped[str]
    returned_at: Mapped[datetime]
    by_id: Mapped[int | None]  # of users; without a key: the table is guarded

    line: Mapped[OrderLine] = relationship()


append_only("returned_pieces")
