"""Verifying the record of what was done, and keeping what came out."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import chain, islice

import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.accounts.serving import holders
from marketplace.core import audit, queue, seals
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE, Person
from marketplace.core.seals import Fault
from marketplace.notifications.operations import tell
from marketplace.oversight import audit_news
from marketplace.oversight.errors import NothingSealed
from marketplace.oversight.models.audit_checks import AuditCheck
from marketplace.oversight.queries import audit_chain

MOST, MOST_FAULTS = 20_000, 20


def stretch_of(first: date, last: date) -> tuple[int, int]:
    """Return the positions to verify for some days (UTC), in whatever order they are named.

    :raises NothingSealed: where nothing is sealed.
    """
    begins, ends = audit_chain.stretch(min(first, last), max(first, last))
    if begins > ends:
        raise NothingSealed
    return begins, ends


def is_long(stretch: tuple[int, int]) -> bool:
    """Whether a stretch has more than 20,000 entries: a job verifies it, nobody waits for that."""
    return stretch[1] - stretch[0] + 1 > MOST


def examined(first: int, last: int, *, between: Callable[[], None] | None = None) -> list[Fault]:
    """Recompute a stretch of the chain; return the first twenty faults of it and of its heads.

    It only reads, as long as that takes: what comes out is then kept by ``keep``.
    """
    looks = (seals.broken(first, last, between=between), seals.lost())
    return list(islice(chain(*looks), MOST_FAULTS))


def examined_all(last: int, *, between: Callable[[], None]) -> list[Fault]:
    """Recompute all of the chain, and look for entries it never had: as ``examined``."""
    looks = (seals.broken(1, last, between=between), seals.unsealed(between=between), seals.lost())
    return list(islice(chain(*looks), MOST_FAULTS))


@operation
def ask(stretch: tuple[int, int], *, by: Person, now: datetime) -> None:
    """Have a stretch verified by a job, as ``by``; one that is asked for already is not again."""
    first, last = stretch
    if any((one.args["first"], one.args["last"]) == stretch for one in audit_chain.asked()):
        return
    args = {"first": first, "last": last, "by_id": by.id, "asked_at": now.isoformat()}
    queue.enqueue(audit_chain.VERIFY, args, key=f"{first}:{last}:{now.isoformat()}", run_at=now)
    audit.record("audit_verifying_asked", by=by, now=now, first=first, last=last)


@operation
def keep(
    stretch: tuple[int, int],
    faults: Sequence[tuple[str, str]],
    *,
    begun_at: datetime,
    by: Person,
    now: datetime,
) -> int:
    """Keep what a verifying found, and tell heads and administrators if that is anything.

    Of each night (UTC) one is kept, and of each asking, however often its job is run again.
    """
    if there := _kept(stretch, begun_at, by):
        return there.id
    first, last = stretch
    told = [{"flaw": str(flaw), "about": about} for flaw, about in faults]
    facts = {"faults": told, "begun_at": begun_at, "ended_at": now, "by_id": by.id}
    check = AuditCheck(first=first, last=last, **facts)
    db.session.add(check)
    db.session.flush()
    audit.record("audit_verified", by=by, now=now, first=first, last=last, faults=len(told))
    if told:
        who = holders((Role.HEAD, Role.ADMINISTRATOR))
        key = f"audit_broken:{begun_at.date()}"
        facts = {"count": len(told)}
        tell(who, audit_news.BROKEN, facts, audit_news.PATH, key=key, by=HOUSE, now=now)
    return check.id


def _kept(stretch: tuple[int, int], begun_at: datetime, by: Person) -> AuditCheck | None:
    """Return what a verifying left already."""
    if by.id is None:
        night = audit_chain.last_night()
        return night if night and night.begun_at.date() == begun_at.date() else None
    same = {"first": stretch[0], "last": stretch[1], "by_id": by.id, "begun_at": begun_at}
    return db.session.scalar(sa.select(AuditCheck).filter_by(**same))
