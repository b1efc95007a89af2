"""When the record of what was done was verified, from where to where, and what was found."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.guards import append_only


class AuditCheck(Model):
    """One verifying of the chain: the house does all of it at night, people a part; never changed.

    ``faults`` are the first twenty: ``{"flaw": "altered", "about": "71"}``.
    """

    __tablename__ = "audit_checks"
    __table_args__ = (sa.CheckConstraint("first BETWEEN 1 AND last", name="runs_forward"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[int]  # positions of seals, from 1
    last: Mapped[int]
    faults: Mapped[list[dict[str, Any]]]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: by night

    @property
    def rows(self) -> int:
        return self.last - self.first + 1


append_only("audit_checks")
