"""Fairs, their days, and which enterprise stands at which stall."""

import enum
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, Municipality, Neighbourhood, User
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise


class FairState(enum.StrEnum):
    PLANNED = "planned"  # seen by staff alone
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


class Fair(Model):
    __tablename__ = "fairs"

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    place: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    municipality_code: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.code"))
    neighbourhood_id: Mapped[int | None] = mapped_column(sa.ForeignKey("neighbourhoods.id"))
    host: Mapped[str] = mapped_column(default="")
    access_note: Mapped[str] = mapped_column(default="")  # ramp, Libras, transport
    about: Mapped[str] = mapped_column(default="")
    programme: Mapped[list[dict[str, Any]]] = mapped_column(default=list)  # hour, what, who
    state: Mapped[FairState] = mapped_column(default=FairState.PLANNED, index=True)
    reservations_close_at: Mapped[datetime]
    window_minutes: Mapped[int] = mapped_column(default=60)
    window_capacity: Mapped[int] = mapped_column(default=40)  # purchases in a window
    tolerance_minutes: Mapped[int] = mapped_column(default=60)
    fee_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    """What each who sells at the common desk gives for the upkeep, kept of its cash, once."""
    cloned_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fairs.id"))
    made_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    division: Mapped[Division] = relationship()
    municipality: Mapped[Municipality] = relationship()
    neighbourhood: Mapped[Neighbourhood | None] = relationship()
    days: Mapped[list["FairDay"]] = relationship(back_populates="fair", order_by="FairDay.day")
    exhibitors: Mapped[list["Exhibitor"]] = relationship(order_by="Exhibitor.position")

    @property
    def time_zone(self) -> str:
        return self.municipality.time_zone


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
