"""Which complaints somebody may handle, and what was written about each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts import serving
from marketplace.accounts.models import Role, User
from marketplace.core import passcodes
from marketplace.core.database import db
from marketplace.core.formats import day_of
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.oversight.models.complaints import (
    OPEN,
    Complaint,
    ComplaintFile,
    ComplaintMessage,
    ComplaintTurn,
    Matter,
    Stage,
)

HANDLERS = (Role.HEAD, Role.ARTICULATION)
LATE = "atrasadas"


@dataclass(frozen=True)
class Filters:
    """What a list of complaints is asked for; empty is all."""

    stage: str = ""
    matter: str = ""
    number: str = ""
    late_on: date | None = None  # those that were due before that day and wait still
    mine: int | None = None


class Year(NamedTuple):
    """How many complaints came in a year, and what became of them."""

    year: int
    told: int
    in_time: int
    late: int
    waiting: int  # and their days are not over


def with_code(code: str) -> sa.Select[Complaint]:
    """Select the complaint that a code opens, however its letters were typed."""
    return sa.select(Complaint).where(Complaint.code_hash == passcodes.hashed(code))


def handled_by(person: Person) -> sa.Select[Complaint]:
    """Select what a person may read and answer: never about an enterprise they belong to."""
    if "house" in person.roles:
        return sa.select(Complaint)
    if person.roles.isdisjoint({role.value for role in HANDLERS}):
        return sa.select(Complaint).where(sa.false())
    theirs = Complaint.enterprise_id.in_(enterprises.belonged_to(person))
    not_theirs = sa.or_(Complaint.enterprise_id.is_(None), ~theirs)
    return sa.select(Complaint).where(Complaint.division_id.in_(person.divisions), not_theirs)


def listing(person: Person, filters: Filters) -> sa.Select[Complaint]:
    """Select a list of them: what waits first, by its last day."""
    found = handled_by(person).options(
        joinedload(Complaint.enterprise),
        joinedload(Complaint.assigned_to),
        joinedload(Complaint.division),
    )
    if filters.stage:
        found = found.where(Complaint.stage == Stage(filters.stage))
    if filters.matter:
        found = found.where(Complaint.matter == Matter(filters.matter))
    if filters.number:
        found = found.where(Complaint.id == int(filters.number))
    if filters.late_on:
        found = found.where(Complaint.stage.in_(OPEN), Complaint.due_on < filters.late_on)
    if filters.mine:
        found = found.where(Complaint.assigned_to_id == filters.mine)
    waits = sa.case((Complaint.stage.in_(OPEN), 0), else_=1)
    return found.order_by(waits, Complaint.due_on, Complaint.id)


def filters_from(asked: Mapping[str, str], person: Person, today: date) -> Filters:
    """Return what an address asks to see; what it does not know is left out."""
    stage, matter = asked.get("situacao", ""), asked.get("assunto", "")
    number = asked.get("q", "").strip().rpartition("-")[2]
    return Filters(
        stage=stage if stage in set(Stage) else "",
        matter=matter if matter in set(Matter) else "",
        number=number if number.isascii() and number.isdigit() and len(number) < 10 else "",
        late_on=today if stage == LATE else None,
        mine=person.id if asked.get("minhas") else None,
    )


def messages_of(complaint_id: int) -> Sequence[ComplaintMessage]:
    """Return all that was written about it, the first first."""
    here = sa.select(ComplaintMessage).where(ComplaintMessage.complaint_id == complaint_id)
    found = here.options(joinedload(ComplaintMessage.by)).order_by(ComplaintMessage.id)
    return db.session.scalars(found).all()


def turns_of(complaint_id: int) -> Sequence[ComplaintTurn]:
    here = sa.select(ComplaintTurn).where(ComplaintTurn.complaint_id == complaint_id)
    people = (joinedload(ComplaintTurn.by), joinedload(ComplaintTurn.to))
    return db.session.scalars(here.options(*people).order_by(ComplaintTurn.id)).all()


def files_of(complaint_id: int) -> sa.Select[ComplaintFile]:
    here = sa.select(ComplaintFile).where(ComplaintFile.complaint_id == complaint_id)
    return here.order_by(ComplaintFile.id)


def handlers_of(complaint: Complaint) -> Sequence[User]:
    """Return who may handle it: the Division's, but for who belongs to the enterprise."""
    theirs = serving.holding(HANDLERS, complaint.division_id)
    found = sa.select(User).where(User.id.in_(theirs), User.deactivated_at.is_(None))
    people = db.session.scalars(found.order_by(User.name, User.id)).all()
    if complaint.enterprise_id is None:
        return people
    about = complaint.enterprise_id
    return [one for one in people if not enterprises.belongs_to(Person(one.id), about)]


def nameable(division_ids: Sequence[int]) -> Sequence[Enterprise]:
    """Return the enterprises that a complaint may name: those that sell, or were suspended."""
    known = (Standing.APPROVED, Standing.SUSPENDED)
    here = Enterprise.division_id.in_(division_ids)
    found = sa.select(Enterprise).where(here, Enterprise.standing.in_(known))
    return db.session.scalars(found.order_by(Enterprise.folded, Enterprise.id)).all()


def due_by(division_id: int, day: date) -> sa.Select[Complaint]:
    """Select what waits for an answer of a Division and is due by a day."""
    here = (Complaint.division_id == division_id, Complaint.stage.in_(OPEN))
    waits = sa.select(Complaint).where(*here, Complaint.due_on <= day)
    return waits.options(joinedload(Complaint.division)).order_by(Complaint.id)


def told_since(moment: datetime) -> int:
    counted = sa.select(sa.func.count(Complaint.id)).where(Complaint.filed_at > moment)
    return db.session.scalar(counted) or 0


def years(today: date, zone: str) -> list[Year]:
    """Count them by the local year in which they came, the last first: no word of any is told."""
    rows = db.session.execute(
        sa.select(Complaint.filed_at, Complaint.due_on, Complaint.answered_at)
    ).all()
    counts: dict[int, list[int]] = {}
    for filed_at, due_on, answered_at in rows:
        sums = counts.setdefault(day_of(filed_at, zone).year, [0, 0, 0])
        if answered_at is None:
            sums[1 if due_on < today else 2] += 1
        else:
            sums[0 if day_of(answered_at, zone) <= due_on else 1] += 1
    return [Year(year, sum(sums), *sums) for year, sums in sorted(counts.items(), reverse=True)]
