"""What was done, by whom: rows written by the operation that does it, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.database import Model, db
from marketplace.core.rights import Person
from marketplace.core.transactions import before_commit


class Entry(Model):
    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    operation: Mapped[str]
    person_id: Mapped[int | None]  # none: the house itself, from a job or a command
    roles: Mapped[str]
    recorded_at: Mapped[datetime]
    notes: Mapped[list[dict[str, Any]]]


def record(kind: str, *, by: Person, now: datetime, **facts: Any) -> None:
    """Note what the running operation did; its entry is written when it commits."""
    db.session().info["notes"].append((by, now, {"kind": kind} | facts))


@before_commit.append
def write(
    session: Session, operation: str, notes: list[tuple[Person, datetime, dict[str, Any]]]
) -> None:
    if notes:
        by, now, _ = notes[0]
        who = {"person_id": by.id, "roles": " ".join(sorted(by.roles))}
        facts = [facts for _by, _now, facts in notes]
        session.add(Entry(operation=operation, recorded_at=now, notes=facts, **who))
