"""Declaring what past years and fairs on paper came to, and correcting it by another row."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from marketplace.accounts.models import Division
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.reports import declared
from marketplace.reports.errors import (
    CorrectedAlready,
    CorrectionSaysWhy,
    DeclaredAlready,
    DeclaredOfLater,
    DeclaredSaysWho,
)
from marketplace.reports.models.declared import DeclaredTotal, Sureness
from marketplace.reports.periods import OLDEST

LONGEST = 300
LONGEST_NAME = 120
MOST_ROWS = 200


@dataclass(frozen=True)
class Past:
    """What is declared of a month or a year, in centavos; empty is not limited to, or not known."""

    year: int
    month: int | None
    amount_cents: int
    sureness: Sureness
    source: str
    municipality_code: int | None = None
    segment: str = ""
    channel: str = ""
    fair: str = ""
    people: int | None = None
    enterprises: int | None = None
    places: int | None = None
    file: str = ""

    @property
    def first_on(self) -> date:
        return date(self.year, self.month or 1, 1)


@operation
def declare_past(division_id: int, past: Past, *, by: Person, now: datetime) -> int:
    """Enter what a past month or year came to; return that row's id.

    :raises NotFound: for a Division whose past ``by`` may not declare.
    :raises DeclaredOfLater: for a time that has not begun.
    :raises DeclaredSaysWho: without a source.
    :raises DeclaredAlready: where the same is declared.
    """
    division, past = _division(division_id, by), kept(past)
    if known(division, past):
        raise DeclaredAlready
    return _enter(division, past, by=by, now=now).id


@operation
def correct_past(total_id: int, past: Past, *, reason: str, by: Person, now: datetime) -> int:
    """Let another row stand for a declared total, and say why; return its id.

    Time and limits are those of the first; without a file the old one's is kept.

    :raises NotFound: for a total of a Division whose past ``by`` may not declare.
    :raises CorrectedAlready: where another row stands for it.
    :raises CorrectionSaysWhy: without a reason. :raises DeclaredSaysWho: without a source.
    """
    old = find_one(declared.of_divisions(by).where(DeclaredTotal.id == total_id))
    division = _division(old.division_id, by)
    if declared.correction_of(old.id):
        raise CorrectedAlready
    if not (reason := clean(reason)[:LONGEST]):
        raise CorrectionSaysWhy
    same = {name: getattr(old, name) for name in ("year", "month", *declared.LIMITS)}
    past = kept(replace(past, **same, file=past.file or old.file))
    return _enter(division, past, (old, reason), by=by, now=now).id


def bring_all(division_id: int, rows: Sequence[Past], *, by: Person, now: datetime) -> int:
    """Enter any number of rows, two hundred in each transaction; return how many were new.

    The same rows again enter nothing. What it raises is what `bring_past` does.
    """
    batches = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
    return sum(bring_past(division_id, batch, by=by, now=now) for batch in batches)


@operation
def bring_past(division_id: int, rows: Sequence[Past], *, by: Person, now: datetime) -> int:
    """Enter the rows of a sheet whose time and limits are not declared yet; return how many.

    :raises NotFound: for a Division whose past ``by`` may not declare.
    :raises DeclaredOfLater: for a time that has not begun.
    :raises DeclaredSaysWho: without a source.
    """
    division = _division(division_id, by)
    there = set(declared.by_time_and_limits(division.id))
    before = len(there)
    for past in map(kept, rows):
        if (key := declared.time_and_limits(past)) not in there:
            _enter(division, past, by=by, now=now)
            there.add(key)
    return len(there) - before


def kept(past: Past) -> Past:
    """Return a total with its words as they are kept."""
    source, fair = clean(past.source)[:LONGEST], clean(past.fair)[:LONGEST_NAME]
    return replace(past, source=source, fair=fair)


def known(division: Division, past: Past) -> DeclaredTotal | None:
    """Return what stands for the same time and limits."""
    with db.session.no_autoflush:
        return db.session.scalar(declared.same_time_and_limits(_row(division, past)))


def is_later(division: Division, past: Past, now: datetime) -> bool:
    """Whether a time has not begun, or is before those that reports know."""
    today = clock.today(division.time_zone, now)
    latest = (today.year, today.month if past.month else 0)
    return past.year < OLDEST.year or (past.year, past.month or 0) > latest


def _division(division_id: int, by: Person) -> Division:
    return lock_one(declared.divisions_declared_by(by).where(Division.id == division_id))


def _enter(
    division: Division,
    past: Past,
    corrects: tuple[DeclaredTotal, str] | None = None,
    *,
    by: Person,
    now: datetime,
) -> DeclaredTotal:
    if not past.source:
        raise DeclaredSaysWho
    if is_later(division, past, now):
        raise DeclaredOfLater
    entered = {"entered_at": now, "entered_by_id": by.id}
    stands_for = {"corrects_id": corrects[0].id, "reason": corrects[1]} if corrects else {}
    total = _row(division, past, **entered, **stands_for)
    db.session.add(total)
    db.session.flush()
    facts = {"total_id": total.id, "year": past.year, "month": past.month or 0}
    said = {"sureness": past.sureness.value, "corrects_id": total.corrects_id or 0}
    cents = {"amount_cents": past.amount_cents}
    audit.record("past_declared", by=by, now=now, **facts, **said, **cents)
    return total


def _row(division: Division, past: Past, **more: Any) -> DeclaredTotal:
    return DeclaredTotal(division_id=division.id, **asdict(past), **more)
