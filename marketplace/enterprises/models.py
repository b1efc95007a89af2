"""Enterprises, the people in them, and each decision taken about them."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from marketplace.accounts.models import Division, Municipality, Neighbourhood, User
from marketplace.core import guards
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.text import fold
from marketplace.enterprises.pix_keys import Pix


class Kind(enum.StrEnum):
    """**Source:** Lei 15.068/2024, art. 4, §1: the legal form does not matter."""

    FAMILY_GROUP = "family_group"
    INFORMAL_GROUP = "informal_group"
    ASSOCIATION = "association"
    COOPERATIVE = "cooperative"
    NETWORK = "network"  # its members are enterprises


class Segment(enum.StrEnum):
    CRAFTS = "artesanato"
    FOREST = "extrativismo"
    RECYCLING = "reciclagem"
    CASSAVA = "mandioca"
    FARMING = "agricultura_familiar"


class Standing(enum.StrEnum):
    """Where an enterprise is in vetting; `decisions` tell how it came there."""

    DRAFT = "draft"
    SENT = "sent"
    IN_ANALYSIS = "in_analysis"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class Sex(enum.StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"  # another, or not told


class Access(enum.StrEnum):
    """What a member may do here when logged in."""

    NONE = "none"
    STALL_TILL = "stall_till"
    MEMBER = "member"
    MANAGER = "manager"


class DecisionKind(enum.StrEnum):
    SENT = "sent"  # by the group, or by who registers it
    TAKEN_UP = "taken_up"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"


LEADS_TO = {
    DecisionKind.SENT: Standing.SENT,
    DecisionKind.TAKEN_UP: Standing.IN_ANALYSIS,
    DecisionKind.RETURNED: Standing.RETURNED,
    DecisionKind.APPROVED: Standing.APPROVED,
    DecisionKind.REFUSED: Standing.REFUSED,
    DecisionKind.SUSPENDED: Standing.SUSPENDED,
    DecisionKind.REINSTATED: Standing.APPROVED,
}


SETTLED = (Standing.APPROVED, Standing.SUSPENDED)
"""Approved once: from then on what was vetted is the Division's to change."""


class PixStep(enum.StrEnum):
    ASKED = "asked"
    CANCELLED = "cancelled"


class Enterprise(Model):
    __tablename__ = "enterprises"

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)  # short, on tags and sheets: E01
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(default="", index=True)  # the name, to search by
    kind: Mapped[Kind]
    standing: Mapped[Standing] = mapped_column(default=Standing.DRAFT, index=True)
    legal_form: Mapped[str] = mapped_column(default="")
    cnpj: Mapped[str | None] = mapped_column(unique=True)  # 14 characters, no mask
    founded_year: Mapped[int | None]
    segment: Mapped[Segment]  # the main one; every one of them is in `segments`
    segments: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    municipality_code: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.code"))
    neighbourhood_id: Mapped[int | None] = mapped_column(sa.ForeignKey("neighbourhoods.id"))
    community: Mapped[str] = mapped_column(default="")  # where there is no neighbourhood
    river: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")  # never public
    mobile: Mapped[str] = mapped_column(default="")  # E.164
    email: Mapped[str] = mapped_column(default="")
    story: Mapped[str] = mapped_column(default="")
    photo: Mapped[str | None]  # a picture of `core.pictures`
    photo_alt: Mapped[str] = mapped_column(default="")
    pix_key: Mapped[str] = mapped_column(default="")
    pix_key_kind: Mapped[str] = mapped_column(default="")
    pix_holder: Mapped[str] = mapped_column(default="")
    pix_next_key: Mapped[str | None]  # the one that counts from ``pix_next_at`` on
    pix_next_kind: Mapped[str | None]
    pix_next_holder: Mapped[str | None]
    pix_next_at: Mapped[datetime | None]  # none: no change was asked for
    responsible_name: Mapped[str] = mapped_column(default="")  # legal block when there is no CNPJ
    responsible_cpf: Mapped[str] = mapped_column(default="")  # only on orders, never in listings
    paused_from: Mapped[date | None]
    paused_until: Mapped[date | None]  # last day away; none: until further notice
    pause_note: Mapped[str] = mapped_column(default="")
    steps_done: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # of the registration
    registered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    registered_at: Mapped[datetime]
    standing_since: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)  # what shows on public pages changed
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    division: Mapped[Division] = relationship()
    municipality: Mapped[Municipality] = relationship()
    neighbourhood: Mapped[Neighbourhood | None] = relationship()
    registered_by: Mapped[User | None] = relationship()
    members: Mapped[list["Member"]] = relationship(
        back_populates="enterprise", order_by="Member.id"
    )
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="enterprise", order_by="Decision.id"
    )

    @validates("name")
    def _fold_too(self, _key: str, name: str) -> str:
        self.folded = fold(name)
        return name

    @property
    def live_members(self) -> list["Member"]:
        return [member for member in self.members if member.left_on is None]

    @property
    def has_manager(self) -> bool:
        return any(member.access is Access.MANAGER for member in self.live_members)

    def decide(
        self,
        kind: DecisionKind,
        *,
        now: datetime,
        by_id: int | None,
        reason: str = "",
        fields: dict[str, Any] | None = None,
    ) -> "Decision":
        """Note a decision and take the standing that it leads to."""
        decision = Decision(
            kind=kind, reason=reason, fields=fields or {}, by_id=by_id, decided_at=now
        )
        self.decisions.append(decision)
        self.standing, self.standing_since = LEADS_TO[kind], now
        return decision

    def pix_at(self, now: datetime) -> Pix:
        """Return the key that counts at a moment: no job has to run for a change to count."""
        if self.pix_next_at is None or now < self.pix_next_at:
            return Pix(self.pix_key, self.pix_key_kind, self.pix_holder)
        return Pix(self.pix_next_key or "", self.pix_next_kind or "", self.pix_next_holder or "")

    def pix_waits(self, now: datetime) -> bool:
        return self.pix_next_at is not None and now < self.pix_next_at

    def settle_pix(self, now: datetime) -> None:
        """Put the key that counts now where the first one stood, and forget one that counts."""
        self.pix_key, self.pix_key_kind, self.pix_holder = self.pix_at(now)
        if not self.pix_waits(now):
            self.await_pix(None)

    def await_pix(self, pix: Pix | None, *, counts_at: datetime | None = None) -> None:
        """Let another key count from a moment on; none: leave it as it is."""
        self.pix_next_key, self.pix_next_kind, self.pix_next_holder = pix or (None, None, None)
        self.pix_next_at = counts_at

    def away_on(self, day: date) -> bool:
        """Whether the enterprise announced that it does not sell on that local day."""
        if self.paused_from is None or day < self.paused_from:
            return False
        return self.paused_until is None or day <= self.paused_until


