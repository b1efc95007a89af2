"""The commission that decides about fair trade: its members, what it ruled, and appeals."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.assessments.models.assessments import Assessment
from marketplace.assessments.models.criteria import Criterion
from marketplace.assessments.models.visits import Tie
from marketplace.core import guards
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.enterprises.models import Enterprise


class Outcome(enum.StrEnum):
    GRANTED = "granted"
    WITH_CONDITIONS = "with_conditions"  # to be met by a day, until which it holds
    NOT_GRANTED = "not_granted"
    SUSPENDED = "suspended"


HOLDS = (Outcome.GRANTED, Outcome.WITH_CONDITIONS)
QUORUM = 3  # people without a tie who decide, at least


class CommissionMember(Model):
    """Somebody whom the Division named to decide, from a day to a day."""

    __tablename__ = "commission_members"

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    seat: Mapped[str]  # whom they speak for
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # the last day
    named_at: Mapped[datetime]
    named_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    user: Mapped[User] = relationship(foreign_keys=user_id)
    division: Mapped[Division] = relationship()


class RulingTerm(Model):
    """For how many months what is granted holds, as the Division set it; the last row counts."""

    __tablename__ = "ruling_terms"
    __table_args__ = (sa.CheckConstraint("months BETWEEN 1 AND 60", name="months_of_a_term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    months: Mapped[int]
    set_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))


class Ruling(Model):
    """What the commission decided about an enterprise; never changed: the last one counts."""

    __tablename__ = "rulings"
    __table_args__ = (
        sa.CheckConstraint(
            "(outcome IN ('granted', 'with_conditions')) = (valid_until IS NOT NULL)",
            name="what_holds_has_an_end",
        ),
        sa.Index("ix_rulings_key", "assessment_id", "key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"), index=True)
    outcome: Mapped[Outcome]
    met_on: Mapped[date]  # the day of the meeting
    reasons: Mapped[str]
    conditions: Mapped[str] = mapped_column(default="")
    valid_until: Mapped[date | None]  # the last day on which it holds
    answers_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rulings.id"), unique=True)
    """The ruling against which the group appealed, where this one answers the appeal."""
    noted_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    key: Mapped[str | None]  # of the form: a second press is the same ruling

    enterprise: Mapped[Enterprise] = relationship()
    assessment: Mapped[Assessment] = relationship()
    votes: Mapped[list["RulingVote"]] = relationship(order_by="RulingVote.id")
    principles: Mapped[list["RulingPrinciple"]] = relationship(order_by="RulingPrinciple.id")

    def holds_on(self, day: date) -> bool:
        return self.valid_until is not None and self.met_on <= day <= self.valid_until

    @property
    def deciders(self) -> set[int]:
        """Who decided it, by their accounts: somebody named again is the same person."""
        return {vote.member.user_id for vote in self.votes if vote.tie is Tie.NONE}

    @property
    def aside(self) -> int:
        """Return how many people stood aside for a tie."""
        stood = {vote.member.user_id for vote in self.votes if vote.tie is not Tie.NONE}
        return len(stood - self.deciders)

    @property
    def quorum(self) -> int:
        """Return how many people without a tie must decide, at least."""
        return QUORUM


class RulingVote(Model):
    """A member who decided, or who stood aside for a tie to the group."""

    __tablename__ = "ruling_votes"
    __table_args__ = (sa.UniqueConstraint("ruling_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ruling_id: Mapped[int] = mapped_column(sa.ForeignKey("rulings.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("commission_members.id"))
    tie: Mapped[Tie]

    member: Mapped[CommissionMember] = relationship()


class RulingPrinciple(Model):
    """A principle that the commission found to be kept."""

    __tablename__ = "ruling_principles"
    __table_args__ = (sa.UniqueConstraint("ruling_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ruling_id: Mapped[int] = mapped_column(sa.ForeignKey("rulings.id"))
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criteria.id"), index=True)

    criterion: Mapped[Criterion] = relationship()


class Appeal(Model):
    """What a group says against a ruling, with a paper if it has one; a ruling answers it."""

    __tablename__ = "ruling_appeals"

    id: Mapped[int] = mapped_column(primary_key=True)
    ruling_id: Mapped[int] = mapped_column(sa.ForeignKey("rulings.id"), unique=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"))
    words: Mapped[str]
    file: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    ruling: Mapped[Ruling] = relationship(foreign_keys=ruling_id)


class RulingReminder(Model):
    """That a group was told so many days ahead that what was granted ends."""

    __tablename__ = "ruling_reminders"
    __table_args__ = (sa.UniqueConstraint("ruling_id", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ruling_id: Mapped[int] = mapped_column(sa.ForeignKey("rulings.id"))
    days: Mapped[int]
    sent_at: Mapped[datetime]


for table in (
    "ruling_terms",
    "rulings",
    "ruling_votes",
    "ruling_principles",
    "ruling_appeals",
    "ruling_reminders",
):
    guards.append_only(table)
for model in (Ruling, RulingPrinciple):
    shown("makers", model)
