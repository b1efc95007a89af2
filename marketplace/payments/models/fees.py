"""What each way of paying online is reckoned to cost here, and since when."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents
from marketplace.payments.models.payments import Method


class PaymentFee(Model):
    """The fee of a way of paying from an instant on, as the settings said then; the last holds.

    ``rate`` is a part of what is paid, in hundredths of a percent; ``fixed_cents``, in centavos of
    BRL, is of each payment. Both are 0 while that way is not open here.
    """

    __tablename__ = "payment_fees"
    __table_args__ = (sa.CheckConstraint("rate >= 0 AND fixed_cents >= 0", name="not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    method: Mapped[Method]
    rate: Mapped[int]
    fixed_cents: Mapped[Cents]
    valid_from: Mapped[datetime]  # when the change was seen


append_only("payment_fees")
