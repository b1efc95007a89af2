"""Purchases and their orders, one per enterprise, with all that happened to each."""

import enum
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, Zone
from marketplace.core.clock import day_bounds, today
from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.orders.models.places import (
    Collection,
    CollectionSeller,
    ServicePoint,
    Way,
    Window,
)
from marketplace.payments.models.payments import DIRECT, Method

WITHDRAWAL_DAYS = 7
PAYABLE = "order"  # how payments call one
RETURNED = ("refunded", "goods_back")  # kinds of events


class State(enum.StrEnum):
    AWAITING = "awaiting"  # waits for its buyer to pay; the enterprise does not see it yet
    PLACED = "placed"  # waits for the enterprise
    ACCEPTED = "accepted"
    READY = "ready"
    DISPATCHED = "dispatched"
    HANDED_OVER = "handed_over"
    NOT_PAID = "not_paid"  # let go: its buyer did not pay in time
    REFUSED = "refused"  # by the enterprise
    LAPSED = "lapsed"  # the enterprise did not answer in time
    CANCELLED = "cancelled"  # by the buyer, or by staff
    NO_SHOW = "no_show"  # never collected
    WITHDRAWN = "withdrawn"  # given back within the legal term
    VOIDED = "voided"  # a sale at a till, undone there


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
    discount_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    """Taken off at a till, before that total; borne by who sold."""
    handover_code: Mapped[str]  # 6 digits, beside the number; tries limited
    handover_tries: Mapped[int] = mapped_column(default=0)
    pay_by: Mapped[datetime | None]  # else `not_paid`; none once paid, and where paid on the spot
    answer_by: Mapped[datetime]  # silence until then is `lapsed`
    due_at: Mapped[datetime | None]  # collected by then, else `no_show`
    handed_over_at: Mapped[datetime | None]
    stock_held: Mapped[bool] = mapped_column(default=True)  # false once returned or handed over

    purchase: Mapped[Purchase] = relationship(back_populates="orders")
    enterprise: Mapped[Enterprise] = relationship()
    division: Mapped[Division] = relationship()
    zone: Mapped[Zone | None] = relationship()
    collection: Mapped[Collection | None] = relationship()
    window: Mapped[Window | None] = relationship()
    seller: Mapped[CollectionSeller | None] = relationship(
        primaryjoin=lambda: sa.and_(
            orm.foreign(Order.collection_id) == CollectionSeller.collection_id,
            orm.foreign(Order.enterprise_id) == CollectionSeller.enterprise_id,
        ),
        viewonly=True,
    )
    point: Mapped[ServicePoint | None] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.id")
    events: Mapped[list["OrderEvent"]] = relationship(order_by="OrderEvent.id")

    @property
    def code(self) -> str:
        """What people call it: 2481-A."""
        return f"{self.purchase.number}-{self.letter}"

    @property
    def time_zone(self) -> str:
        """Of the place where it is handed over; else of the enterprise's Division."""
        place = self.collection or self.division
        return place.municipality.time_zone

    @property
    def closes_at(self) -> datetime | None:
        """From when on the goods are on their way; none until an order to deliver is sent out."""
        if self.collection:
            return self.collection.closes_at
        if self.collect_on:
            return day_bounds(self.collect_on, self.time_zone)[0]
        return None

    @property
    def stocked(self) -> list[tuple[int, "OrderLine"]]:
        """The lines of products by the products' ids: in this order their stock is locked."""
        named = [(line.product_id, line) for line in self.lines if line.product_id is not None]
        return sorted(named, key=lambda pair: pair[0])

    def can_be_cancelled(self, now: datetime) -> bool:
        """Whether its buyer may still give it up: always while nobody accepted it."""
        if self.state in (State.ACCEPTED, State.READY):
            return self.closes_at is None or now < self.closes_at
        return self.state in (State.AWAITING, State.PLACED)

    @property
    def is_prepaid(self) -> bool:
        """Whether its money came through the provider: what is not handed over goes back so."""
        return self.method not in DIRECT and self.pay_by is None

    @property
    def awaits_return(self) -> bool:
        """Whether it was given back, and nobody noted yet that goods and money are back."""
        noted = any(event.kind in RETURNED for event in self.events)
        return self.state is State.WITHDRAWN and not noted

    @property
    def agreed_at_a_distance(self) -> bool:
        """Whether the buyer paid, or received it at home, before seeing the goods.

        Goods seen and paid at a stall are bought there.

        **Source:** CDC (Lei 8.078/1990), art. 49: contracts made away from the seller's place.
        """
        return self.way is Way.DELIVERY or self.method not in DIRECT

    @property
    def withdrawable_until(self) -> datetime | None:
        """The end of the last day on which it may be given back without a reason; none if never.

        The day of receipt does not count. Perishables and what is made to measure are given back
        only if the enterprise accepts.

        **Source:** CDC, art. 49; Código Civil, art. 132.
        """
        excepted = any(line.perishable or line.to_order for line in self.lines)
        if self.handed_over_at is None or excepted or not self.agreed_at_a_distance:
            return None
        received = today(self.time_zone, self.handed_over_at)
        return day_bounds(received + timedelta(days=WITHDRAWAL_DAYS), self.time_zone)[1]


class OrderLine(Model):
    """What was ordered, with everything true on that day; parts are of ONE unit, in centavos."""

    __tablename__ = "order_lines"
    __table_args__ = (
        sa.CheckConstraint("ordered > 0", name="ordered_positive"),
        sa.CheckConstraint("separated BETWEEN 0 AND ordered", name="separated_range"),
        sa.CheckConstraint("handed_over BETWEEN 0 AND ordered", name="handed_range"),
        sa.CheckConstraint("charged BETWEEN 0 AND ordered", name="charged_range"),
        sa.CheckConstraint("missing BETWEEN 0 AND ordered", name="missing_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"), index=True)
    """None where a till sold something that is not in the catalogue."""
    price_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("price_versions.id"))
    offer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fair_offers.id"), index=True)
    """Of which pieces, set apart for its fair, it was taken; none: of the others."""
    name: Mapped[str]
    unit: Mapped[str]
    unit_grams: Mapped[int | None]  # what one traditional unit weighs
    law_subject: Mapped[str | None]  # what the law called it (`MinimumTie`); none: nobody said
    law_region: Mapped[str | None]
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
    charged: Mapped[int]  # what the total is made of: as ordered, then separated, then handed over
    missing: Mapped[int] = mapped_column(default=0, server_default="0")
    """Pieces that are held and do not exist: once they are let go, they are counted out."""
    reason: Mapped[str] = mapped_column(default="")  # where ordered and charged differ

    @property
    def total_cents(self) -> int:
        return self.price_cents * self.charged

    @property
    def subject(self) -> str:
        """How stock movements and facts call it."""
        return subject_of(self.id)


def subject_of(line_id: int) -> str:
    """Return how stock movements and facts call an order line."""
    return f"order_line:{line_id}"


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


append_only("order_events")
