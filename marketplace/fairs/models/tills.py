"""Tills: devices bound to a fair day, and what they sold."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.fairs import Fair
from marketplace.orders.models.at_till import Came
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import Collection, Way
from marketplace.payments.models.payments import Method

HEARD = timedelta(days=30)
"""How long after its day a till may still tell what it sold."""


class Till(Model):
    """A device, bound beforehand to a fair day, a person and one stall or the common desk."""

    __tablename__ = "tills"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)  # the token itself is shown once
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"), index=True)
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collections.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    """Whose stall it is; none at the common desk, which sells for all."""
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)  # who sells
    bound_at: Mapped[datetime]
    bound_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    heard_at: Mapped[datetime | None]  # when it last told anything
    skew_seconds: Mapped[int | None]  # by how much its clock was ahead of ours then

    fair: Mapped[Fair] = relationship()
    collection: Mapped[Collection] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    user: Mapped[User] = relationship(foreign_keys=user_id)

    @property
    def way(self) -> Way:
        return Way.DESK if self.enterprise_id is None else Way.STALL

    def is_heard(self, now: datetime) -> bool:
        """Whether what it tells is still taken: also from one that was revoked, for its day."""
        return now < self.collection.ends_at + HEARD

    def is_late(self, now: datetime) -> bool:
        """Whether what it tells now should have been told before: revoked, or its day is over."""
        over = now >= self.collection.due_at or self.collection.cancelled_at is not None
        return self.revoked_at is not None or over


class TillSale(Model):
    """A sale as a till told it; ``code`` was made on the device and is unique for ever."""

    __tablename__ = "till_sales"
    __table_args__ = (
        sa.CheckConstraint("total_cents > 0", name="something"),
        sa.CheckConstraint("(discount_cents > 0) = (reason <> '')", name="discount_has_its_reason"),
        sa.Index("ix_till_sales_till_sequence", "till_id", "sequence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # a UUID of version 7
    till_id: Mapped[int] = mapped_column(sa.ForeignKey("tills.id"))
    sequence: Mapped[int]  # counted on the device from 1: a gap is a sale that did not arrive
    digest: Mapped[str]  # of what was told: the same code with another body is no repeat
    told_at: Mapped[datetime | None]  # by the device's clock, whatever that says
    received_at: Mapped[datetime] = mapped_column(index=True)
    late: Mapped[bool] = mapped_column(default=False)
    total_cents: Mapped[Cents]
    discount_cents: Mapped[Cents] = mapped_column(default=0)  # taken off before that total
    reason: Mapped[str] = mapped_column(default="")  # of the discount
    bartered: Mapped[str] = mapped_column(default="", server_default="")
    """What was given in exchange, where something was."""
    cashier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """Who sold, where that was another than the till's own person."""
    purchase_id: Mapped[int | None] = mapped_column(sa.ForeignKey("purchases.id"), unique=True)
    """None only until the sale is written, in the same transaction."""

    till: Mapped[Till] = relationship()
    purchase: Mapped[Purchase | None] = relationship()


class TillVoid(Model):
    """That a till undid a sale of its own; never changed."""

    __tablename__ = "till_voids"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # a UUID of version 7
    till_id: Mapped[int] = mapped_column(sa.ForeignKey("tills.id"), index=True)
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("till_sales.id"), unique=True)
    sequence: Mapped[int]
    digest: Mapped[str]
    told_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    cashier_id: Mapped[int | None]  # of users, as on a sale; without a key: the table is guarded

    till: Mapped[Till] = relationship()
    sale: Mapped[TillSale] = relationship()


class TillHandover(Model):
    """A reservation that a till told to have handed over, and what became of that."""

    __tablename__ = "till_handovers"
    __table_args__ = (
        sa.CheckConstraint("paid_cents >= 0", name="not_negative"),
        sa.CheckConstraint("(method IS NULL) = (paid_cents = 0)", name="paid_in_a_way"),
        sa.CheckConstraint("came IS NULL OR came <> 'given' OR sale_id IS NULL", name="one_sale"),
        sa.Index(
            *("uq_till_handovers_given", "order_id"),
            unique=True,
            sqlite_where=sa.text("came = 'given'"),
            postgresql_where=sa.text("came = 'given'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # a UUID of version 7
    till_id: Mapped[int] = mapped_column(sa.ForeignKey("tills.id"), index=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    sequence: Mapped[int]
    digest: Mapped[str]
    told_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    by_code: Mapped[bool] = mapped_column(default=False)  # the buyer's own, and the right one
    reason: Mapped[str] = mapped_column(default="")  # why without it
    method: Mapped[Method | None]  # in which it was paid there; none if it was paid before
    paid_cents: Mapped[Cents] = mapped_column(default=0)
    bartered: Mapped[str] = mapped_column(default="", server_default="")
    """What was given in exchange, where something was."""
    cashier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """Who sold, where that was another than the till's own person."""
    came: Mapped[Came | None]
    """None only until it is decided, in the same transaction."""
    sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_sales.id"), unique=True)
    """Of a reservation that was over: what was sold instead."""

    till: Mapped[Till] = relationship()
    order: Mapped[Order] = relationship()
    sale: Mapped[TillSale | None] = relationship()


append_only("till_voids")
