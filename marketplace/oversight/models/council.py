"""What the council says of a report, and what it asks the Division.

**Source:** Lei 12.527/2011 (LAI), art. 11, §§ 1 and 2: an answer within twenty days, which may be
put off once by ten, with a reason.
"""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.reports.models.issued import IssuedReport


class Choice(enum.StrEnum):
    """How a member votes on an opinion."""

    FOR = "for"
    AGAINST = "against"
    ABSTAINED = "abstained"


class Step(enum.StrEnum):
    """What happened with a question."""

    ASKED = "asked"
    PUT_OFF = "put_off"
    ANSWERED = "answered"


class Opinion(Model):
    """What a member of the council wrote about an issued report, to be voted on; never changed."""

    __tablename__ = "council_opinions"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("issued_reports.id"), index=True)
    words: Mapped[str]
    closes_on: Mapped[date]  # the last local day to vote
    written_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    report: Mapped[IssuedReport] = relationship()
    by: Mapped[User] = relationship()
    votes: Mapped[list["OpinionVote"]] = relationship(order_by="OpinionVote.id")


class OpinionVote(Model):
    """How one member voted on an opinion, and why; once each, never changed."""

    __tablename__ = "council_votes"
    __table_args__ = (
        sa.UniqueConstraint("opinion_id", "by_id"),
        sa.CheckConstraint("reason <> ''", name="says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(sa.ForeignKey("council_opinions.id"))
    choice: Mapped[Choice]
    reason: Mapped[str]
    voted_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User] = relationship()


class CouncilQuestion(Model):
    """What a member of the council asks the Division, perhaps about a report."""

    __tablename__ = "council_questions"
    __table_args__ = (sa.Index("ix_council_questions_division_id_due_on", "division_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issued_reports.id"))
    subject: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    due_on: Mapped[date]  # the last local day to answer in time
    put_off_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    division: Mapped[Division] = relationship()
    report: Mapped[IssuedReport | None] = relationship()
    turns: Mapped[list["QuestionTurn"]] = relationship(order_by="QuestionTurn.id")

    def is_late_on(self, day: date) -> bool:
        """Whether it waited for an answer on a local day that came after its last."""
        return self.answered_at is None and self.due_on < day


class QuestionTurn(Model):
    """A step of a question: its words, why it takes longer, the answer; never changed."""

    __tablename__ = "council_question_turns"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "kind"),
        sa.CheckConstraint("words <> ''", name="has_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("council_questions.id"))
    kind: Mapped[Step]
    words: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User] = relationship()


append_only("council_opinions")
append_only("council_votes")
append_only("council_question_turns")
