"""What the queue does for oversight; each job is safe to run twice."""

from datetime import datetime, timedelta
from typing import Any

from marketplace.accounts import queries as accounts
from marketplace.core import clock, seals
from marketplace.core.queue import job, renew
from marketplace.core.rights import HOUSE
from marketplace.oversight.operations import answering, audit_checks, opinions, questions
from marketplace.oversight.queries import audit_chain


@job("oversight.remind_complaints", every=timedelta(hours=6))
def remind_complaints() -> None:
    """Remind who handles complaints of those that are due soon, and of those that are late."""
    now = clock.now()
    for division in accounts.divisions():
        answering.remind(division.id, clock.today(division.time_zone, now), now=now)


@job("oversight.verify_audit", every=timedelta(days=1))
def verify_audit() -> None:
    """Verify all that is sealed, in stretches, and keep what came out.

    Where no seal is there, none is missed unless a head was published.
    """
    begun_at, last = clock.now(), seals.newest()[0]
    found = audit_checks.examined_all(last, between=lambda: renew(now=clock.now()))
    if last or found:
        stretch = (1, max(last, 1))
        audit_checks.keep(stretch, found, begun_at=begun_at, by=HOUSE, now=clock.now())


@job(audit_chain.VERIFY)
def verify_stretch(*, first: int, last: int, by_id: int, asked_at: str) -> None:
    """Verify what somebody asked for and would have had to wait for, and keep what came out."""
    found = audit_checks.examined(first, last, between=lambda: renew(now=clock.now()))
    asked: Any = {"begun_at": datetime.fromisoformat(asked_at), "by": accounts.person_of(by_id)}
    audit_checks.keep((first, last), found, **asked, now=clock.now())


@job("oversight.remind_council", every=timedelta(hours=6))
def remind_council() -> None:
    """Remind heads of the council's questions, and tell what came of its votes."""
    now = clock.now()
    days = {one.id: clock.today(one.time_zone, now) for one in accounts.divisions()}
    for division_id, day in days.items():
        questions.remind(division_id, day, now=now)
    if days:
        opinions.tell_results(max(days.values()), now=now)  # each waits for its own day to be over
