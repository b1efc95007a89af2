"""The staff's list of assessments: by where they are, by name, by line of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from marketplace.accounts.models import Division
from marketplace.assessments.models.assessments import Assessment, State
from marketplace.assessments.queries import assessments as queries
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.core.text import fold
from marketplace.enterprises.models import Enterprise, Segment

TABS = {
    "esperando": (State.SENT,),
    "todos": tuple(state for state in State if state is not State.DRAFT),
}


@dataclass(frozen=True)
class Filters:
    tab: str = "esperando"
    text: str = ""
    segment: str = ""


def filters_from(asked: Mapping[str, str]) -> Filters:
    """Return what an address asks to see; what it does not know is left out."""
    return Filters(
        tab=asked["situacao"] if asked.get("situacao") in TABS else "esperando",
        text=asked.get("q", "").strip()[:80],
        segment=asked["segmento"] if asked.get("segmento") in set(Segment) else "",
    )


def listing(person: Person, division: Division, filters: Filters) -> sa.Select[Any]:
    """Select a tab's assessments of a Division, those that wait longest first."""
    found = _of(person, division).where(Assessment.state.in_(TABS[filters.tab]))
    if filters.segment:
        found = found.where(Enterprise.segment == filters.segment)
    if filters.text:
        found = found.where(Enterprise.folded.contains(fold(filters.text), autoescape=True))
    found = found.options(contains_eager(Assessment.enterprise).joinedload(Enterprise.division))
    return found.order_by(Assessment.state_since, Assessment.id)


def counts(person: Person, division: Division) -> dict[str, int]:
    """Return how many cases of a Division each tab holds."""
    seen = _of(person, division).with_only_columns(Assessment.state, sa.func.count())
    found = {State(s): n for s, n in db.session.execute(seen.group_by(Assessment.state))}
    return {tab: sum(found.get(state, 0) for state in states) for tab, states in TABS.items()}


def _of(person: Person, division: Division) -> sa.Select[Assessment]:
    return queries.seen_by(person).where(Enterprise.division_id == division.id)
