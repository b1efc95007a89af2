"""Calls to the provider, as rows: what is said and with which key, before anybody says it."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from marketplace.core.database import db, note_on, operation, rows
from marketplace.core.errors import NotFound
from marketplace.core.queue import drop, enqueue
from marketplace.payments import settings
from marketplace.payments.models.online import CallKind, CallState, ProviderCall

SEND_JOB = "payments.send"
TAKES_OVER = timedelta(seconds=25)  # after which a job does what a page began
REST = timedelta(seconds=60)  # longer than any call lasts
KEY_TRUSTED = timedelta(hours=20)
"""**Source:** https://docs.stripe.com/api/idempotent_requests: kept for at least 24 hours."""


@dataclass(frozen=True)
class Prepared:
    """A call about to be made; a ``doubtful`` one is looked for first."""

    id: int
    kind: CallKind
    subject_id: int
    key: str
    words: Mapping[str, object]
    made_at: datetime
    doubtful: bool


@operation(joins=True)
def prepare(
    kind: CallKind,
    subject_id: int,
    words: Mapping[str, object],
    *,
    soon: bool = False,
    now: datetime,
) -> int:
    """Keep what is to be said, and let a job say it; ``soon`` gives a page time to do it first."""
    said = {"kind": kind, "subject_id": subject_id, "key": _key(kind), "words": json.dumps(words)}
    call_id: int = rows(_PREPARE, said | {"made_at": now})[0].id
    run_at = now + TAKES_OVER if soon else now
    enqueue(SEND_JOB, {"call_id": call_id}, key=str(call_id), run_at=run_at)
    return call_id


@operation
def take(call_id: int, *, now: datetime) -> Prepared | None:
    """Count a try and return what is to be said; none if it was answered, or rests."""
    for taken in rows(_TAKE, {"of": call_id, "at": now, "trusted_from": now - KEY_TRUSTED}):
        return _prepared(taken)
    if not rows(_KNOWN, {"of": call_id}):
        raise NotFound
    return None


@operation
def doubt(call_id: int) -> None:
    """Note that nobody knows whether it was done: the same key would tell the same fault."""
    _locked(call_id).doubtful = True


@operation
def begin_anew(call_id: int, *, now: datetime) -> Prepared:
    """Take another key, for what was looked for and is not there."""
    call = _locked(call_id)
    call.key, call.sent_at, call.doubtful = _key(call.kind), now, False
    return _prepared(call)


@operation(joins=True)
def finish(call_id: int, *, refusal: str = "", request_id: str = "", now: datetime) -> bool:
    """Note the answer; return whether it is the first.

    What opens an attempt is mostly said by a page: the job that would take over need not look.
    """
    answered: dict[str, Any] = {
        "state": CallState.REFUSED if refusal else CallState.DONE,
        "refusal": refusal,
        "request_id": request_id,
        "done_at": now,
        "doubtful": False,
        "words": "{}",  # nobody says them again
    }
    noted = rows(_ANSWER, {"of": call_id, **answered})
    note_on(ProviderCall, call_id, answered if noted else {})
    if noted and noted[0].kind is CallKind.OPEN:
        drop(SEND_JOB, str(call_id), now=now)
    return bool(noted)


@operation
def put_back(call_id: int, *, now: datetime) -> None:
    """Note that it was surely not done: it waits with another key, as if never sent.

    First it rests for as long as somebody may still be sending it with the former key.
    """
    call = _locked(call_id)
    call.key, call.sent_at, call.doubtful = _key(call.kind), None, False
    call.rests_until = now + REST


@operation
def withdraw(call_id: int, *, now: datetime) -> bool:
    """End a call that was surely never done; return whether it was so."""
    ended = {"state": CallState.DONE, "refusal": "withdrawn", "done_at": now, "words": "{}"}
    rested = sa.or_(ProviderCall.rests_until.is_(None), ProviderCall.rests_until <= now)
    never = (ProviderCall.state == CallState.WAITING, ProviderCall.sent_at.is_(None), rested)
    done = sa.update(ProviderCall).where(ProviderCall.id == call_id, *never).values(ended)
    return bool(db.session.execute(done).rowcount)  # type: ignore[attr-defined]


def _locked(call_id: int) -> ProviderCall:
    if (call := db.session.scalar(_LOCKED, {"of": call_id})) is None:
        raise NotFound
    return call


def _prepared(call: Any) -> Prepared:
    facts = {name: getattr(call, name) for name in _SAID}
    return Prepared(**facts | {"words": json.loads(call.words)})


def _key(kind: CallKind) -> str:
    return f"{settings.environment()}:{kind}:{uuid.uuid4()}"


_SAID = tuple(field.name for field in fields(Prepared))
_TABLE = cast(sa.Table, ProviderCall.__table__)
_LOCKED = (
    sa.select(ProviderCall)
    .where(ProviderCall.id == sa.bindparam("of"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_PREPARE = sa.insert(_TABLE).returning(_TABLE.c.id)
_AT: sa.BindParameter[datetime] = sa.bindparam("at", type_=_TABLE.c.sent_at.type)
_KNOWN = sa.select(_TABLE.c.id).where(_TABLE.c.id == sa.bindparam("of"))
_TAKE = (
    sa.update(_TABLE)
    .where(
        *(_TABLE.c.id == sa.bindparam("of"), _TABLE.c.state == CallState.WAITING),
        _TABLE.c.rests_until.is_(None) | (_TABLE.c.rests_until <= _AT),
    )
    .values(
        tries=_TABLE.c.tries + 1,
        sent_at=sa.func.coalesce(_TABLE.c.sent_at, _AT),
        doubtful=_TABLE.c.doubtful
        | sa.func.coalesce(_TABLE.c.sent_at < sa.bindparam("trusted_from"), sa.false()),
    )
    .returning(*(_TABLE.c[name] for name in _SAID))
)
_ANSWER = (
    sa.update(_TABLE)  # what it sets are the values that come with it
    .where(_TABLE.c.id == sa.bindparam("of"), _TABLE.c.state == CallState.WAITING)
    .returning(_TABLE.c.kind)
)
