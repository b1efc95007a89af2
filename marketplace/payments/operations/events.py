"""News of the provider: kept once, applied by a job, or put aside for people."""

import logging
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.queue import enqueue
from marketplace.core.transactions import INSERT
from marketplace.payments import settings
from marketplace.payments.models.events import EventState, ProviderEvent
from marketplace.payments.provider import VERSION, News

APPLY_JOB = "payments.apply_event"
INTENTS = ("succeeded", "payment_failed", "canceled")
FOLLOWED = {
    *(f"payment_intent.{what}" for what in INTENTS),
    *("refund.created", "refund.updated", "refund.failed"),
}
log = logging.getLogger(__name__)


@operation
def keep(news: News, *, connected: bool = False, now: datetime) -> bool:
    """Keep an event, to be applied by a job; return whether it is a new one.

    ``connected`` says that it came where only news of connected accounts may come. What is of
    another environment, version or account is put aside, and changes nothing.
    """
    why = _amiss(news, connected=connected)
    followed = news.kind in FOLLOWED
    state = (
        EventState.QUARANTINED if why else EventState.WAITING if followed else EventState.IGNORED
    )
    if not _inserted(news, state, why, now):
        return False
    if why:
        log.error("news of the provider is not for us", extra={"kind": why})
    elif followed:
        enqueue(APPLY_JOB, {"event_id": news.id}, key=news.id, run_at=now)
    return True


@operation
def keep_missed(missed: Iterable[News], *, now: datetime) -> int:
    """Keep what was never delivered; return how many those are."""
    listed = list(missed)
    ids = [news.id for news in listed]
    there = set(
        db.session.scalars(sa.select(ProviderEvent.event_id).where(ProviderEvent.event_id.in_(ids)))
    )
    return sum(keep(news, now=now) for news in reversed(listed) if news.id not in there)


@operation
def note_applied(event_id: str, *, ours: bool, now: datetime) -> None:
    event = lock_one(sa.select(ProviderEvent).where(ProviderEvent.event_id == event_id))
    event.state = EventState.APPLIED if ours else EventState.IGNORED
    event.applied_at = now


def _amiss(news: News, *, connected: bool) -> str:
    """Return what of an event is not as it must be here; empty if all is."""
    wrong = {
        "live": news.live != (settings.environment() == "live"),
        "version": news.version != VERSION,
        "account": bool(news.account) != connected,
    }
    return next((name for name, is_wrong in wrong.items() if is_wrong), "")


def _inserted(news: News, state: EventState, why: str, now: datetime) -> bool:
    """Write an event, or count one more copy of it; return whether it is the first."""
    facts = {
        "event_id": news.id,
        "kind": news.kind,
        "object_id": news.object_id,
        "account": news.account,
        "state": state,
        "why": why,
        "copies": 1,
        "happened_at": news.created_at,
        "received_at": now,
    }
    insert = INSERT[db.session.connection().dialect.name](ProviderEvent).values(facts)
    counted = insert.on_conflict_do_update(
        index_elements=["event_id"], set_={"copies": ProviderEvent.copies + 1}
    )
    return bool(db.session.scalar(counted.returning(ProviderEvent.copies)) == 1)
