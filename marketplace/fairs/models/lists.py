"""What each enterprise is to bring to a fair, as it was told when reservations closed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.fairs import Fair


class ClosingList(Model):
    """One for each enterprise of a fair: what was reserved when it closed, and who passed it on."""

    __tablename__ = "closing_lists"
    __table_args__ = (sa.UniqueConstraint("fair_id", "enterprise_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    made_at: Mapped[datetime]
    orders: Mapped[int]
    pieces: Mapped[int]
    total_cents: Mapped[Cents]
    unpaid: Mapped[int]  # orders that waited for their payment then: they are not among the others
    passed_on_at: Mapped[datetime | None]  # by hand: on WhatsApp, or printed
    passed_on_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    fair: Mapped[Fair] = relationship()
    enterprise: Mapped[Enterprise] = relationship()

    @property
    def key(self) -> str:
        """How the news of it is called."""
        return f"fair_list:{self.id}"
