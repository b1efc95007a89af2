"""Fairs, their days, and which enterprise stands at which stall."""

import enum
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, Municipality, Neighbourhood, User
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.map_points import MapPoint
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise
from marketplace.fairs import plots
from marketplace.fairs.models.series import FairSeries


class FairState(enum.StrEnum):
    PLANNED = "planned"  # seen by staff alone
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"
    CLOSED = "closed"  # over, and gone through: nothing of it changes any more but what comes late


PUBLIC = (FairState.ANNOUNCED, FairState.CLOSED)
"""On the calendar, and not called off."""


class HostKind(enum.StrEnum):
    """What kind of house takes a fair in that is not held in the street."""

    FACTORY = "factory"
    SHOPPING = "shopping"
    PUBLIC_OFFICE = "public_office"
    SCHOOL = "school"
    COMMUNITY = "community"  # association, parish, terreiro
    OTHER = "other"


class CashMode(enum.StrEnum):
    """Who takes the money: it decides which tills may be bound."""

    OWN = "own"  # each stall its own
    DESK = "desk"  # one desk for all
    MIXED = "mixed"

    def takes(self, enterprise_id: int | None) -> bool:
        """Whether a till of that enterprise may be bound, of the common desk where it is none."""
        return self is CashMode.MIXED or (enterprise_id is None) == (self is CashMode.DESK)


class Fair(Model):
    __tablename__ = "fairs"
    __table_args__ = (
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_point"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fair_series.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fair_venues.id"), index=True)
    """Which of the places that staff noted it is, where it is one of them."""
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    place: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    municipality_code: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.code"))
    neighbourhood_id: Mapped[int | None] = mapped_column(sa.ForeignKey("neighbourhoods.id"))
    latitude: Mapped[int | None]  # millionths of a degree, south negative
    longitude: Mapped[int | None]  # west negative
    host: Mapped[str] = mapped_column(default="")
    host_kind: Mapped[HostKind | None]
    host_only: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """For those who work or study there; the street does not come in."""
    rules: Mapped[str] = mapped_column(default="", server_default="")  # who applies accepts them
    access_note: Mapped[str] = mapped_column(default="")  # ramp, Libras, transport
    about: Mapped[str] = mapped_column(default="")
    programme: Mapped[list[dict[str, Any]]] = mapped_column(default=list)  # hour, what, who
    stall_plan: Mapped[str] = mapped_column(default="", server_default="")  # of `plots`, as typed
    state: Mapped[FairState] = mapped_column(default=FairState.PLANNED, index=True)
    reservations_close_at: Mapped[datetime]
    window_minutes: Mapped[int] = mapped_column(default=60)
    window_capacity: Mapped[int] = mapped_column(default=40)  # purchases in a window
    tolerance_minutes: Mapped[int] = mapped_column(default=60)
    fee_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    """What each who sells at the common desk gives for the upkeep, kept of its cash, once."""
    cash_mode: Mapped[CashMode] = mapped_column(default=CashMode.MIXED, server_default="mixed")
    cloned_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fairs.id"))
    made_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    division: Mapped[Division] = relationship()
    series: Mapped[FairSeries | None] = relationship()
    municipality: Mapped[Municipality] = relationship()
    neighbourhood: Mapped[Neighbourhood | None] = relationship()
    days: Mapped[list["FairDay"]] = relationship(back_populates="fair", order_by="FairDay.day")
    exhibitors: Mapped[list["Exhibitor"]] = relationship(order_by="Exhibitor.position")

    @property
    def time_zone(self) -> str:
        return self.municipality.time_zone

    @property
    def point(self) -> MapPoint | None:
        if self.latitude is None or self.longitude is None:
            return None
        return MapPoint(self.latitude, self.longitude)

    @property
    def stalls(self) -> plots.StallMap:
        return plots.read(self.stall_plan)


class FairDay(Model):
    """One day of a fair, in its municipality's time."""

    __tablename__ = "fair_days"
    __table_args__ = (
        sa.UniqueConstraint("fair_id", "day"),
        sa.CheckConstraint("closes > opens", name="closes_after_opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    opens: Mapped[time]
    closes: Mapped[time]
    collection_id: Mapped[int | None] = mapped_column(sa.ForeignKey("collections.id"))

    fair: Mapped[Fair] = relationship(back_populates="days")


class Exhibitor(Model):
    """An enterprise at a stall; several may share one."""

    __tablename__ = "exhibitors"
    __table_args__ = (sa.UniqueConstraint("fair_id", "enterprise_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    stall: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)

    enterprise: Mapped[Enterprise] = relationship()


class FairMove(Model):
    """A change of a fair's state: who, when, why."""

    __tablename__ = "fair_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"), index=True)
    state: Mapped[FairState]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    moved_at: Mapped[datetime]

    by: Mapped[User | None] = relationship()


for each in (Fair, FairDay, Exhibitor, FairMove):
    shown("fairs", each)
