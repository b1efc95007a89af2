"""What goes back to a buyer from the bank, by people's hands: the provider cannot give it back."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.payments.models.online import Refund
from marketplace.payments.models.payments import Payment
from marketplace.payments.models.reconciling import Identification


class HandState(enum.StrEnum):
    WAITING = "waiting"  # for a Pix key, or for somebody to pay it
    SENT = "sent"  # one person paid it; another has not confirmed it
    CONFIRMED = "confirmed"
    RETURNED = "returned"  # it came back: another one waits in its place
    DROPPED = "dropped"  # the buyer's bank took the money back meanwhile


OPEN = (HandState.WAITING, HandState.SENT)


class WhyByHand(enum.StrEnum):
    """Why the provider does not give it back."""

    BOLETO = "boleto"
    LATE = "late"  # the term in which a Pix goes back is over
    REFUSED = "refused"
    FAILED = "failed"  # it was sent, and came back
    UNIDENTIFIED = "unidentified"  # its payment is of nobody known


class HandRefund(Model):
    """An amount to give back by Pix from the bank, in centavos of BRL, and to which key.

    It is of a refund, or of unidentified money that was its payer's. The key is kept until it is
    confirmed; ``proof`` is what the bank calls the payment.
    """

    __tablename__ = "hand_refunds"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="something"),
        sa.CheckConstraint(
            "(refund_id IS NULL) = (identification_id IS NOT NULL)", name="of_one_thing"
        ),
        sa.CheckConstraint("(refund_id IS NULL) = (payment_id IS NULL)", name="of_its_payment"),
        sa.CheckConstraint("confirmed_by_id <> sent_by_id", name="two_people"),
        sa.CheckConstraint("state NOT IN ('sent', 'confirmed') OR proof <> ''", name="proven"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent') OR (pix_key = '' AND pix_holder = '')",
            name="key_only_while_needed",
        ),
        *(
            sa.Index(
                f"uq_hand_refunds_open_{column}",
                column,
                unique=True,
                sqlite_where=sa.text("state IN ('waiting', 'sent', 'confirmed')"),
                postgresql_where=sa.text("state IN ('waiting', 'sent', 'confirmed')"),
            )
            for column in ("refund_id", "identification_id")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("refunds.id"))
    identification_id: Mapped[int | None] = mapped_column(sa.ForeignKey("identifications.id"))
    payment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payments.id"), index=True)
    why: Mapped[WhyByHand]
    state: Mapped[HandState] = mapped_column(default=HandState.WAITING, index=True)
    amount_cents: Mapped[Cents]
    opened_at: Mapped[datetime]
    pix_key: Mapped[str] = mapped_column(default="")
    pix_key_kind: Mapped[str] = mapped_column(default="")
    pix_holder: Mapped[str] = mapped_column(default="")
    key_given_at: Mapped[datetime | None]
    key_given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: no login
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    proof: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]  # returned or dropped
    reason: Mapped[str] = mapped_column(default="")  # it came back, in the bank's words

    refund: Mapped[Refund | None] = relationship()
    payment: Mapped[Payment | None] = relationship()
    identification: Mapped[Identification | None] = relationship()

    @property
    def can_be_sent(self) -> bool:
        return self.state is HandState.WAITING and bool(self.pix_key)

    def forget_key(self) -> None:
        """Empty what tells to whom it goes: nobody needs it any more."""
        self.pix_key = self.pix_key_kind = self.pix_holder = ""
