"""Taking in what a till told: each row once, by itself, on the day to which its till is bound."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.errors import Busy, DomainError
from marketplace.core.transactions import is_outage
from marketplace.fairs.models.tills import Till
from marketplace.fairs.operations import counts, reservations, sales
from marketplace.fairs.told import (
    Answer,
    Batch,
    Told,
    ToldCount,
    ToldHandover,
    ToldSale,
    ToldVoid,
    Unreadable,
)

FARTHEST = timedelta(days=365 * 60)  # a clock that is further off says nothing
REFUSED = "refused"
log = logging.getLogger(__name__)


def take_in(till_id: int, batch: Batch, *, now: datetime) -> Iterator[Answer]:
    """Keep what a till sent, sales first; yield an answer for each row, in its order.

    One that is refused, for whatever reason, keeps no other back.

    :raises Busy: if the database cannot keep one now; what was kept before it is known later.
    """
    note_heard(till_id, batch.sent_at, now=now)
    for told in (*batch.sales, *batch.handovers, *batch.counts, *batch.voids):
        yield _taken(till_id, told, now)


def _taken(till_id: int, told: Told | Unreadable, now: datetime) -> Answer:
    if isinstance(told, Unreadable):
        return Answer(told.code, REFUSED, told.reason)
    try:
        return Answer(told.code, _recorded(till_id, told, now))
    except Busy:
        raise
    except DomainError as refusal:
        return Answer(told.code, REFUSED, str(refusal))
    except Exception as fault:
        if isinstance(fault, sa.exc.DBAPIError) and is_outage(fault):
            raise
        log.exception("what a till told could not be kept")
        return Answer(told.code, REFUSED, str(DomainError()))


def _recorded(till_id: int, told: Told, now: datetime) -> str:
    if isinstance(told, ToldVoid):
        return sales.record_void(till_id, told, now=now)
    if isinstance(told, ToldSale):
        return sales.record_sale(till_id, told, now=now)
    if isinstance(told, ToldHandover):
        return reservations.record_handover(till_id, told, now=now)
    if isinstance(told, ToldCount):
        return counts.record_count(till_id, told, now=now)
    raise TypeError(told)


@operation
def note_heard(till_id: int, sent_at: datetime | None, *, now: datetime) -> None:
    """Note that a till told something, and by how much its clock is ahead of ours."""
    ahead = sent_at - now if sent_at else None
    told = ahead if ahead is not None and abs(ahead) < FARTHEST else None
    skew = round(told.total_seconds()) if told is not None else None
    changed = sa.update(Till).where(Till.id == till_id)
    db.session.execute(changed.values(heard_at=now, skew_seconds=skew))
