"""Notes of a social currency: given out for reais, and taken back for them."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division
from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.fairs import Fair


class NoteKind(enum.StrEnum):
    ISSUED = "issued"  # somebody gave reais and got notes
    REDEEMED = "redeemed"  # somebody gave notes and got reais


class NoteMove(Model):
    """That notes of a Division's social currency were issued or redeemed, at par, in centavos."""

    __tablename__ = "note_moves"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.CheckConstraint("enterprise_id IS NULL OR kind = 'redeemed'", name="who_redeemed"),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_reason = '')", name="undone_with_a_reason"
        ),
        {"sqlite_autoincrement": True},  # the books keep the id of one that is gone
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # of the form: a second press is the same move
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    fair_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fairs.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    """Which group brought the notes, where it was one: buyers are not asked."""
    kind: Mapped[NoteKind]
    amount_cents: Mapped[Cents]
    note: Mapped[str] = mapped_column(default="")
    moved_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    undone_reason: Mapped[str] = mapped_column(default="")

    division: Mapped[Division] = relationship()
    fair: Mapped[Fair | None] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
