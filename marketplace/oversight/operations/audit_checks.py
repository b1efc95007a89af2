"""Verifying the record of what was done, and keeping what came out."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import chain, islice

from marketplace.accounts.models import Role
from marketplace.accounts.serving import holders
from marketplace.core import audit, seals
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.core.seals import Fault
from marketplace.notifications.operations import tell
from marketplace.oversight import audit_news
from marketplace.oversight.errors import NothingSealed, TooManyEntries
from marketplace.oversight.models.audit_checks import AuditCheck
from marketplace.oversight.queries import audit_chain

MOST, MOST_FAULTS = 20_000, 20


def stretch_of(first: date, last: date) -> tuple[int, int]:
    """Return the positions to verify for some days (UTC), in whatever order they are named.

    :raises NothingSealed: where nothing is sealed. :raises TooManyEntries: beyond 20,000.
    """
    begins, ends = audit_chain.stretch(min(first, last), max(first, last))
    if begins > ends:
        raise NothingSealed
    if (rows := ends - begins + 1) > MOST:
        raise TooManyEntries(rows=rows, most=MOST)
    return begins, ends


def examined(first: int, last: int) -> list[Fault]:
    """Recompute a stretch of the chain; return the first twenty faults of it and of its heads.

    It only reads, as long as that takes: what comes out is then kept by ``keep``.
    """
    return list(islice(chain(seals.broken(first, last), seals.lost()), MOST_FAULTS))


def examined_all(last: int, *, between: Callable[[], None]) -> list[Fault]:
    """Recompute all of the chain, and look for entries it never had: as ``examined``."""
    looks = (seals.broken(1, last, between=between), seals.unsealed(between=between), seals.lost())
    return list(islice(chain(*looks), MOST_FAULTS))


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

    Of each night (UTC) one is kept, however often its job is run again.
    """
    night = audit_chain.last_night() if by.id is None else None
    if night and night.begun_at.date() == begun_at.date():
        return night.id
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
        tell(who, audit_news.BROKEN, {"count": len(told)}, audit_news.PATH, key=key, by=by, now=now)
    return check.id
