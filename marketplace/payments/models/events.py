"""What the provider told of its own accord: that something happened, never what it is now."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model


class EventState(enum.StrEnum):
    WAITING = "waiting"
    APPLIED = "applied"
    IGNORED = "ignored"  # nothing of ours, or nothing that we follow
    QUARANTINED = "quarantined"  # not for us, or not in our version: for people to look at


class ProviderEvent(Model):
    """One event, by its id; however often it is sent, it is one."""

    __tablename__ = "provider_events"
    __table_args__ = (sa.Index("ix_provider_events_state_received_at", "state", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    object_id: Mapped[str] = mapped_column(index=True)  # what it happened to
    account: Mapped[str] = mapped_column(default="")  # a connected one; ours without
    state: Mapped[EventState] = mapped_column(default=EventState.WAITING)
    why: Mapped[str] = mapped_column(default="")  # it is in quarantine: live, version or account
    copies: Mapped[int] = mapped_column(default=1)  # how often it was sent
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
