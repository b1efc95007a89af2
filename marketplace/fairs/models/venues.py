"""Where a fair might be held: potential places, who went to see them, and what they saw."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Division, User
from marketplace.core import guards
from marketplace.core.database import Model
from marketplace.core.map_points import MapPoint
from marketplace.fairs.models.fairs import HostKind


class Fit(enum.StrEnum):
    """What who went there thinks of it."""

    GOOD = "good"
    WITH_WORK = "with_work"  # something is missing, and can be had
    NOT = "not"


class Venue(Model):
    """A place that staff have in mind for fairs; what each visit found is kept with it."""

    __tablename__ = "fair_venues"
    __table_args__ = (
        sa.UniqueConstraint("division_id", "name"),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_point"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    host_kind: Mapped[HostKind | None]
    latitude: Mapped[int | None]  # millionths of a degree, south negative
    longitude: Mapped[int | None]  # west negative
    about: Mapped[str] = mapped_column(default="")  # shade, water, power, how many stalls fit
    made_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    division: Mapped[Division] = relationship()

    @property
    def point(self) -> MapPoint | None:
        if self.latitude is None or self.longitude is None:
            return None
        return MapPoint(self.latitude, self.longitude)


class VenueVisit(Model):
    """That somebody went to see a place, and what they found; never changed."""

    __tablename__ = "venue_visits"
    __table_args__ = (sa.CheckConstraint("words <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_venues.id"), index=True)
    visited_on: Mapped[date]
    fit: Mapped[Fit]
    words: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    noted_at: Mapped[datetime]

    by: Mapped[User | None] = relationship()
    photos: Mapped[list["VenuePhoto"]] = relationship(order_by="VenuePhoto.id")


class VenuePhoto(Model):
    """A photo of a visit; it may be taken away, as where somebody can be known on it."""

    __tablename__ = "venue_photos"
    __table_args__ = (sa.UniqueConstraint("visit_id", "picture"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("venue_visits.id"))
    picture: Mapped[str]  # of `core.pictures`
    made_at: Mapped[datetime]


guards.append_only("venue_visits")
