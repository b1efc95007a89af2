"""In which ways an order was paid at a till."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.payments.models.payments import Method

TENDER = "tender"  # how payments call one


class Tender(Model):
    """A part of an order's total, in centavos, and the way in which it was given.

    It is what payments know as payable: an order that is sold on the spot may have several.
    """

    __tablename__ = "tenders"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "method"),
        sa.CheckConstraint("amount_cents > 0", name="something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    method: Mapped[Method]
    amount_cents: Mapped[Cents]
