"""Codes and addresses that no other enterprise has; called with the numbering locked."""

import re

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.text import slug
from marketplace.enterprises.errors import NoDivision
from marketplace.enterprises.models import Enterprise


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
