"""Counts of the box of reais that backs the notes of a social currency."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.fairs.models.fairs import Fair


class NoteCount(Model):
    """That somebody counted the reais kept for a Division's notes, in centavos.

    It moves nothing: what should be there stays what the books say.
    """

    __tablename__ = "note_counts"
    __table_args__ = (
        sa.CheckConstraint("counted_cents >= 0 AND expected_cents >= 0", name="not_negative"),
        sa.CheckConstraint(
            "counted_cents = expected_cents OR reason <> ''", name="differs_with_a_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # of the form: a second press is the same count
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    fair_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fairs.id"), index=True)
    counted_cents: Mapped[Cents]
    expected_cents: Mapped[Cents]
    """What the books had in it at that moment."""
    reason: Mapped[str] = mapped_column(default="")
    counted_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    division: Mapped[Division] = relationship()
    fair: Mapped[Fair | None] = relationship()
    by: Mapped[User | None] = relationship()

    @property
    def difference_cents(self) -> int:
        """What was there more than the books say; minus where it lacks."""
        return self.counted_cents - self.expected_cents
