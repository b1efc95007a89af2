"""Questions about who read what, and what those people are called."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Grant, User
from marketplace.core.clock import day_bounds
from marketplace.core.readings import Reading, owned
from marketplace.core.rights import Person
from marketplace.core.text import clean


class Asked(NamedTuple):
    """What the head looks for: a name, a kind of record, a day there."""

    name: str = ""
    kind: str = ""
    day: date | None = None


def within(person: Person, asked: Asked, zone: str) -> sa.Select[Reading]:
    """Select what those who have or had a role in a person's Divisions read, the last first."""
    here = sa.select(Grant.user_id).where(Grant.division_id.in_(person.divisions))
    found = sa.select(Reading).where(Reading.person_id.in_(here))
    if name := clean(asked.name):
        called = sa.select(User.id).where(User.name.icontains(name, autoescape=True))
        found = found.where(Reading.person_id.in_(called))
    if asked.kind in owned:
        found = found.where(Reading.kind == asked.kind)
    if asked.day:
        first, last = day_bounds(asked.day, zone)
        found = found.where(Reading.read_at >= first, Reading.read_at < last)
    return found.order_by(Reading.id.desc())
