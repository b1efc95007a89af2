"""Assessments: what a group says of itself by each criterion, with what shows it."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.assessments.models.criteria import CriteriaSet, Criterion
from marketplace.core import guards
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.enterprises.models import Enterprise


class State(enum.StrEnum):
    """Where an assessment is; its moves tell how it came there."""

    DRAFT = "draft"
    SENT = "sent"
    DECIDED = "decided"


class MoveKind(enum.StrEnum):
    SENT = "sent"  # by the group
    RETURNED = "returned"  # by staff, to be completed
    DECIDED = "decided"  # by the commission


class Said(enum.StrEnum):
    """What a group says of itself by one criterion."""

    YES = "yes"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    NOT_APPLICABLE = "not_applicable"


class Proof(enum.StrEnum):
    """What an evidence is."""

    DOCUMENT = "document"  # a file
    REFERENCE = "reference"  # the number of a paper that is elsewhere


LEADS_TO = {
    MoveKind.SENT: State.SENT,
    MoveKind.RETURNED: State.DRAFT,
    MoveKind.DECIDED: State.DECIDED,
}


class Assessment(Model):
    """An enterprise, looked at by the criteria of one version."""

    __tablename__ = "assessments"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    set_id: Mapped[int] = mapped_column(sa.ForeignKey("criteria_sets.id"))
    state: Mapped[State] = mapped_column(default=State.DRAFT, index=True)
    state_since: Mapped[datetime]
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    enterprise: Mapped[Enterprise] = relationship()
    set: Mapped[CriteriaSet] = relationship()
    moves: Mapped[list["Move"]] = relationship(back_populates="assessment", order_by="Move.id")

    def move(self, kind: MoveKind, *, by_id: int | None, now: datetime, reason: str = "") -> "Move":
        """Note what happened to it and take the state that this leads to."""
        move = Move(kind=kind, by_id=by_id, moved_at=now, reason=reason)
        self.moves.append(move)
        self.state, self.state_since = LEADS_TO[kind], now
        return move


class Move(Model):
    """What happened to an assessment: who, when, why; never changed."""

    __tablename__ = "assessment_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"), index=True)
    kind: Mapped[MoveKind]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    moved_at: Mapped[datetime]

    assessment: Mapped[Assessment] = relationship(back_populates="moves")
    by: Mapped[User | None] = relationship()


class Answer(Model):
    """What the group says of itself by one criterion, in a sentence."""

    __tablename__ = "assessment_answers"
    __table_args__ = (sa.UniqueConstraint("assessment_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"))
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criteria.id"))
    said: Mapped[Said]
    words: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    criterion: Mapped[Criterion] = relationship()


class Evidence(Model):
    """What shows that an answer is so; private to the group and to those who check.

    Its file is one of `core.papers`. Who checked it, when, and what they found stands beside it.
    """

    __tablename__ = "assessment_evidence"
    __table_args__ = (
        sa.CheckConstraint("(checked_at IS NULL) = (accepted IS NULL)", name="checked_either_way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criteria.id"))
    kind: Mapped[Proof]
    title: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    file: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    check_note: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    assessment: Mapped[Assessment] = relationship()
    criterion: Mapped[Criterion] = relationship()
    checked_by: Mapped[User | None] = relationship(foreign_keys=checked_by_id)
    added_by: Mapped[User | None] = relationship(foreign_keys=added_by_id)

    def has_expired(self, day: date) -> bool:
        return self.expires_on is not None and self.expires_on < day


guards.append_only("assessment_moves")
shown("makers", Assessment)
