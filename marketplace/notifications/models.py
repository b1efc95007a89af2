"""News for people: rendered in the reader's language when shown."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model


class Notice(Model):
    """One piece of news for one person; `kind` names its text, `facts` fill it."""

    __tablename__ = "notices"
    __table_args__ = (sa.UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]]
    path: Mapped[str]  # where to act on it, without language prefix
    key: Mapped[str]  # the same news is told once
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
