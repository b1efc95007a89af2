"""Where and when goods change hands: collections, service points, deliveries."""

import enum
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, Municipality, Zone
from marketplace.core.clock import instant_of
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise


class ServicePoint(Model):
    """A place of the Division where orders wait for their buyers on its opening days."""

    __tablename__ = "service_points"

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    name: Mapped[str]
    address: Mapped[str]
    hours: Mapped[dict[str, Any]]  # ISO weekday "1".."7" → ["08:00", "14:00"], local
    closed_at: Mapped[datetime | None]  # no longer in use

    division: Mapped[Division] = relationship()

    @property
    def time_zone(self) -> str:
        return self.division.time_zone

    def open_on(self, day: date) -> bool:
        """Whether it opens on that weekday; closing days are the Division's."""
        return str(day.isoweekday()) in self.hours

    def hours_on(self, day: date) -> tuple[datetime, datetime]:
        """Return the instants at which it opens and closes on a day on which it opens."""
        opens, closes = (time.fromisoformat(hour) for hour in self.hours[str(day.isoweekday())])
        zone = self.time_zone
        return instant_of(day, opens, zone), instant_of(day, closes, zone)


class ClosingDay(Model):
    """A local day on which the Division's service points do not open."""

    __tablename__ = "closing_days"

    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str]


class DeliveryPrice(Model):
    """What it costs to have an order brought to a zone, and how long it takes."""

    __tablename__ = "delivery_prices"
    __table_args__ = (sa.CheckConstraint("price_cents >= 0", name="not_negative"),)

    zone_id: Mapped[int] = mapped_column(sa.ForeignKey("zones.id"), primary_key=True)
    price_cents: Mapped[Cents]
    days: Mapped[int]
    offered: Mapped[bool] = mapped_column(default=True)

    zone: Mapped[Zone] = relationship()


class Collection(Model):
    """A day on which several enterprises hand over orders at one place; a fair publishes these."""

    __tablename__ = "collections"
    __table_args__ = (
        sa.UniqueConstraint("subject_type", "subject_id"),
        sa.CheckConstraint("ends_at > opens_at", name="ends_after_opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    subject_type: Mapped[str]  # who published it: fair_day
    subject_id: Mapped[int]
    fair_id: Mapped[int | None]  # frozen on each sale; no foreign key: fairs are a floor above
    title: Mapped[str]
    path: Mapped[str]  # its public page, without language prefix
    place: Mapped[str]
    municipality_code: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.code"))
    day: Mapped[date]  # local
    opens_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closes_at: Mapped[datetime]  # of reservations
    closed_at: Mapped[datetime | None]  # when none was on its way any more; stays closed
    tolerance_minutes: Mapped[int] = mapped_column(default=60)  # after the end, before no-show
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")

    division: Mapped[Division] = relationship()
    municipality: Mapped[Municipality] = relationship()
    windows: Mapped[list["Window"]] = relationship(order_by="Window.starts_at")
    sellers: Mapped[list["CollectionSeller"]] = relationship(order_by="CollectionSeller.stall")

    @property
    def time_zone(self) -> str:
        return self.municipality.time_zone

    def takes_orders(self, now: datetime) -> bool:
        over = self.cancelled_at is not None or self.closed_at is not None
        return not over and now < self.closes_at

    @property
    def due_at(self) -> datetime:
        """Until when goods wait: after this, they are on sale again."""
        return self.ends_at + timedelta(minutes=self.tolerance_minutes)


class Window(Model):
    """A span within a collection, with room for so many orders."""

    __tablename__ = "collection_windows"
    __table_args__ = (
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name="taken_within_capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collections.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]  # purchases, not orders: one buyer is one visit
    taken: Mapped[int] = mapped_column(default=0)

    @property
    def has_room(self) -> bool:
        return self.taken < self.capacity


class CollectionSeller(Model):
    """An enterprise that will be there, and at which stall."""

    __tablename__ = "collection_sellers"

    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collections.id"), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enterprises.id"), primary_key=True, index=True
    )
    stall: Mapped[str] = mapped_column(default="")

    enterprise: Mapped[Enterprise] = relationship()


class Way(enum.StrEnum):
    """How goods reach the buyer."""

    COLLECTION = "collection"  # at a fair
    POINT = "point"  # at a service point
    DELIVERY = "delivery"
    STALL = "stall"  # bought on the spot, at a stall
    DESK = "desk"  # bought on the spot, at the common desk of a fair


ON_THE_SPOT = (Way.STALL, Way.DESK)
"""Sold at a till: nobody ordered it before."""


for place in (ServicePoint, ClosingDay, DeliveryPrice, Collection, CollectionSeller):
    shown("places", place)
