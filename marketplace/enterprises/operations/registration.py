"""Registering an enterprise: step by step, or all in one call."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.enterprises import naming
from marketplace.enterprises.errors import CnpjTaken, CodeTaken, NoDivision
from marketplace.enterprises.models import (
    DecisionKind,
    Enterprise,
    Member,
    Standing,
)
from marketplace.enterprises.particulars import Newcomer, Particulars


@operation
def register_enterprise(
    particulars: Particulars, people: Sequence[Newcomer] = (), *, by: Person, now: datetime
) -> Enterprise:
    """Register an enterprise in one call and send it to its Division.

    :raises NoDivision: if none is named and none serves the municipality.
    :raises CodeTaken: if another has that code.
    :raises CnpjTaken: if another has that CNPJ.
    """
    naming.lock_numbering()
    division = _division_for(particulars)
    code = particulars.code or naming.next_code()
    if _exists(Enterprise.code == code):
        raise CodeTaken(code=code)
    if particulars.cnpj and _exists(Enterprise.cnpj == particulars.cnpj):
        raise CnpjTaken
    enterprise = _new(particulars, division, code, by=by, now=now)
    today = clock.today(division.time_zone, now)
    for person in people:
        values = asdict(person) | {"joined_on": person.joined_on or today}
        enterprise.members.append(Member(**values))
    enterprise.decide(DecisionKind.SENT, by_id=by.id, now=now)
    db.session.flush()
    audit.record("enterprise_registered", by=by, now=now, enterprise_id=enterprise.id)
    return enterprise


def _new(
    particulars: Particulars, division: Division, code: str, *, by: Person, now: datetime
) -> Enterprise:
    values = asdict(particulars) | {
        "code": code,
        "division_id": division.id,
        "segments": [str(s) for s in particulars.segments or (particulars.segment,)],
    }
    enterprise = Enterprise(
        **values,
        slug=naming.free_slug(particulars.name, code),
        standing=Standing.DRAFT,
        registered_by_id=by.id,
        registered_at=now,
        standing_since=now,
    )
    db.session.add(enterprise)
    return enterprise


def _division_for(particulars: Particulars) -> Division:
    wanted = sa.select(Division).order_by(Division.id).limit(1)
    if particulars.division_id:
        wanted = wanted.where(Division.id == particulars.division_id)
    else:
        wanted = wanted.where(Division.municipality_code == particulars.municipality_code)
    if (division := db.session.scalar(wanted)) is None:
        raise NoDivision
    return division


def _exists(condition: sa.ColumnElement[bool]) -> bool:
    return db.session.scalar(sa.select(Enterprise.id).where(condition)) is not None
