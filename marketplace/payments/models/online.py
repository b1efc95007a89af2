"""Paying through the provider: attempts, what each call says, and what is given back."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.payments.models.payments import Method


class AttemptState(enum.StrEnum):
    ASKED = "asked"  # the provider has not answered
    OPEN = "open"  # waits for the buyer
    PAID = "paid"
    LAPSED = "lapsed"  # not paid in time
    REFUSED = "refused"  # by the provider
    CANCELLED = "cancelled"  # given up for another one, or for good
    ODD = "odd"  # paid, but not what was asked: for people to look at


LIVE = (AttemptState.ASKED, AttemptState.OPEN)
FUND_WITHIN = "fund_cents BETWEEN 0 AND amount_cents - fee_cents"


class Attempt(Model):
    """One try to pay several payments at once; amounts in centavos of BRL.

    ``group`` is what they are paid for together, as ``("purchase", 17)``: of its attempts one at
    most is live.
    """

    __tablename__ = "payment_attempts"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.Index(
            *("uq_payment_attempts_live", "group_type", "group_id"),
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'open')"),
            postgresql_where=sa.text("state IN ('asked', 'open')"),
        ),
        sa.Index("ix_payment_attempts_group_type_group_id", "group_type", "group_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)  # how the provider calls it back
    group_type: Mapped[str]
    group_id: Mapped[int]
    method: Mapped[Method]
    state: Mapped[AttemptState] = mapped_column(default=AttemptState.ASKED, index=True)
    amount_cents: Mapped[Cents]
    intent_id: Mapped[str | None] = mapped_column(unique=True)  # the provider's
    page_id: Mapped[str | None] = mapped_column(unique=True, index=True)  # of a card
    page_url: Mapped[str] = mapped_column(sa.Text, default="")  # and of a boleto's paper
    charge_id: Mapped[str] = mapped_column(default="")  # what it was paid with
    code: Mapped[str] = mapped_column(sa.Text, default="")  # Pix or a boleto's number, to copy
    expires_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    movement_id: Mapped[str | None] = mapped_column(unique=True)  # of the provider's account
    provider_fee_cents: Mapped[Cents | None]  # what it really kept

    parts: Mapped[list["AttemptPart"]] = relationship(order_by="AttemptPart.id")

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def end(self, state: AttemptState, now: datetime) -> None:
        """Wait no more; a boleto's paper, which names its payer, is led to no more either."""
        self.state, self.ended_at = state, now
        self.forget_paper()

    def forget_paper(self) -> None:
        if self.method is Method.BOLETO:
            self.page_url = ""

    @property
    def is_known_there(self) -> bool:
        """Whether we know how the provider calls what the buyer pays, so that it can be ended."""
        return bool(self.page_id if self.method is Method.CARD else self.intent_id)


class BoletoPayer(Model):
    """Who pays a boleto: kept from the asking until the provider answered, and no longer."""

    __tablename__ = "boleto_payers"

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_attempts.id"), primary_key=True)
    tax_id: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    street: Mapped[str]
    city: Mapped[str]
    state: Mapped[str]
    postal_code: Mapped[str]


class AttemptPart(Model):
    """One payment's part of an attempt, with its parts of fee and fund at the rates of that day."""

    __tablename__ = "payment_attempt_parts"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "payment_id"),
        sa.CheckConstraint("fee_cents BETWEEN 0 AND amount_cents", name="fee_within"),
        sa.CheckConstraint(FUND_WITHIN, name="fund_within"),
        sa.CheckConstraint("fund_cents = 0 OR fund_id IS NOT NULL", name="fund_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_attempts.id"))
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payments.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    amount_cents: Mapped[Cents]
    fee_cents: Mapped[Cents]
    fund_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    fund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("funds.id"))
    settles: Mapped[bool] = mapped_column(default=False)  # its money is what the payment is of

    attempt: Mapped[Attempt] = relationship(back_populates="parts")


class RefundState(enum.StrEnum):
    DUE = "due"
    SENT = "sent"  # on its way back
    DONE = "done"
    FAILED = "failed"  # for people to look at


class Refund(Model):
    """Money of one part on its way back to the buyer; amounts in centavos of BRL."""

    __tablename__ = "refunds"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.CheckConstraint("fee_cents BETWEEN 0 AND amount_cents", name="fee_within"),
        sa.CheckConstraint(FUND_WITHIN, name="fund_within"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    part_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_attempt_parts.id"), index=True)
    state: Mapped[RefundState] = mapped_column(default=RefundState.DUE)
    amount_cents: Mapped[Cents]
    fee_cents: Mapped[Cents]  # of that, the part of the fee that the house bears
    fund_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")  # and of its fund's
    released: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # by then
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    movement_id: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    part: Mapped[AttemptPart] = relationship()

    @property
    def net_cents(self) -> int:
        """Return what of it its enterprise bears."""
        return self.amount_cents - self.fee_cents - self.fund_cents


class CallKind(enum.StrEnum):
    OPEN = "open"  # about an attempt
    CANCEL = "cancel"  # about an attempt
    REFUND = "refund"  # about a refund
    EVIDENCE = "evidence"  # about a dispute
    ACCOUNT = "account"  # about a connected account
    TRANSFER = "transfer"  # about a transfer
    REVERSAL = "reversal"  # about a reversal


class CallState(enum.StrEnum):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class ProviderCall(Model):
    """A call to the provider: written with the fact that it follows, made once that is kept.

    ``words`` is what it says, kept as text so that each try says the same byte for byte.
    """

    __tablename__ = "provider_calls"
    __table_args__ = (sa.UniqueConstraint("kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CallKind]
    subject_id: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)
    words: Mapped[str] = mapped_column(sa.Text)  # JSON
    state: Mapped[CallState] = mapped_column(default=CallState.WAITING)
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  # first, with this key
    tries: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None]  # what was sent with its former key is over by then
    doubtful: Mapped[bool] = mapped_column(default=False)  # looked for before it is made again
    refusal: Mapped[str] = mapped_column(default="")  # the provider's code
    request_id: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
