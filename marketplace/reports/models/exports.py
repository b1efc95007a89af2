"""Every line of sale of a period as a workbook, made later for the one who asked for it."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division
from marketplace.core.database import Model


class ExportState(enum.StrEnum):
    WAITING = "waiting"  # for a worker
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class SalesExport(Model):
    """What its owner asked for, how far it is, and where its file is; gone after some days.

    ``turn`` counts the tries that were asked for: what an earlier one still does is not kept.
    """

    __tablename__ = "sales_exports"
    __table_args__ = (
        sa.CheckConstraint("first_on <= last_on", name="period_runs_forward"),
        sa.CheckConstraint("turn > 0", name="turns_from_one"),
        sa.CheckConstraint("done >= 0 AND lines >= 0", name="not_negative"),
        sa.CheckConstraint("(state = 'ready') = (size > 0)", name="ready_with_its_file"),
        sa.Index("ix_sales_exports_owner", "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    state: Mapped[ExportState] = mapped_column(default=ExportState.WAITING)
    turn: Mapped[int] = mapped_column(default=1)
    lines: Mapped[int] = mapped_column(default=0)  # to be written
    done: Mapped[int] = mapped_column(default=0)  # of them, so far
    token: Mapped[str] = mapped_column(unique=True)  # begins the names of its files
    size: Mapped[int] = mapped_column(default=0)  # bytes
    asked_at: Mapped[datetime] = mapped_column(index=True)
    moved_at: Mapped[datetime]  # when something of this was last changed

    division: Mapped[Division] = relationship()

    @property
    def file(self) -> str:
        """Return the name under which `core.media` keeps what this turn makes."""
        return file_of(self.token, self.turn)


def file_of(token: str, turn: int) -> str:
    return f"xlsx-{token}-{turn}.bin"
