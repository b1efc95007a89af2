"""The roll-ups, kept by whoever adds facts, in the same transaction; and counted anew."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.core.database import db, operation
from marketplace.core.transactions import GATHERED, INSERT, before_commit
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.rollups import ROLLUPS
from marketplace.orders.queries.rollups import differences, recount

MOST_KEYS = 1_024  # of a statement: it names them nine times, and SQLite takes 32,766 values


def add(facts: Iterable[str]) -> None:
    """Add the facts with these keys, just written by the running operation, as it ends.

    What is undone with an operation inside it is not added.
    """
    db.session().info[GATHERED].extend(facts)


@before_commit.append
def write(session: Session, _operation: str, _notes: list[Any]) -> None:
    """Add all that an operation wrote: a purchase of several groups takes each table once.

    Rows are taken table by table, each in the order of its key: two sales wait, never deadlock.
    """
    keys, there = session.info[GATHERED], session.connection()
    for start in range(0, len(keys), MOST_KEYS):
        batch = keys[start : start + MOST_KEYS]
        room = 1 << (len(batch) - 1).bit_length()
        named = dict(zip(_names(room), batch + batch[-1:] * (room - len(batch)), strict=True))
        for table in ROLLUPS:
            there.execute(_adding(table, there.dialect.name, room), named)


@operation
def rebuild(table: str) -> int:
    """Count a roll-up anew from all facts; return how many rows it has now.

    :raises RuntimeError: inside an operation that sold something: it would be added once more.
    """
    if db.session().info[GATHERED]:
        raise RuntimeError("what this operation sold is added when it ends")
    (chosen,) = (each for each in ROLLUPS if each.name == table)
    if db.engine.dialect.name == "postgresql":  # else a sale between the two would count twice
        db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
        db.session.execute(LOCKS[table])
    db.session.execute(sa.delete(chosen))
    columns = [c.name for c in chosen.columns]
    db.session.execute(sa.insert(chosen).from_select(columns, recount(chosen)))
    return db.session.scalar(sa.select(sa.func.count()).select_from(chosen)) or 0


def rebuild_all() -> dict[str, int]:
    return {table.name: rebuild(table.name) for table in ROLLUPS}


def wrong() -> dict[str, int]:
    """Return how many rows of each roll-up are not what the facts say; none is left out."""
    counts = {table.name: len(list(db.session.scalars(differences(table)))) for table in ROLLUPS}
    return {name: number for name, number in counts.items() if number}


LOCKS = {
    "sales_by_enterprise": sa.text("LOCK TABLE sales_by_enterprise IN SHARE ROW EXCLUSIVE MODE"),
    "sales_by_channel": sa.text("LOCK TABLE sales_by_channel IN SHARE ROW EXCLUSIVE MODE"),
    "sales_by_seller": sa.text("LOCK TABLE sales_by_seller IN SHARE ROW EXCLUSIVE MODE"),
    "sales_by_day": sa.text("LOCK TABLE sales_by_day IN SHARE ROW EXCLUSIVE MODE"),
    "sale_values": sa.text("LOCK TABLE sale_values IN SHARE ROW EXCLUSIVE MODE"),
}


def _names(room: int) -> list[str]:
    return [f"key_{number}" for number in range(room)]


@cache
def _adding(table: sa.Table, dialect: str, room: int) -> Any:
    """Return the statement for so many facts, a power of two: few statements, each made once."""
    keys = [c.name for c in table.primary_key]
    sums = [c.name for c in table.columns if c.name not in (*keys, "last_id")]
    new = INSERT[dialect](table)
    chosen = [sa.bindparam(name, type_=SaleFact.key.type) for name in _names(room)]
    counted = recount(table, SaleFact.key.in_(chosen))
    new = new.from_select([c.name for c in table.columns], counted)
    later = new.excluded.last_id > table.c.last_id
    latest = sa.case((later, new.excluded.last_id), else_=table.c.last_id)
    changed = {name: table.c[name] + new.excluded[name] for name in sums}
    return new.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=changed | {"last_id": latest}
    )
