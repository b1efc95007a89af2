"""What the bank answered to batches' files: each file once, each of its records a row."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.payments.models.payouts import Payout


class Outcome(enum.StrEnum):
    """What became of a row when its file was taken in."""

    PAID = "paid"  # the payout was confirmed by it
    REFUSED = "refused"  # the payout came back by it
    TAKEN_IN = "taken_in"  # the bank knows of it: nothing moves
    KNOWN = "known"  # it was noted before, with the same end
    ELSEWHERE = "elsewhere"  # a payout of another Division
    OPEN = "open"  # for a person
    SEEN = "seen"  # which a person looked at


class WhyOpen(enum.StrEnum):
    """Why a row is for a person."""

    NO_PAYOUT = "no_payout"  # no number of ours
    AMOUNT = "amount"
    CODE = "code"  # none, or none that is known, or some that contradict each other
    STATE = "state"  # the payout ended otherwise, or waits for no bank
    CAME_BACK = "came_back"  # after it was confirmed: another person takes that back
    OWN = "own"  # of an enterprise of who brought the file
    LOT = "lot"  # a whole lot was refused


class BankReturn(Model):
    """One file of the bank's, for a Division; the same bytes are taken in once."""

    __tablename__ = "bank_returns"
    __table_args__ = (sa.UniqueConstraint("division_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    digest: Mapped[str]
    file_name: Mapped[str]
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    division: Mapped[Division] = relationship()
    taken_by: Mapped[User] = relationship()


class BankReturnRow(Model):
    """What it says of one payment, in centavos of BRL: of which payout, and what became of that."""

    __tablename__ = "bank_return_rows"
    __table_args__ = (
        sa.UniqueConstraint("return_id", "number"),
        sa.CheckConstraint("(outcome IN ('open', 'seen')) = (why <> '')", name="why_open"),
        sa.CheckConstraint("(outcome = 'seen') = (seen_at IS NOT NULL)", name="seen_at_some"),
        sa.CheckConstraint(
            "outcome NOT IN ('paid', 'refused', 'known') OR payout_id IS NOT NULL", name="of_one"
        ),
        sa.Index(
            "uq_bank_return_rows_ends",
            "payout_id",
            "outcome",
            unique=True,
            sqlite_where=sa.text("outcome IN ('paid', 'refused')"),
            postgresql_where=sa.text("outcome IN ('paid', 'refused')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_returns.id"))
    number: Mapped[int]  # of its record in the file
    payout_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payouts.id"), index=True)
    ours: Mapped[str]  # what the bank repeats as our number
    amount_cents: Mapped[Cents]
    codes: Mapped[str]  # with a blank between
    bank_number: Mapped[str]
    paid_on: Mapped[date | None]
    outcome: Mapped[Outcome]
    why: Mapped[str] = mapped_column(default="")  # a word of `WhyOpen`
    note: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    file: Mapped[BankReturn] = relationship()
    payout: Mapped[Payout | None] = relationship()
    seen_by: Mapped[User | None] = relationship()
