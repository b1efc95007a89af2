"""Minutes: the list by body, year and words; whose the staff may publish."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts import serving
from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.core.text import clean, fold
from marketplace.oversight.models.minutes import Body, Minutes, MinutesVersion

PUBLISHES = frozenset({"head", "articulation"})
LONGEST = 100


@dataclass(frozen=True)
class Asked:
    """What a list of minutes is asked for; empty is all."""

    body: str = ""
    year: int | None = None
    text: str = ""


def asked_from(told: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what it does not know is left out."""
    body, year = told.get("orgao", ""), told.get("ano", "")
    known = year.isascii() and year.isdigit() and len(year) == 4 and year >= "1900"
    text = clean(told.get("q", ""))[:LONGEST]
    return Asked(body if body in set(Body) else "", int(year) if known else None, text)


def listed(asked: Asked) -> sa.Select[Minutes]:
    """Select minutes, those of the last meeting first; words are found without accents."""
    found = sa.select(Minutes).options(joinedload(Minutes.division))
    if asked.body:
        found = found.where(Minutes.body == Body(asked.body))
    if asked.year:
        days = date(asked.year, 1, 1), date(asked.year, 12, 31)
        found = found.where(Minutes.held_on.between(*days))
    for word in fold(asked.text).split():
        found = found.where(Minutes.folded.contains(word, autoescape=True))
    return found.order_by(Minutes.held_on.desc(), Minutes.id.desc())


def whole(minutes_id: int) -> sa.Select[Minutes]:
    """Select one with its versions, the newest first."""
    parts = (joinedload(Minutes.division), selectinload(Minutes.versions))
    return sa.select(Minutes).where(Minutes.id == minutes_id).options(*parts)


def version(minutes_id: int, number: int) -> sa.Select[MinutesVersion]:
    """Select a version that anybody may read."""
    mine = (MinutesVersion.minutes_id == minutes_id, MinutesVersion.number == number)
    return sa.select(MinutesVersion).where(*mine, ~MinutesVersion.withheld.has())


def years() -> list[int]:
    """Return the years of which there are minutes, the last first."""
    year = sa.extract("year", Minutes.held_on)
    found = db.session.scalars(sa.select(year).group_by(year).order_by(year.desc()))
    return [int(one) for one in found]


def published_by(person: Person) -> sa.Select[Minutes]:
    """Select what somebody may correct: the minutes of their Divisions."""
    if person.roles.isdisjoint(PUBLISHES):
        return sa.select(Minutes).where(sa.false())
    return sa.select(Minutes).where(Minutes.division_id.in_(person.divisions))


def divisions_of(person: Person) -> sa.Select[Division]:
    """Select the Divisions for which somebody may publish minutes."""
    return serving.divisions_with(person, PUBLISHES).order_by(Division.name, Division.id)
