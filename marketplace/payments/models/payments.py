"""What is owed for something, and how it was or will be paid."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.types import Cents


class Method(enum.StrEnum):
    CASH = "cash"
    OWN_PIX = "own_pix"  # straight to the enterprise's key; confirmed by a person
    CARD = "card"
    PIX = "pix"
    BOLETO = "boleto"
    MACHINE = "machine"  # the card machine of who sells, at a till
    SOCIAL = "social"  # notes of a social currency, at par with reais, at a till
    BARTER = "barter"  # goods given for goods at a declared value, at a till
    MIXED = "mixed"  # in several of these ways, at a till: never that of one payment


DIRECT = (
    *(Method.CASH, Method.OWN_PIX, Method.MACHINE),
    *(Method.SOCIAL, Method.BARTER, Method.MIXED),
)
"""Paid straight to the enterprise: the house never has this money, but at a common desk."""
DESK_TAKES = (Method.CASH, Method.MACHINE)
"""Of these a common desk has the money; a Pix, notes of a social currency and goods go on to who
sells."""

HELD = (
    "released_at IS NULL"
    " AND method NOT IN ('cash', 'own_pix', 'machine', 'social', 'barter', 'mixed')"
)
"""Of these the house holds the money, and has not released it."""


class PaymentState(enum.StrEnum):
    DUE = "due"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    REFUND_DUE = "refund_due"  # to be given back, by who was paid
    REFUNDED = "refunded"


class Payment(Model):
    """One amount owed to one enterprise for one payable; amounts in centavos of BRL."""

    __tablename__ = "payments"
    __table_args__ = (
        sa.UniqueConstraint("payable_type", "payable_id", "attempt"),
        sa.CheckConstraint("amount_cents >= 0", name="not_negative"),
        sa.Index(
            *("uq_payments_live", "payable_type", "payable_id"),
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        ),
        sa.Index(
            *("ix_payments_held", "settled_at"),
            sqlite_where=sa.text(HELD),
            postgresql_where=sa.text(HELD),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payable_type: Mapped[str]
    payable_id: Mapped[int]
    attempt: Mapped[int] = mapped_column(default=1)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    method: Mapped[Method]
    state: Mapped[PaymentState] = mapped_column(default=PaymentState.DUE)
    amount_cents: Mapped[Cents]
    txid: Mapped[str] = mapped_column(default="")  # of the static Pix code, ≤ 25 letters and digits
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # paid: it may have been heard of later
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    cancelled_at: Mapped[datetime | None]
    refunded_at: Mapped[datetime | None]
    fulfilled_at: Mapped[datetime | None]  # what it is for was handed over; of online ones alone
    released_at: Mapped[datetime | None]  # its share may be paid out since
    at_desk: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """In cash or by machine at a common desk: with the Division, in the books by its split."""
