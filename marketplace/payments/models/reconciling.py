"""The provider's own account, line by line, and the days on which ours was held against it."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents
from marketplace.payments.provider import Movement


class MovementState(enum.StrEnum):
    WAITING = "waiting"  # not met yet: of ours, but not in the books, or not looked at
    MATCHED = "matched"
    ASIDE = "aside"  # a reserve: the provider holds money back, and no sum of ours changes
    UNKNOWN = "unknown"  # for people to look at
    DIFFERS = "differs"  # for people to look at


class ProviderMovement(Model):
    """One line of the provider's account, by its id; amounts in centavos of BRL.

    ``day`` is the UTC day of ``created_at``: the provider's account knows no municipality.
    """

    __tablename__ = "provider_movements"
    __table_args__ = (sa.Index("ix_provider_movements_day_state", "day", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    movement_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # the provider's word, which may be a new one
    amount_cents: Mapped[Cents]
    fee_cents: Mapped[Cents]
    net_cents: Mapped[Cents]
    currency: Mapped[str]
    source_id: Mapped[str]  # what it is of, as the provider calls that
    created_at: Mapped[datetime]
    available_on: Mapped[datetime]
    day: Mapped[date]
    state: Mapped[MovementState] = mapped_column(default=MovementState.WAITING, index=True)
    why: Mapped[str] = mapped_column(default="")  # it is not matched
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entries.id"), unique=True)

    def as_told(self) -> Movement:
        """Return the line as the provider told it."""
        return Movement(
            id=self.movement_id,
            kind=self.kind,
            amount_cents=self.amount_cents,
            fee_cents=self.fee_cents,
            net_cents=self.net_cents,
            currency=self.currency,
            source_id=self.source_id,
            created_at=self.created_at,
            available_on=self.available_on,
        )


class DayState(enum.StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ReconciliationDay(Model):
    """A UTC day of the provider's account and both sums of it; closed once they are the same."""

    __tablename__ = "reconciliation_days"
    __table_args__ = (
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_some"),
        sa.CheckConstraint(
            "state = 'open' OR provider_cents = books_cents", name="closed_when_equal"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    state: Mapped[DayState] = mapped_column(default=DayState.OPEN)
    provider_cents: Mapped[Cents] = mapped_column(default=0)  # of its lines, less their fees
    books_cents: Mapped[Cents] = mapped_column(default=0)  # of ``stripe`` in the entries they meet
    listed_at: Mapped[datetime]  # when all of it was last asked for
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the house


class Identification(Model):
    """A person's word on whose unidentified money is: an enterprise's, or its payer's to have back.

    ``entry_id`` is the entry that took it in; of each there is one such word, written once.
    """

    __tablename__ = "identifications"
    __table_args__ = (sa.CheckConstraint("amount_cents > 0", name="something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entries.id"), unique=True)
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    amount_cents: Mapped[Cents]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the house


append_only("identifications")