class Member(Model):
    """Somebody who works in the enterprise; few of them ever log in."""

    __tablename__ = "members"
    __table_args__ = (
        sa.Index(
            *("uq_members_live_user", "enterprise_id", "user_id"),
            unique=True,
            sqlite_where=sa.text("left_on IS NULL AND user_id IS NOT NULL"),
            postgresql_where=sa.text("left_on IS NULL AND user_id IS NOT NULL"),
        ),
        sa.CheckConstraint("access = 'none' OR user_id IS NOT NULL", name="access_has_user"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    name: Mapped[str]
    sex: Mapped[Sex]
    function: Mapped[str] = mapped_column(default="")  # what they do: presidenta, artesã
    on_board: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    access: Mapped[Access] = mapped_column(default=Access.NONE)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]

    enterprise: Mapped[Enterprise] = relationship(back_populates="members")
    user: Mapped[User | None] = relationship()


class Decision(Model):
    """One step of vetting: who, when, why; never changed."""

    __tablename__ = "enterprise_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    kind: Mapped[DecisionKind]
    reason: Mapped[str] = mapped_column(default="")
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)  # field to mend: what is wrong
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime]

    enterprise: Mapped[Enterprise] = relationship(back_populates="decisions")
    by: Mapped[User | None] = relationship()


guards.append_only("enterprise_decisions")


class PixDecision(Model):
    """A key that a manager asked for, or a change that one cancelled; never changed."""

    __tablename__ = "pix_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    step: Mapped[PixStep]
    key: Mapped[str]  # asked for, or cancelled; empty: no Pix
    key_kind: Mapped[str]
    holder: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    counts_at: Mapped[datetime]  # from when it counts, or would have

    enterprise: Mapped[Enterprise] = relationship()
    by: Mapped[User | None] = relationship()


guards.append_only("pix_decisions")


class Facilitation(Model):
    """An enterprise lets a facilitator act for it; both names stand on what is done."""

    __tablename__ = "facilitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    accepted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    accepted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    enterprise: Mapped[Enterprise] = relationship()
    user: Mapped[User] = relationship(foreign_keys=user_id)


PIX = ("pix_key", "pix_key_kind", "pix_holder")
NEXT_PIX = ("pix_next_key", "pix_next_kind", "pix_next_holder", "pix_next_at")
shown("makers", Enterprise, unseen=("steps_done", *PIX, *NEXT_PIX))
shown("makers", Member, unseen=("user_id", "access", "function"))
shown("makers", Decision)
