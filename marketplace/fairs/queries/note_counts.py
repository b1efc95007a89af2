"""Questions about counts of the box that backs notes; nothing here writes."""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.fairs.models.note_counts import NoteCount
from marketplace.fairs.queries import notes
from marketplace.fairs.queries.notes import SEES, Notes


class Box(NamedTuple):
    """Notes of a Division, what the books keep for them in centavos, and the last count."""

    division: Division
    notes: Notes
    kept_cents: int
    last: NoteCount | None


def by_key(key: str) -> NoteCount | None:
    return db.session.scalar(sa.select(NoteCount).where(NoteCount.key == key))


def listed(person: Person) -> sa.Select[NoteCount]:
    """Select the counts of the Divisions whose money a person sees, the latest first."""
    shown = (joinedload(NoteCount.fair), joinedload(NoteCount.by), joinedload(NoteCount.division))
    query = sa.select(NoteCount).options(*shown).order_by(NoteCount.id.desc())
    if "house" in person.roles:
        return query
    ids = frozenset() if person.roles.isdisjoint(SEES) else person.divisions
    return query.where(NoteCount.division_id.in_(ids))


def boxes(divisions: Iterable[Division]) -> list[Box]:
    """Return how the box of each of these Divisions should be, and was when it was counted."""
    return [
        Box(one, notes.of_division(one.id), notes.kept_of(one.id), db.session.scalar(_last(one.id)))
        for one in divisions
    ]


def _last(division_id: int) -> sa.Select[NoteCount]:
    mine = sa.select(NoteCount).where(NoteCount.division_id == division_id)
    return mine.options(joinedload(NoteCount.by)).order_by(NoteCount.id.desc()).limit(1)
