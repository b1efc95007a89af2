"""The staff's list of assessments: by where they are, by name, by line of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

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


def listing(person: Person, filters: Filters) -> sa.Select[Any]:
    """Select a tab's assessments, those that wait longest first."""
    found = queries.seen_by(person).where(Assessment.state.in_(TABS[filters.tab]))
    if filters.segment:
        found = found.where(Enterprise.segment == filters.segment)
    if filters.text:
        found = found.where(Enterprise.folded.contains(fold(filters.text), autoescape=True))
    found = found.options(contains_eager(Assessment.enterprise).joinedload(Enterprise.division))
    return found.order_by(Assessment.state_since, Assessment.id)


def counts(person: Person) -> dict[str, int]:
    """Return how many cases each tab holds."""
    seen = queries.seen_by(person).with_only_columns(Assessment.state, sa.func.count())
    found = {State(s): n for s, n in db.session.execute(seen.group_by(Assessment.state))}
    return {tab: sum(found.get(state, 0) for state in states) for tab, states in TABS.items()}
