"""Fairs that come again under one name: a fair belongs to one series, or to none."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division
from marketplace.core.database import Model
from marketplace.core.generations import shown


class FairSeries(Model):
    """A name under which a Division holds fairs again and again; its editions are its fairs."""

    __tablename__ = "fair_series"
    __table_args__ = (
        sa.CheckConstraint("every_months BETWEEN 1 AND 12", name="within_a_year"),
        sa.UniqueConstraint("division_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    every_months: Mapped[int] = mapped_column(default=2)  # proposes the day of the next edition
    made_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    division: Mapped[Division] = relationship()


shown("fairs", FairSeries)
