"""Under which regime of tax a group says that it sells."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.guards import append_only


class RegimeWord(Model):
    """A group's word on its regime, as `LegalFigure.subject` has it; the last holds.

    Empty: none of those whose ceiling the tables have. Never changed.
    """

    __tablename__ = "regime_words"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    regime: Mapped[str]
    said_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))


append_only("regime_words")
