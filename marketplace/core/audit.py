"""What was done, by whom: rows written by the operation that does it, never changed."""

import enum
from collections.abc import Mapping, Set
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core import guards, logs
from marketplace.core.database import Model, db
from marketplace.core.rights import Person
from marketplace.core.transactions import before_commit


class Entry(Model):
    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    operation: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(index=True)  # none: the house, or a visitor
    role: Mapped[str]  # the one acted in
    request_id: Mapped[str]  # of the request, or ``job:7``
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    notes: Mapped[list[dict[str, Any]]]


guards.append_only("audit_entries")
_ENTER = sa.insert(Entry)


def record(kind: str, *, by: Person, now: datetime, **facts: Any) -> None:
    """Note what the running operation did; its entry is written when it commits.

    Facts are ids and the before and after of harmless fields: nobody's name, number or address.
    """
    note = {"kind": kind} | {name: _plain(value) for name, value in facts.items()}
    db.session().info["notes"].append((by, now, note))


@before_commit.append
def write(
    session: Session, operation: str, notes: list[tuple[Person, datetime, dict[str, Any]]]
) -> None:
    if notes:
        by, now, _ = notes[0]
        who = {"person_id": by.id, "role": role_of(by), "request_id": logs.request_id()}
        what = {"operation": operation, "recorded_at": now, "notes": [note[2] for note in notes]}
        session.connection().execute(_ENTER, who | what)


def role_of(by: Person) -> str:
    """Return the role in which somebody acts: the door's, else their only one."""
    if by.acting or len(by.roles) == 1:
        return by.acting or next(iter(by.roles))
    return "visitor" if by.id is None else "person"


def _plain(value: Any) -> Any:
    """Return a fact as JSON keeps it."""
    match value:
        case enum.Enum():
            return value.value
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {str(name): _plain(one) for name, one in value.items()}
        case Set():
            return sorted(map(_plain, value))
        case list() | tuple():
            return [_plain(one) for one in value]
    return value
