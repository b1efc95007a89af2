"""Complaints that anybody tells the Division, without a name if they wish.

**Source:** Lei 13.460/2017, arts. 9 to 16 (users of public services may complain, and are
answered); Lei 13.608/2018, art. 4-B (whoever reports is not made known).
"""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core import clock
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.guards import append_only
from marketplace.enterprises.models import Enterprise


class Matter(enum.StrEnum):
    """What kind of thing a complaint is about."""

    PRICE = "price"
    CHILD_LABOUR = "child_labour"
    NOT_AS_SAID = "not_as_said"
    TREATMENT = "treatment"
    PUBLIC_MONEY = "public_money"
    OTHER = "other"


class Stage(enum.StrEnum):
    RECEIVED = "received"
    IN_ANALYSIS = "in_analysis"
    ANSWERED = "answered"
    CLOSED = "closed"


class Turn(enum.StrEnum):
    """What happened with a complaint."""

    RECEIVED = "received"
    TAKEN_UP = "taken_up"
    HANDED_OVER = "handed_over"
    NAMED = "named"  # the Division said which enterprise it is about
    ANSWERED = "answered"
    WRITTEN_TO = "written_to"  # whoever told it wrote more after an answer
    CLOSED = "closed"


class Complaint(Model):
    """What somebody told; who they are is only known if they wrote it into ``contact``.

    Its page opens to a code of 100 bits, of which only the hash is kept.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        sa.CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name="closed_when"),
        sa.Index("ix_complaints_division_id_stage_due_on", "division_id", "stage", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    matter: Mapped[Matter]
    stage: Mapped[Stage] = mapped_column(default=Stage.RECEIVED)
    story: Mapped[str]  # what happened
    place: Mapped[str] = mapped_column(default="")  # where, and when
    contact: Mapped[str] = mapped_column(default="")
    filed_at: Mapped[datetime]
    due_on: Mapped[date]  # the last local day to answer in time
    answered_at: Mapped[datetime | None]  # for the first time
    closed_at: Mapped[datetime | None]
    emptied_at: Mapped[datetime | None]  # its words went, by the rule of retention
    assigned_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    division: Mapped[Division] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    assigned_to: Mapped[User | None] = relationship()

    @property
    def protocol(self) -> str:
        """The number by which people speak of it; it opens nothing."""
        return f"{clock.today(self.division.time_zone, self.filed_at).year}-{self.id:05d}"


class ComplaintTurn(Model):
    """A step of a complaint: who, when, to whom; never changed."""

    __tablename__ = "complaint_turns"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(sa.ForeignKey("complaints.id"), index=True)
    kind: Mapped[Turn]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: who told it
    to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    to: Mapped[User | None] = relationship(foreign_keys=[to_id])


class ComplaintMessage(Model):
    """What one side wrote to the other; the Division's has who wrote it, which only staff see."""

    __tablename__ = "complaint_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(sa.ForeignKey("complaints.id"), index=True)
    words: Mapped[str]
    written_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: who told it

    by: Mapped[User | None] = relationship()


class ComplaintFile(Model):
    """A photo, drawn anew without what was in the file beside it, or a PDF; kept here alone."""

    __tablename__ = "complaint_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(sa.ForeignKey("complaints.id"), index=True)
    ending: Mapped[str]  # jpg, pdf
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    size: Mapped[int]  # bytes
    sent_at: Mapped[datetime]


OPEN: tuple[Stage, ...] = (Stage.RECEIVED, Stage.IN_ANALYSIS)
"""Stages in which the Division is to answer."""
ENDINGS: dict[str, Any] = {"jpg": "image/jpeg", "pdf": "application/pdf"}

append_only("complaint_turns")
shown("complaints", Complaint)  # their number, of a year
