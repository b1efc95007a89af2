"""What groups owe a solidarity fund of what was paid straight to them: told, never the fund's."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.payments.models.funds import Fund


class FundDue(Model):
    """A local day of an enterprise in the books: what was paid straight to it, and what is due.

    In centavos of BRL. ``sold_cents`` is less what was taken back on the day itself; ``back_cents``
    was taken back of what had been sold on days before, which lowers what is due by
    ``lowered_cents``. ``left_cents`` is what later days left of ``sold_cents``.
    """

    __tablename__ = "fund_dues"
    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "day"),
        sa.CheckConstraint(
            "part_cents >= 0 AND lowered_cents >= 0 AND back_cents >= 0", name="not_negative"
        ),
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name="part_of_a_whole"),
        sa.CheckConstraint("begins_at < ends_at", name="lasts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("funds.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    day: Mapped[date]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    sold_cents: Mapped[Cents]
    back_cents: Mapped[Cents]
    left_cents: Mapped[Cents]
    rate: Mapped[int]  # in hundredths of a percent
    part_cents: Mapped[Cents]
    lowered_cents: Mapped[Cents] = mapped_column(default=0)
    entered_at: Mapped[datetime]

    fund: Mapped[Fund] = relationship()
