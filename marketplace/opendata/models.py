"""Months whose sums are public: written once, and what corrects them beside them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.guards import append_only


class PublishedMonth(Model):
    """What everybody may know of a month's sales, as `figures.told` says it; never changed.

    It counts what was recorded by ``as_of``. A correction is another row; the last one holds.
    """

    __tablename__ = "published_months"
    __table_args__ = (
        sa.UniqueConstraint("corrects_id"),
        sa.Index(
            *("ix_published_months_month", "month"),
            unique=True,
            sqlite_where=sa.text("corrects_id IS NULL"),
            postgresql_where=sa.text("corrects_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int]  # 202611
    as_of: Mapped[datetime]
    published_at: Mapped[datetime]
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("published_months.id"))
    figures: Mapped[dict[str, Any]]
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)  # counts invented sales


append_only("published_months")
shown("open", PublishedMonth)
