"""Accounts of enterprises at the provider, what they agreed to, and what is sent there and back."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.core import guards
from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.payouts import Payout


class AccountState(enum.StrEnum):
    ASKED = "asked"  # the provider has not answered
    OPEN = "open"
    REFUSED = "refused"  # by the provider
    RETIRED = "retired"  # closed, or given up by its enterprise: nothing is sent there any more


LIVE = (AccountState.ASKED, AccountState.OPEN)
ACTIVE = "active"


class ConnectedAccount(Model):
    """An enterprise's account at the provider; one at most is live, older ones are kept.

    ``capability`` is what the provider said last of whether it may be paid.
    """

    __tablename__ = "connected_accounts"
    __table_args__ = (
        sa.Index(
            *("uq_connected_accounts_live", "enterprise_id"),
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'open')"),
            postgresql_where=sa.text("state IN ('asked', 'open')"),
        ),
        sa.CheckConstraint("state <> 'open' OR provider_id IS NOT NULL", name="open_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)  # how the provider calls it back
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[AccountState] = mapped_column(default=AccountState.ASKED)
    capability: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    counts_at: Mapped[datetime]  # from when on it is paid, as another Pix key
    looked_at: Mapped[datetime | None]  # the provider was asked
    retired_at: Mapped[datetime | None]

    enterprise: Mapped[Enterprise] = relationship()
    asked_by: Mapped[User] = relationship()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def can_be_paid(self, now: datetime) -> bool:
        """Whether money may be sent there: the provider said so, and 72 hours are over."""
        ready = self.state is AccountState.OPEN and self.capability == ACTIVE
        return ready and now >= self.counts_at


class PayoutAgreement(Model):
    """An enterprise accepted how it is paid out: which text, who, when; never changed."""

    __tablename__ = "payout_agreements"
    __table_args__ = (sa.UniqueConstraint("enterprise_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    version: Mapped[str]
    accepted_at: Mapped[datetime]
    accepted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    accepted_by: Mapped[User] = relationship()


guards.append_only("payout_agreements")


class TransferState(enum.StrEnum):
    DUE = "due"  # the provider has not answered
    SHORT = "short"  # the provider has too little at hand: it is tried again
    HELD = "held"  # the account may not be paid at the moment: it is tried when it may
    SENT = "sent"
    REFUSED = "refused"  # for another reason: for people to look at
    TAKEN_BACK = "taken_back"  # it was never sent; the amount is payable again


WAITING = (TransferState.SHORT, TransferState.HELD, TransferState.REFUSED)
"""It was surely not sent, and may be tried again or taken back."""


class Transfer(Model):
    """A payout on its way to an account at the provider; in centavos of BRL."""

    __tablename__ = "transfers"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.CheckConstraint("state <> 'sent' OR provider_id IS NOT NULL", name="sent_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    payout_id: Mapped[int] = mapped_column(sa.ForeignKey("payouts.id"), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("connected_accounts.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    state: Mapped[TransferState] = mapped_column(default=TransferState.DUE, index=True)
    amount_cents: Mapped[Cents]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    movement_id: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    payout: Mapped[Payout] = relationship()
    account: Mapped[ConnectedAccount] = relationship()


class ReversalState(enum.StrEnum):
    DUE = "due"
    DONE = "done"
    FAILED = "failed"  # what it was for stays a debt


class Reversal(Model):
    """What is taken back of a transfer, because a buyer or their bank got money back; in centavos.

    Neither refund nor dispute stands at what somebody took back on the provider's own pages.
    """

    __tablename__ = "transfer_reversals"
    __table_args__ = (sa.CheckConstraint("amount_cents > 0", name="something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    transfer_id: Mapped[int] = mapped_column(sa.ForeignKey("transfers.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("refunds.id"), index=True)
    dispute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("disputes.id"), index=True)
    state: Mapped[ReversalState] = mapped_column(default=ReversalState.DUE)
    amount_cents: Mapped[Cents]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    movement_id: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    transfer: Mapped[Transfer] = relationship()


class AccountPayout(Model):
    """What the provider sent from an enterprise's account to its bank: told, never in our books."""

    __tablename__ = "account_payouts"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("connected_accounts.id"), index=True)
    provider_id: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]  # the provider's word
    failure: Mapped[str] = mapped_column(default="")  # the provider's code
    amount_cents: Mapped[Cents]
    arrives_on: Mapped[date]
    told_at: Mapped[datetime]

    account: Mapped[ConnectedAccount] = relationship()
