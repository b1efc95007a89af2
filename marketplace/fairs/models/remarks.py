"""What visitors said of a fair, as somebody who worked there noted it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.fairs.models.fairs import Fair


class Remark(Model):
    """What a visitor said, without who it was; what is taken back leaves no words behind."""

    __tablename__ = "fair_remarks"
    __table_args__ = (
        sa.CheckConstraint("(withdrawn_at IS NULL) = (words <> '')", name="words_until_withdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"), index=True)
    words: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    noted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    fair: Mapped[Fair] = relationship()
