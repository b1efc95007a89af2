"""What operations are given, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.assessments.models.commission import Outcome
from marketplace.assessments.models.visits import Seen, Tie, VisitKind


@dataclass(frozen=True)
class Paper:
    """What shows an answer: a file of `core.papers`, or a number of what is elsewhere."""

    title: str
    number: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    file: str = ""


@dataclass(frozen=True)
class VisitorPlan:
    """Somebody who went to see a group; ``enterprise_id`` is theirs, in a peer visit."""

    name: str
    tie: Tie
    enterprise_id: int | None = None


@dataclass(frozen=True)
class VisitPlan:
    """A visit as it is told: ``findings`` by the code of the criterion, with a note."""

    kind: VisitKind
    visited_on: date
    present: str
    visitors: Sequence[VisitorPlan]
    findings: Mapping[str, tuple[Seen, str]]
    photos: Sequence[str] = ()  # of `core.papers`
    corrects_id: int | None = None
    key: str = ""  # of the form; the same again is the same visit


@dataclass(frozen=True)
class RulingPlan:
    """What a meeting decided: members by their ids, principles by their codes."""

    outcome: Outcome
    met_on: date
    reasons: str
    decided: Sequence[int]
    aside: Mapping[int, Tie]
    principles: Sequence[str] = ()
    conditions: str = ""
    conditions_until: date | None = None
    key: str = ""  # of the form; the same again is the same ruling
