"""Calls for the places of a fair, who applied, what was drawn, and who holds a place."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.core import guards
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.fairs.draw import Outcome
from marketplace.fairs.models.fairs import Fair


class Call(Model):
    """Who may apply for a fair's places, until when, and which public number will draw them."""

    __tablename__ = "fair_calls"
    __table_args__ = (
        sa.CheckConstraint("places > 0", name="some_places"),
        sa.CheckConstraint("stalls > 0 AND stalls <= places", name="stalls_hold_places"),
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"), unique=True)
    places: Mapped[int]
    stalls: Mapped[int]  # each holds one place or more
    quotas: Mapped[dict[str, Any]] = mapped_column(default=dict)  # places by segment
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)  # see `queries.eligibility`
    note: Mapped[str] = mapped_column(default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]  # the first moment at which it takes nobody
    lottery_number: Mapped[int]  # the drawing of the Loteria Federal named beforehand
    lottery_on: Mapped[date]  # its day
    made_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    fair: Mapped[Fair] = relationship()
    draw: Mapped["Draw | None"] = relationship(back_populates="call")

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def is_closed(self, now: datetime) -> bool:
        return now >= self.closes_at


class ApplicationState(enum.StrEnum):
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class Application(Model):
    """An enterprise that wants a place; its number is its lot's."""

    __tablename__ = "fair_applications"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "enterprise_id"),
        sa.UniqueConstraint("call_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_calls.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    number: Mapped[int]
    segment: Mapped[Segment]
    brings: Mapped[str]
    shares: Mapped[bool] = mapped_column(default=True)
    rules_accepted: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.SENT)
    applied_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    call: Mapped[Call] = relationship()
    enterprise: Mapped[Enterprise] = relationship()


class Draw(Model):
    """The drawing of a call: its seed, and from which prizes it was made; never changed."""

    __tablename__ = "fair_draws"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_calls.id"), unique=True)
    prizes: Mapped[str]  # as published, first to fifth
    seed: Mapped[str]
    drawn_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    call: Mapped[Call] = relationship(back_populates="draw")
    by: Mapped[User | None] = relationship()
    lots: Mapped[list["DrawnLot"]] = relationship(order_by="DrawnLot.position")


class DrawnLot(Model):
    """What one application drew, with all that decided it; never changed."""

    __tablename__ = "fair_lots"
    __table_args__ = (
        sa.CheckConstraint("(outcome = 'excluded') = (rule <> '')", name="excluded_by_a_rule"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_draws.id"), index=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_applications.id"), unique=True)
    number: Mapped[int]
    segment: Mapped[Segment]
    credit: Mapped[int]  # times left out since the last place
    digest: Mapped[str]
    position: Mapped[int]  # in the line of all, from 1; 0: not in the draw
    outcome: Mapped[Outcome]
    rule: Mapped[str] = mapped_column(default="")  # which one kept it out

    application: Mapped[Application] = relationship()


class PlaceState(enum.StrEnum):
    HELD = "held"
    GIVEN_UP = "given_up"  # by the enterprise
    TAKEN_BACK = "taken_back"  # by staff


class MoveKind(enum.StrEnum):
    DRAWN = "drawn"
    CALLED_UP = "called_up"  # from those who waited
    GIVEN = "given"  # by staff, with a reason
    GIVEN_UP = "given_up"
    TAKEN_BACK = "taken_back"  # by staff, with a reason


LEADS_TO = {MoveKind.GIVEN_UP: PlaceState.GIVEN_UP, MoveKind.TAKEN_BACK: PlaceState.TAKEN_BACK}
GIVES = (MoveKind.DRAWN, MoveKind.CALLED_UP, MoveKind.GIVEN)


class Place(Model):
    """An enterprise's place at a fair; its moves tell how it got it, and lost it."""

    __tablename__ = "fair_places"
    __table_args__ = (sa.UniqueConstraint("call_id", "enterprise_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_calls.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    segment: Mapped[Segment]
    state: Mapped[PlaceState]

    call: Mapped[Call] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    moves: Mapped[list["PlaceMove"]] = relationship(back_populates="place", order_by="PlaceMove.id")

    def move(
        self, kind: MoveKind, *, by_id: int | None, now: datetime, reason: str = ""
    ) -> "PlaceMove":
        """Note what happened to it and take the state that this leads to."""
        move = PlaceMove(kind=kind, by_id=by_id, moved_at=now, reason=reason)
        self.moves.append(move)
        self.state = LEADS_TO.get(kind, PlaceState.HELD)
        return move


class PlaceMove(Model):
    """What happened to a place: who, when, why; never changed."""

    __tablename__ = "fair_place_moves"
    __table_args__ = (
        sa.CheckConstraint(
            "kind NOT IN ('given', 'taken_back') OR reason <> ''", name="staff_say_why"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_places.id"), index=True)
    kind: Mapped[MoveKind]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    moved_at: Mapped[datetime]

    place: Mapped[Place] = relationship(back_populates="moves")
    by: Mapped[User | None] = relationship()


class Mark(enum.StrEnum):
    PRESENT = "present"
    EXCUSED = "excused"  # absent, and told before
    ABSENT = "absent"


class Attendance(Model):
    """Whether an enterprise came to a fair where it had a stall."""

    __tablename__ = "fair_attendances"
    __table_args__ = (sa.UniqueConstraint("fair_id", "enterprise_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fairs.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    mark: Mapped[Mark]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    marked_at: Mapped[datetime]


for each in ("fair_draws", "fair_lots", "fair_place_moves"):
    guards.append_only(each)
shown("fairs", Draw)
