"""News of the provider: kept once, applied by a job, or put aside for people."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import connection, db, operation, rows
from marketplace.core.finding import lock_one
from marketplace.core.queue import end_with_this, enqueue
from marketplace.core.rights import Person
from marketplace.core.transactions import INSERT
from marketplace.payments import settings
from marketplace.payments.errors import NewsStays
from marketplace.payments.models.events import EventState, ProviderEvent
from marketplace.payments.provider import FOLLOWED, OF_ACCOUNTS, THIN, VERSION, News
from marketplace.payments.queries import news as known

APPLY_JOB = "payments.apply_event"
log = logging.getLogger(__name__)
_TABLE = cast(sa.Table, ProviderEvent.__table__)


@dataclass(frozen=True)
class Door:
    """Where one kind of news may come in: what of it is followed, and what it must be like.

    It is ``of_accounts`` if it names the connected account that it is of, as only such news may;
    ``thin`` if it has no version.
    """

    follows: tuple[str, ...]
    of_accounts: bool = False
    thin: bool = False


OURS, ACCOUNTS, NAMES = Door(FOLLOWED), Door(OF_ACCOUNTS, of_accounts=True), Door(THIN, thin=True)


@operation
def keep(news: News, *, door: Door = OURS, now: datetime) -> bool:
    """Keep an event, to be applied by a job; return whether it is a new one.

    What is of another environment, version or account than may come by that door is put aside, and
    changes nothing.
    """
    why = _amiss(news, door)
    followed = news.kind in door.follows
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
def look_again(row_id: int, *, by: Person, now: datetime) -> None:
    """Have a job ask what news in quarantine is of, and keep that; ``why`` it was there is noted.

    :raises NewsStays: if it waits no more, or what it is of cannot be asked for here.
    """
    event = lock_one(sa.select(ProviderEvent).where(ProviderEvent.id == row_id))
    if not known.can_be_looked_at(event):
        raise NewsStays
    audit.record("news_looked_at_again", by=by, now=now, event_id=event.id, why=event.why)
    event.state, event.why = EventState.WAITING, ""
    enqueue(APPLY_JOB, {"event_id": event.event_id}, key=event.event_id, run_at=now)


@operation
def note_applied(event_id: str, *, ours: bool, now: datetime) -> None:
    """Note that what news told was kept, or was of nothing of ours; its job ends with that."""
    state = EventState.APPLIED if ours else EventState.IGNORED
    connection().execute(_APPLIED, {"of": event_id, "state": state, "applied_at": now})
    end_with_this()


def _amiss(news: News, door: Door) -> str:
    """Return what of an event is not as it must be here; empty if all is."""
    wrong = {
        "live": news.live != (settings.environment() == "live"),
        "version": news.version != ("" if door.thin else VERSION),
        "account": bool(news.account) != door.of_accounts,
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
    return bool(rows(_insert(connection().dialect.name), facts)[0].copies == 1)


@cache
def _insert(dialect: str) -> sa.Executable:
    """Return the statement once for all: it costs more to make than to run."""
    names = [column.name for column in _TABLE.columns if column.name not in ("id", "applied_at")]
    fresh = INSERT[dialect](_TABLE).values({name: sa.bindparam(name) for name in names})
    again = {"copies": _TABLE.c.copies + 1}
    counted = fresh.on_conflict_do_update(index_elements=["event_id"], set_=again)
    statement: sa.Executable = counted.returning(_TABLE.c.copies)
    return statement


_APPLIED = sa.update(_TABLE).where(_TABLE.c.event_id == sa.bindparam("of"))
