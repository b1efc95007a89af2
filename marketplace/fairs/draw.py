"""The draw of places: who gets one, by a published list and a published seed. Anyone can repeat it.

It reads nothing and keeps nothing; the same list and seed give the same result for ever.

1. Each applicant's lot is the SHA-256, in hexadecimal, of ``seed-number`` (UTF-8).
2. They stand in line by credit, most first, and among equals by lot, lowest first.
3. Each segment with a quota gives its places to the first of its own in that line.
4. What is left goes to the first of all others; who comes after them waits, in the same order.

**Source:** NIST FIPS 180-4 (SHA-256); `docs/adr/0031-a-draw-anyone-can-repeat.md`.
"""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256


class Outcome(enum.StrEnum):
    QUOTA = "quota"  # a place kept for its segment
    OPEN = "open"  # one of those left over
    WAITING = "waiting"
    EXCLUDED = "excluded"  # not in the draw, which never says so: a rule kept it out


@dataclass(frozen=True)
class Applicant:
    """One who applied: the number of the application, what it stands for, times left out."""

    number: int
    segment: str
    credit: int = 0


@dataclass(frozen=True)
class Lot:
    """What an applicant drew: ``position`` counts from 1 in the line of all."""

    applicant: Applicant
    digest: str
    position: int
    outcome: Outcome


def draw(
    applicants: Iterable[Applicant], places: int, quotas: Mapping[str, int], seed: str
) -> list[Lot]:
    """Return each applicant's lot, in the order of the line; quotas are places by segment.

    :raises ValueError: if quotas keep more places than there are, or a number is there twice.
    """
    line = sorted(applicants, key=lambda each: (-each.credit, digest(seed, each.number)))
    if sum(quotas.values()) > places or len({each.number for each in line}) < len(line):
        raise ValueError("more quotas than places, or the same number twice")
    outcomes = _by_quota(line, quotas)
    for each in [one for one in line if one.number not in outcomes]:
        free = len([kind for kind in outcomes.values() if kind is not Outcome.WAITING]) < places
        outcomes[each.number] = Outcome.OPEN if free else Outcome.WAITING
    return [
        Lot(each, digest(seed, each.number), position, outcomes[each.number])
        for position, each in enumerate(line, 1)
    ]


def digest(seed: str, number: int) -> str:
    """Return the lot of an application: 64 hexadecimal digits."""
    return sha256(f"{seed}-{number}".encode()).hexdigest()


def next_of(
    waiting: Sequence[Applicant], held: Iterable[str], quotas: Mapping[str, int]
) -> Applicant | None:
    """Return whom a free place calls: ``waiting`` in line, ``held`` the segments that have places.

    A quota that is short calls the first of its own segment; else the first of all is called.
    """
    filled = Counter(held)
    short = {segment for segment, kept in quotas.items() if filled[segment] < kept}
    own = (each for each in waiting if each.segment in short)
    return next(own, next(iter(waiting), None))


def seat(taken: Sequence[tuple[int, bool]], *, shares: bool, stalls: int, most: int) -> int:
    """Return a stall for one more: 1 to ``stalls``; ``taken`` is each one's stall and if it shares.

    Who would rather not share gets an empty stall while there is one, and is joined last.
    """
    held = Counter(stall for stall, _ in taken)
    alone = {stall for stall, willing in taken if not willing}
    every = range(1, stalls + 1)
    room = [stall for stall in every if held[stall] < most] or every

    def dislike(stall: int) -> tuple[bool, int, int]:
        crowd = held[stall] if shares else held[stall] * most
        return (held[stall] > 0 and stall in alone, crowd, stall)

    return min(room, key=dislike)


def _by_quota(line: Sequence[Applicant], quotas: Mapping[str, int]) -> dict[int, Outcome]:
    left, kept = Counter(dict(quotas)), {}
    for each in line:
        if left[each.segment] > 0:
            left[each.segment] -= 1
            kept[each.number] = Outcome.QUOTA
    return kept
