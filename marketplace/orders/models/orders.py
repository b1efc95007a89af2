"""Purchases and their orders, one per enterprise, with all that happened to each."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.orders.models.places import Collection, ServicePoint, Way, Window
from marketplace.payments.models import Method


class State(enum.StrEnum):
    PLACED = "placed"  # waits for the enterprise
    ACCEPTED = "accepted"
    READY = "ready"
    DISPATCHED = "dispatched"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"  # by the enterprise
    LAPSED = "lapsed"  # the enterprise did not answer in time
    CANCELLED = "cancelled"  # by the buyer, or by staff
    NO_SHOW = "no_show"  # never collected
    WITHDRAWN = "withdrawn"  # given back within the legal term


class Purchase(Model):
    """What one buyer ordered at once; becomes one order per enterprise."""

    __tablename__ = "purchases"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)  # short, for people; opens nothing
    link_key: Mapped[str] = mapped_column(unique=True)  # ≥ 80 bits, opens its page
    checkout_key: Mapped[str] = mapped_column(unique=True)  # a second press is the same purchase
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    buyer_name: Mapped[str]
    buyer_mobile: Mapped[str] = mapped_column(index=True)  # E.164
    buyer_email: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="pt_BR")
    placed_at: Mapped[datetime] = mapped_column(index=True)
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    orders: Mapped[list["Order"]] = relationship(back_populates="purchase", order_by="Order.letter")


class Order(Model):
    __tablename__ = "orders"
    __table_args__ = (
        sa.UniqueConstraint("purchase_id", "letter"),
        sa.CheckConstraint("goods_cents + delivery_cents = total_cents", name="adds_up"),
        sa.CheckConstraint("delivery_cents >= 0", name="delivery_not_negative"),
        sa.Index("ix_orders_enterprise_state", "enterprise_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_id: Mapped[int] = mapped_column(sa.ForeignKey("purchases.id"), index=True)
    letter: Mapped[str]  # A, B …: 2481-A
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    state: Mapped[State] = mapped_column(default=State.PLACED, index=True)
    to_order: Mapped[bool] = mapped_column(default=False)  # an *encomenda*: counted apart
    way: Mapped[Way]
    collection_id: Mapped[int | None] = mapped_column(sa.ForeignKey("collections.id"), index=True)
    window_id: Mapped[int | None] = mapped_column(sa.ForeignKey("collection_windows.id"))
    point_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_points.id"))
    collect_on: Mapped[date | None]  # at a service point, local day
    address: Mapped[str] = mapped_column(default="")  # of delivery
    zone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("zones.id"))
    method: Mapped[Method]
    goods_cents: Mapped[Cents]
    delivery_cents: Mapped[Cents] = mapped_column(default=0)  # income of whoever delivers
    total_cents: Mapped[Cents]
    handover_code: Mapped[str]  # 6 digits, beside the number; tries limited
    handover_tries: Mapped[int] = mapped_column(default=0)
    answer_by: Mapped[datetime]  # silence until then is `lapsed`
    due_at: Mapped[datetime | None]  # collected by then, else `no_show`
    handed_over_at: Mapped[datetime | None]
    stock_held: Mapped[bool] = mapped_column(default=True)  # false once returned or handed over

    purchase: Mapped[Purchase] = relationship(back_populates="orders")
    enterprise: Mapped[Enterprise] = relationship()
    collection: Mapped[Collection | None] = relationship()
    window: Mapped[Window | None] = relationship()
    point: Mapped[ServicePoint | None] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.id")
    events: Mapped[list["OrderEvent"]] = relationship(order_by="OrderEvent.id")


class OrderLine(Model):
    """What was ordered, with everything true on that day; parts are of ONE unit, in centavos."""

    __tablename__ = "order_lines"
    __table_args__ = (
        sa.CheckConstraint("ordered > 0", name="ordered_positive"),
        sa.CheckConstraint("separated BETWEEN 0 AND ordered", name="separated_range"),
        sa.CheckConstraint("handed_over BETWEEN 0 AND ordered", name="handed_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)
    price_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("price_versions.id"))
    name: Mapped[str]
    unit: Mapped[str]
    segment: Mapped[Segment]
    category: Mapped[str] = mapped_column(default="")  # its slug that day
    price_cents: Mapped[Cents]
    makers_cents: Mapped[Cents | None]
    materials_cents: Mapped[Cents | None]
    packing_cents: Mapped[Cents | None]
    fund_cents: Mapped[Cents | None]
    fees_cents: Mapped[Cents | None]
    minutes: Mapped[int] = mapped_column(default=0)
    real_hour_cents: Mapped[Cents | None]
    lead_days: Mapped[int] = mapped_column(default=0)
    perishable: Mapped[bool] = mapped_column(default=False)
    to_order: Mapped[bool] = mapped_column(default=False)
    ordered: Mapped[int]
    separated: Mapped[int] = mapped_column(default=0)
    handed_over: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")  # where the three differ


class OrderEvent(Model):
    """One thing that happened to an order: who, in which role, when, why; never changed."""

    __tablename__ = "order_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    kind: Mapped[str]  # a State's value, or window_changed, code_sent, quantities_changed …
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    acted_as: Mapped[str] = mapped_column(default="")  # buyer, member, facilitator, house …
    reason: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    happened_at: Mapped[datetime]


class LookupCode(Model):
    """Lets a buyer who lost the link find a purchase again: number + mobile + this code."""

    __tablename__ = "lookup_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_id: Mapped[int] = mapped_column(sa.ForeignKey("purchases.id"), index=True)
    salt: Mapped[str]
    code_hash: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class Counter(Model):
    """The next short number of a kind; a row, so that two buyers never share one."""

    __tablename__ = "counters"

    kind: Mapped[str] = mapped_column(primary_key=True)
    next_number: Mapped[int]
