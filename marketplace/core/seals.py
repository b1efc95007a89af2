"""The audit sealed: each entry's hash covers the one before, so that nothing can be slipped in.

Sealing is a job of its own, minutes after the entries: writing one waits for nobody, and hashes are
reckoned before the writers' turn is asked for. Once a day the newest hash is published; who keeps
it can tell later whether anything before it was altered.

**Source:** RFC 6962, "Certificate Transparency" (append-only logs, published heads).
"""

import enum
import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, TextIO

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import clock, guards
from marketplace.core.audit import Entry
from marketplace.core.database import Model, connection, db, operation, rows
from marketplace.core.generations import shown
from marketplace.core.queue import job, renew

BATCH, STRETCH = 500, 5_000
LOOK_BACK = 10_000  # entries: one that was long in being kept stands before others, but not so far
ORIGIN = "0" * 64
log = logging.getLogger(__name__)


class Seal(Model):
    __tablename__ = "audit_seals"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, no gap
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entries.id"), unique=True)
    hash: Mapped[str]  # SHA-256 of the hash before and the entry, hex
    sealed_at: Mapped[datetime]


class Head(Model):
    """The newest seal of a day (UTC), as it was published."""

    __tablename__ = "audit_heads"

    day: Mapped[date] = mapped_column(primary_key=True)
    position: Mapped[int]
    hash: Mapped[str]
    published_at: Mapped[datetime]


class Flaw(enum.StrEnum):
    """In which way the record can be other than it was sealed."""

    MISSING = "missing"  # a seal is not there
    ALTERED = "altered"  # an entry, or its seal
    UNSEALED = "unsealed"  # an entry that is older than sealed ones
    HEAD = "head"  # a published hash is not in the chain
    UNGUARDED = "unguarded"  # a table may be changed
    UNKNOWN = "unknown"  # a hash that somebody kept is nowhere


SAYS = {
    Flaw.MISSING: "seal {} is missing",
    Flaw.ALTERED: "entry {} is not what was sealed",
    Flaw.UNSEALED: "entry {} was never sealed",
    Flaw.HEAD: "the head of {} is not in the chain",
    Flaw.UNGUARDED: "{} is not guarded",
    Flaw.UNKNOWN: "no seal has the hash that was published",
}


class Fault(NamedTuple):
    """A flaw, and what has it: the number of a seal or of an entry, a day, a table."""

    flaw: Flaw
    about: str = ""

    def __str__(self) -> str:
        return SAYS[self.flaw].format(self.about)


_UNSEALED = (
    sa.select(*Entry.__table__.columns)
    .outerjoin(Seal, Seal.entry_id == Entry.id)
    .where(Seal.entry_id.is_(None))
)
guards.append_only("audit_seals")
guards.append_only("audit_heads")
shown("heads", Head)
_NOTED = ("id", "operation", "person_id", "role", "request_id", "notes", "recorded_at")
_LINES = sa.select(
    *(Seal.position, Seal.entry_id, Seal.hash), *(getattr(Entry, name) for name in _NOTED)
).outerjoin(Entry, Entry.id == Seal.entry_id)


@job("audit.seal", every=timedelta(minutes=1))
def seal_all() -> None:
    """Seal what is not sealed yet; once a day publish the head."""
    while seal(now=clock.now()) == BATCH:
        renew(now=clock.now())
    publish(now=clock.now())


def seal(*, now: datetime) -> int:
    """Seal the next entries, at most ``BATCH``; return how many."""
    position, previous = newest()
    sealed = []
    for position, entry in enumerate(_unsealed(position), start=position + 1):  # noqa: B020 - goes on
        previous = chained(previous, entry)
        facts = {"position": position, "entry_id": entry.id, "hash": previous}
        sealed.append(facts | {"sealed_at": now})
    if sealed:
        _enter(sealed)
    return len(sealed)


@operation(synced=False)
def _enter(sealed: list[dict[str, Any]]) -> None:
    """Keep seals; one that another process has kept meanwhile is refused by its position."""
    connection().execute(sa.insert(Seal), sealed)


def _unsealed(position: int) -> Sequence[Any]:
    """Return the next entries without a seal, where the newest seal stands at ``position``."""
    looked_at = Entry.id > _settled(position)
    return rows(_UNSEALED.where(looked_at).order_by(Entry.id).limit(BATCH))


def _settled(position: int) -> sa.ColumnElement[int]:
    """Return the entry before which none can come to be any more."""
    entry = sa.select(Seal.entry_id).where(Seal.position == position - LOOK_BACK)
    return sa.func.coalesce(entry.scalar_subquery(), 0)


@operation
def publish(*, now: datetime) -> None:
    """Publish the newest seal as the head of yesterday, unless it has one."""
    day = now.astimezone(UTC).date() - timedelta(days=1)
    position, last = newest()
    if position and db.session.get(Head, day) is None:
        db.session.add(Head(day=day, position=position, hash=last, published_at=now))
        log.info("audit head", extra={"position": position})


