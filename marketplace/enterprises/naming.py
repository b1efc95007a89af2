"""New rows of enterprises, each with a code and an address that no other has.

All is called inside an operation, and with the numbering locked.
"""

import re
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.core.text import slug
from marketplace.enterprises.errors import CnpjTaken, NoDivision
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.enterprises.particulars import Particulars


def lock_numbering() -> None:
    """Let nobody else number an enterprise until the running operation ends.

    :raises NoDivision: if there is none yet.
    """
    first = sa.select(Division).order_by(Division.id).limit(1)
    if db.session.scalar(first.with_for_update()) is None:
        raise NoDivision


def next_code() -> str:
    """Return the code after the highest of the form E01."""
    given = db.session.scalars(sa.select(Enterprise.code).where(Enterprise.code.like("E%")))
    numbers = [int(code[1:]) for code in given if re.fullmatch(r"E[0-9]{1,9}", code)]
    return f"E{max(numbers, default=0) + 1:02d}"


def free_slug(name: str, code: str, *, but: int | None = None) -> str:
    """Return the name as an address, with the code where another enterprise has it."""
    wanted = slug(name) or slug(code)
    taken = sa.select(Enterprise.id).where(Enterprise.slug == wanted, Enterprise.id != (but or 0))
    return f"{wanted}-{slug(code)}" if db.session.scalar(taken) else wanted


def new_enterprise(
    particulars: Particulars, division: Division, *, by: Person, now: datetime
) -> Enterprise:
    """Add a draft with what is known, under its own code or else the next one."""
    code = particulars.code or next_code()
    values = asdict(particulars) | {
        "code": code,
        "division_id": division.id,
        "segments": [str(s) for s in particulars.segments or (particulars.segment,)],
    }
    enterprise = Enterprise(
        **values,
        slug=free_slug(particulars.name, code),
        standing=Standing.DRAFT,
        registered_by_id=by.id,
        registered_at=now,
        standing_since=now,
    )
    db.session.add(enterprise)
    db.session.flush()
    return enterprise


def division_serving(municipality_code: int) -> Division:
    """Return the Division that looks after a municipality.

    :raises NoDivision: if there is none in its state.
    """
    if (division := accounts.division_serving(municipality_code)) is None:
        raise NoDivision
    return division


def claim_cnpj(cnpj: str | None, *, but: int | None = None) -> None:
    """Let nobody else take this CNPJ until the running operation ends.

    :raises CnpjTaken: if another enterprise has it.
    """
    if cnpj:
        lock_numbering()
        if is_taken(sa.and_(Enterprise.cnpj == cnpj, Enterprise.id != (but or 0))):
            raise CnpjTaken


def is_taken(condition: sa.ColumnElement[bool]) -> bool:
    return db.session.scalar(sa.select(Enterprise.id).where(condition)) is not None
