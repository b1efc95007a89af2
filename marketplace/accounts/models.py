"""People and their grants; municipalities, zones and the Divisions that serve them."""

import enum
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.rights import CODE, PASSWORD


class Role(enum.StrEnum):
    """What a person may be, beside a buyer: `docs/rights.md` says what each may do."""

    FACILITATOR = "facilitator"
    DESK_TILL = "desk_till"
    ARTICULATION = "articulation"
    QUALIFICATION = "qualification"
    FINANCE = "finance"
    HEAD = "head"
    COUNCIL = "council"
    ADMINISTRATOR = "administrator"


DIVISION_ROLES = frozenset(Role) - {Role.FACILITATOR}
"""Roles that open a Division's pages; a facilitator only acts for enterprises that accepted."""
STAFF_ROLES = DIVISION_ROLES - {Role.COUNCIL, Role.DESK_TILL}
"""Municipal staff at a desk: their login sessions are short, and begin with a second step."""
STAFF_IDLE, STAFF_LONGEST = timedelta(minutes=30), timedelta(hours=12)
IDLE, LONGEST = timedelta(hours=12), timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)
SKEW = timedelta(minutes=5)  # what came later than this was by a clock that was put back since
PROOF_HOLDS = timedelta(minutes=10)
MOST_TRIES = 5


class CodePurpose(enum.StrEnum):
    CLAIM = "claim"  # take over an account that somebody else made
    RESET = "reset"  # choose a new password


class Municipality(Model):
    """**Source:** IBGE municipality codes; time zones are IANA names."""

    __tablename__ = "municipalities"

    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # IBGE, 7 digits
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)  # lower case, no accents
    state: Mapped[str]  # AM, RO
    time_zone: Mapped[str]


class Zone(Model):
    """A part of a municipality by which sales are counted and deliveries priced."""

    __tablename__ = "zones"
    __table_args__ = (sa.UniqueConstraint("municipality_code", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_code: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.code"))
    slug: Mapped[str]
    name: Mapped[str]


class Neighbourhood(Model):
    __tablename__ = "neighbourhoods"
    __table_args__ = (sa.UniqueConstraint("municipality_code", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_code: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.code"))
    zone_id: Mapped[int] = mapped_column(sa.ForeignKey("zones.id"), index=True)
    name: Mapped[str]
    folded: Mapped[str]

    zone: Mapped[Zone] = relationship()


class Division(Model):
    """The municipal body that vets enterprises and runs fairs in its municipality."""

    __tablename__ = "divisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    municipality_code: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.code"))
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")

    municipality: Mapped[Municipality] = relationship()

    @property
    def time_zone(self) -> str:
        return self.municipality.time_zone


class User(UserMixin, Model):
    """A person who can log in, or whose account waits to be claimed (no password yet)."""

    __tablename__ = "users"
    __table_args__ = (sa.CheckConstraint("mobile IS NOT NULL OR email IS NOT NULL", name="reach"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    mobile: Mapped[str | None] = mapped_column(unique=True)  # E.164
    email: Mapped[str | None] = mapped_column(unique=True)  # lower case
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="pt_BR")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # on their behalf
    claimed_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]
    closing_reason: Mapped[str] = mapped_column(default="", server_default="")  # or of opening
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    made_by: Mapped["User | None"] = relationship(remote_side="User.id")

    @property
    def is_claimed(self) -> bool:
        return self.claimed_at is not None

    @hybrid_property
    def is_closed(self) -> bool:
        return self.deactivated_at is not None

    @is_closed.inplace.expression
    @classmethod
    def _is_closed(cls) -> sa.ColumnElement[bool]:
        return cls.deactivated_at.is_not(None)


class Grant(Model):
    """A role given to a person, in one Division; ended, never deleted."""

    __tablename__ = "grants"
    __table_args__ = (
        sa.Index(
            *("uq_grants_live", "user_id", "role", "division_id"),
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    role: Mapped[Role]
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: a command
    given_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(foreign_keys=user_id)
    division: Mapped[Division] = relationship()
    given_by: Mapped[User | None] = relationship(foreign_keys=given_by_id)
    ended_by: Mapped[User | None] = relationship(foreign_keys=ended_by_id)

    def end(self, now: datetime, *, by_id: int | None, reason: str) -> None:
        self.ended_at, self.ended_by_id, self.end_reason = now, by_id, reason


class LoginSession(Model):
    """One device on which a person is logged in; the cookie's reference is stored hashed."""

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)  # SHA-256, hex
    device: Mapped[str] = mapped_column(default="")
    browser_hash: Mapped[str | None]  # by which it is known again, for this person only
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    password_at: Mapped[datetime | None]  # when the password was last given on this device
    code_at: Mapped[datetime | None]  # when the second step was last taken
    acting: Mapped[str | None]  # the one of several roles that was chosen here

    user: Mapped[User] = relationship()

    def proven(self, now: datetime) -> frozenset[str]:
        """Return by what the person showed, in the last ten minutes, that it is they."""
        given = {PASSWORD: self.password_at, CODE: self.code_at}
        holds = (way for way, at in given.items() if at and -SKEW < now - at < PROOF_HOLDS)
        return frozenset(holds)

    def is_live(self, now: datetime, *, staff: bool) -> bool:
        """Tell whether it still holds: 12 h idle, 14 days in all; staff 30 min and 12 h."""
        idle, longest = (STAFF_IDLE, STAFF_LONGEST) if staff else (IDLE, LONGEST)
        until = min(self.seen_at + idle, self.made_at + longest)
        return self.ended_at is None and max(self.seen_at, self.made_at) - SKEW < now < until

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to note once more that the person was here."""
        return now - self.seen_at >= SEEN_EVERY


class OneTimeCode(Model):
    """A code that somebody hands to a person; only its salted hash is kept."""

    __tablename__ = "one_time_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    purpose: Mapped[CodePurpose]
    salt: Mapped[str]
    code_hash: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]

    def holds(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at and self.tries < MOST_TRIES


class SecondFactor(Model):
    """The key that an app on the person's phone shares with us; a code of it was shown once."""

    __tablename__ = "second_factors"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), unique=True)
    sealed: Mapped[str]  # of `core.vault`
    last_step: Mapped[int]  # a code of this half minute, or before, holds no more
    salt: Mapped[str]  # of the recovery codes
    made_at: Mapped[datetime]


class RecoveryCode(Model):
    """Stands in, once, for a phone that is lost; only its salted hash is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class FactorReset(Model):
    """Somebody took a person's second step away, because the phone is gone."""

    __tablename__ = "factor_resets"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: a command
    reason: Mapped[str]
    made_at: Mapped[datetime]


for place in (Municipality, Zone, Neighbourhood, Division):
    shown("places", place)