def chained(previous: str, entry: Any) -> str:
    """Return the hash that seals an entry, or its row, after the one before it."""
    return hashlib.sha256(f"{previous}{line_of(entry)}".encode()).hexdigest()


def line_of(entry: Any) -> str:
    """Return an entry as the one line that is hashed, and exported."""
    told = {name: getattr(entry, name) for name in _NOTED}
    told["recorded_at"] = entry.recorded_at.astimezone(UTC).isoformat()
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def faults(published: str | None = None) -> Iterator[str]:
    """Say what is wrong with the audit: nothing, if nobody touched it; it reads every entry.

    ``published`` is a head that somebody kept; a seal with that hash must still be there.
    """
    yield from map(str, broken(1, newest()[0]))
    yield from map(str, unsealed())
    yield from map(str, lost())
    kept = sa.select(Seal.position).where(Seal.hash == published)
    if published and db.session.scalar(kept) is None:
        yield str(Fault(Flaw.UNKNOWN))


def broken(first: int, last: int, *, between: Callable[[], None] | None = None) -> Iterator[Fault]:
    """Recompute the seals from one position to another, from 1; tell where they do not fit.

    No more than some thousands are in memory; ``between`` is called after each such stretch.
    """
    before = sa.select(Seal.hash).where(Seal.position == first - 1)
    expected, previous = first, db.session.scalar(before) or ORIGIN
    while stretch := _stretch(expected, last):
        for row in stretch:
            if row.position != expected:
                yield Fault(Flaw.MISSING, str(expected))
            elif row.id is None or row.hash != chained(previous, row):
                yield Fault(Flaw.ALTERED, str(row.entry_id))
            expected, previous = row.position + 1, row.hash
        if between:
            between()
    if expected <= last:
        yield Fault(Flaw.MISSING, str(expected))


def unsealed(*, between: Callable[[], None] | None = None) -> Iterator[Fault]:
    """Tell which entries the chain never had, though later ones have their seals.

    It looks at every entry, some thousands at a time, and calls ``between`` after each of these.
    """
    last = db.session.scalar(sa.select(_settled(newest()[0]))) or 0
    for first in range(1, last + 1, STRETCH):
        here = Entry.id.between(first, min(first + STRETCH - 1, last))
        for entry in rows(_UNSEALED.where(here).order_by(Entry.id)):
            yield Fault(Flaw.UNSEALED, str(entry.id))
        if between:
            between()


def lost() -> Iterator[Fault]:
    """Tell which heads the chain has no more, and which tables lost their guard."""
    there = sa.and_(Seal.position == Head.position, Seal.hash == Head.hash)
    gone = sa.select(Head.day).outerjoin(Seal, there).where(Seal.position.is_(None))
    for day in db.session.scalars(gone.order_by(Head.day)).all():
        yield Fault(Flaw.HEAD, day.isoformat())
    yield from (Fault(Flaw.UNGUARDED, table) for table in guards.missing(db.session.connection()))


def lines(first: int, last: int, *, between: Callable[[], None] | None = None) -> Iterator[str]:
    """Yield the sealed entries from one position to another, each as the line that is hashed.

    One that is gone is ``{}``. No more than some thousands are in memory; ``between`` is called
    after each such stretch.
    """
    while stretch := _stretch(first, last):
        for row in stretch:
            yield f"{'{}' if row.id is None else line_of(row)}\n"
        first = stretch[-1].position + 1
        if between:
            between()


def newest() -> tuple[int, str]:
    """Return the position and the hash of the newest seal; 0 where there is none."""
    query = sa.select(Seal.position, Seal.hash).order_by(Seal.position.desc()).limit(1)
    found = db.session.execute(query).first()
    return (found.position, found.hash) if found else (0, ORIGIN)


def _stretch(first: int, last: int) -> list[Any]:
    here = _LINES.where(Seal.position.between(first, last)).order_by(Seal.position)
    return list(db.session.execute(here.limit(STRETCH)))


cli = AppGroup("audit", help="Look after the record of what was done.")


@cli.command("verify")
@click.option("--head", help="A published hash that must still be in the chain.")
def verify(head: str | None) -> None:
    """Recompute every seal; exit 1 if anything was altered."""
    found = list(faults(head))
    for fault in found:
        click.echo(fault)
    position, last = newest()
    click.echo(f"{position} sealed entries, head {last}, {len(found)} fault(s)")
    raise SystemExit(1 if found else 0)


@cli.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8"))
def export(file: TextIO) -> None:
    """Write every sealed entry as the line that is hashed, in order; ids, no names; {} if gone.

    `docs/recompute_heads.py` works the daily heads out of it without this program.
    """
    file.writelines(lines(1, newest()[0]))
