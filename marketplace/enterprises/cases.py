"""The Division's queue: registrations that wait, how long, and where each one is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.core.text import fold
from marketplace.enterprises import queries
from marketplace.enterprises.models import (
    Decision,
    DecisionKind,
    Enterprise,
    Kind,
    Member,
    Segment,
    Standing,
)
from marketplace.enterprises.steps import ANSWER_DAYS, MEND_DAYS, due_on

WAITING = (Standing.SENT, Standing.IN_ANALYSIS)
TABS = {
    "esperando": WAITING,
    "devolvidos": (Standing.RETURNED,),
    "aprovados": (Standing.APPROVED,),
    "suspensos": (Standing.SUSPENDED,),
    "recusados": (Standing.REFUSED,),
    "todos": tuple(standing for standing in Standing if standing is not Standing.DRAFT),
}
SOON_DAYS = 15


@dataclass(frozen=True)
class Filters:
    tab: str = "esperando"
    text: str = ""
    municipality_code: int | None = None
    segment: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Case:
    """A registration with its clock: the Division's 45 days, or the group's 30 to mend."""

    enterprise: Enterprise
    since: datetime
    people: int
    today: date

    @property
    def days(self) -> int:
        zone = self.enterprise.division.time_zone
        return (self.today - clock.today(zone, self.since)).days

    @property
    def limit(self) -> int | None:
        if self.enterprise.standing in WAITING:
            return ANSWER_DAYS
        return MEND_DAYS if self.enterprise.standing is Standing.RETURNED else None

    @property
    def urgency(self) -> str:
        """Return '', 'warn' in the last 15 days of its clock, 'err' after it."""
        if self.limit is None:
            return ""
        if self.days > self.limit:
            return "err"
        return "warn" if self.days > self.limit - SOON_DAYS else ""

    @property
    def due_on(self) -> date:
        return due_on(self.since, self.enterprise.division.time_zone)


def filters_from(asked: Mapping[str, str]) -> Filters:
    """Return what an address asks to see; what it does not know is left out."""
    place = asked.get("municipio", "")
    return Filters(
        tab=asked["situacao"] if asked.get("situacao") in TABS else "esperando",
        text=asked.get("q", "").strip()[:80],
        municipality_code=int(place) if re.fullmatch("[0-9]{7}", place) else None,
        segment=asked["segmento"] if asked.get("segmento") in set(Segment) else "",
        kind=asked["tipo"] if asked.get("tipo") in set(Kind) else "",
    )


def listing(person: Person, filters: Filters) -> sa.Select[Any]:
    """Select what a page of the queue shows, waiting ones oldest first, others by name."""
    since, people = _since(), _people()
    query = _filtered(person, filters).add_columns(since, people)
    if TABS[filters.tab] in (WAITING, (Standing.RETURNED,)):
        return query.order_by(since, Enterprise.id)
    return query.order_by(Enterprise.folded, Enterprise.id)


def in_listing(person: Person, filters: Filters) -> list[Enterprise]:
    """Return all that the queue's pages would show, for a sheet."""
    found = _filtered(person, filters).order_by(Enterprise.code)
    whole = (selectinload(Enterprise.members), selectinload(Enterprise.neighbourhood))
    return list(db.session.scalars(found.options(*whole)))


def counts(person: Person) -> dict[str, int]:
    """Return how many cases each tab holds."""
    seen = queries.cases_of(person).subquery()
    by_standing = sa.select(seen.c.standing, sa.func.count()).group_by(seen.c.standing)
    found = {Standing(standing): number for standing, number in db.session.execute(by_standing)}
    return {tab: sum(found.get(s, 0) for s in standings) for tab, standings in TABS.items()}


def case_of(row: Any, now: datetime) -> Case:
    enterprise, since, people = row
    return Case(enterprise, since, people, clock.today(enterprise.division.time_zone, now))


def case(enterprise: Enterprise, now: datetime) -> Case:
    numbers = sa.select(_since(), _people()).where(Enterprise.id == enterprise.id)
    since, people = db.session.execute(numbers).one()
    return case_of((enterprise, since, people), now)


def _filtered(person: Person, filters: Filters) -> sa.Select[Any]:
    query = queries.cases_of(person).where(Enterprise.standing.in_(TABS[filters.tab]))
    if filters.municipality_code:
        query = query.where(Enterprise.municipality_code == filters.municipality_code)
    if filters.segment:
        query = query.where(Enterprise.segment == filters.segment)
    if filters.kind:
        query = query.where(Enterprise.kind == filters.kind)
    if filters.text:
        query = query.where(_matches(filters.text))
    return query.options(joinedload(Enterprise.division), joinedload(Enterprise.municipality))


def _matches(text: str) -> sa.ColumnElement[bool]:
    """Return the condition that the name holds the text, or a code or number is it."""
    bare = "".join(char for char in text.upper() if char.isalnum())
    named = Enterprise.folded.contains(fold(text), autoescape=True)
    numbers = Enterprise.mobile.endswith(bare, autoescape=True) if bare.isdigit() else sa.false()
    return sa.or_(named, Enterprise.code == text.upper(), Enterprise.cnpj == bare, numbers)


def _since() -> sa.ColumnElement[datetime]:
    """Return since when it waits: for the Division from when it was last sent."""
    sent = sa.select(sa.func.max(Decision.decided_at)).where(
        Decision.enterprise_id == Enterprise.id, Decision.kind == DecisionKind.SENT
    )
    waits = Enterprise.standing.in_(WAITING)
    last = sa.func.coalesce(sent.scalar_subquery(), Enterprise.standing_since)
    return sa.case((waits, last), else_=Enterprise.standing_since)


def _people() -> sa.ScalarSelect[int]:
    live = sa.select(sa.func.count()).where(
        Member.enterprise_id == Enterprise.id, Member.left_on.is_(None)
    )
    return live.scalar_subquery()
