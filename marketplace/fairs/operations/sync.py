"""Taking in what a till told: each row once, by itself, on the day to which its till is bound."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import Busy, DomainError
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.core.transactions import is_outage
from marketplace.fairs.errors import TillUnknown
from marketplace.fairs.models.tills import Till
from marketplace.fairs.operations import counts, reservations, returns, sales
from marketplace.fairs.queries import tills
from marketplace.fairs.told import (
    Answer,
    Batch,
    Told,
    ToldCount,
    ToldHandover,
    ToldReturn,
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
    for told in batch.rows:
        yield _taken(till_id, told, now)


def take_in_file(
    fair_id: int, till_id: int, batch: Batch, *, by: Person, now: datetime
) -> list[tuple[Told | Unreadable, Answer]]:
    """Keep what a device saved in a file, as if it had sent that; return each row and its answer.

    :raises NotFound: unless it is a till of that fair, to which ``by`` sees.
    :raises TillUnknown: from 30 days after its day on.
    """
    note_file(fair_id, till_id, rows=len(batch.rows), by=by, now=now)
    return [(told, _taken(till_id, told, now)) for told in batch.rows]


@operation
def note_file(fair_id: int, till_id: int, *, rows: int, by: Person, now: datetime) -> None:
    """Note who brings what a till did in a file.

    :raises NotFound: unless it is a till of that fair, to which ``by`` sees.
    :raises TillUnknown: from 30 days after its day on.
    """
    till = find_one(tills.visible_to(by).where(Till.id == till_id, Till.fair_id == fair_id))
    if not till.is_heard(now):
        raise TillUnknown
    audit.record("till_file_taken", by=by, now=now, till_id=till_id, rows=rows)


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
    if isinstance(told, ToldReturn):
        return returns.record_return(till_id, told, now=now)
    raise TypeError(told)


@operation
def note_heard(till_id: int, sent_at: datetime | None, *, now: datetime) -> None:
    """Note that a till told something, and by how much its clock is ahead of ours."""
    ahead = sent_at - now if sent_at else None
    told = ahead if ahead is not None and abs(ahead) < FARTHEST else None
    skew = round(told.total_seconds()) if told is not None else None
    changed = sa.update(Till).where(Till.id == till_id)
    db.session.execute(changed.values(heard_at=now, skew_seconds=skew))
