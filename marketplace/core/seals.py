"""The audit sealed: each entry's hash covers the one before, so that nothing can be slipped in.

Sealing is a job of its own, minutes after the entries: writing one waits for nobody. Once a day the
newest hash is published; who keeps it can tell later whether anything before it was altered.

**Source:** RFC 6962, "Certificate Transparency" (append-only logs, published heads).
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import clock, guards
from marketplace.core.audit import Entry
from marketplace.core.database import Model, db, operation, streamed
from marketplace.core.queue import job, renew

BATCH = 500
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


guards.append_only("audit_seals")
guards.append_only("audit_heads")


@job("audit.seal", every=timedelta(minutes=1))
def seal_all() -> None:
    """Seal what is not sealed yet; once a day publish the head."""
    while seal(now=clock.now()) == BATCH:
        renew(now=clock.now())
    publish(now=clock.now())


@operation
def seal(*, now: datetime) -> int:
    """Seal the next entries, at most ``BATCH``; return how many."""
    position, previous = _newest()
    unsealed = sa.select(Entry).outerjoin(Seal, Seal.entry_id == Entry.id)
    found = db.session.scalars(unsealed.where(Seal.entry_id.is_(None)).order_by(Entry.id))
    entries = found.fetchmany(BATCH)
    for position, entry in enumerate(entries, start=position + 1):  # noqa: B020 - goes on from it
        previous = chained(previous, entry)
        db.session.add(Seal(position=position, entry_id=entry.id, hash=previous, sealed_at=now))
    return len(entries)


@operation
def publish(*, now: datetime) -> None:
    """Publish the newest seal as the head of yesterday, unless it has one."""
    day = now.astimezone(UTC).date() - timedelta(days=1)
    position, newest = _newest()
    if position and db.session.get(Head, day) is None:
        db.session.add(Head(day=day, position=position, hash=newest, published_at=now))
        log.info("audit head", extra={"position": position})


def chained(previous: str, entry: Entry) -> str:
    """Return the hash that seals an entry after the one before it."""
    told = {
        name: getattr(entry, name)
        for name in ("id", "operation", "person_id", "role", "request_id", "notes")
    } | {"recorded_at": entry.recorded_at.astimezone(UTC).isoformat()}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


def faults(published: str | None = None) -> Iterator[str]:
    """Say what is wrong with the audit: nothing, if nobody touched it.

    ``published`` is a head that somebody kept; a seal with that hash must still be there.
    """
    expected, previous, hashes = 1, ORIGIN, {}
    rows: Any = sa.select(Seal, Entry).outerjoin(Entry, Entry.id == Seal.entry_id)
    for row in streamed(rows.order_by(Seal.position), batch=BATCH):
        if row.Seal.position != expected:
            yield f"seal {expected} is missing"
        if row.Entry is None or row.Seal.hash != chained(previous, row.Entry):
            yield f"entry {row.Seal.entry_id} is not what was sealed"
        expected, previous = row.Seal.position + 1, row.Seal.hash
        hashes[row.Seal.position] = previous
    yield from (
        f"the head of {head.day} is not in the chain"
        for head in db.session.scalars(sa.select(Head).order_by(Head.day))
        if hashes.get(head.position) != head.hash
    )
    yield from (f"{table} is not guarded" for table in guards.missing(db.session.connection()))
    if published and published not in hashes.values():
        yield "no seal has the hash that was published"


def _newest() -> tuple[int, str]:
    query = sa.select(Seal.position, Seal.hash).order_by(Seal.position.desc()).limit(1)
    newest = db.session.execute(query).first()
    return (newest.position, newest.hash) if newest else (0, ORIGIN)


cli = AppGroup("audit", help="Look after the record of what was done.")


@cli.command("verify")
@click.option("--head", help="A published hash that must still be in the chain.")
def verify(head: str | None) -> None:
    """Recompute every seal; exit 1 if anything was altered."""
    found = list(faults(head))
    for fault in found:
        click.echo(fault)
    position, newest = _newest()
    click.echo(f"{position} sealed entries, head {newest}, {len(found)} fault(s)")
    raise SystemExit(1 if found else 0)
