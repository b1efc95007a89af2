"""Taking the demonstration out: every row marked as such, and every row that hangs on one."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.core import audit, guards
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.core.search import remove as forget
from marketplace.core.types import Base
from marketplace.fairs.models.notes import NoteMove
from marketplace.orders.operations import rollups
from marketplace.payments.operations import notes

Rows = dict[str, set[Any]]
BATCH = 500
POINTING_UP = {"collections": ("fair_id", "fairs")}  # a floor below knows the id alone
TRIED_OUT = {
    ("audit_checks", "by_id"),
    ("collections", "fair_id"),
    ("enterprises", "registered_by_id"),
    ("members", "user_id"),
    ("note_counts", "fair_id"),
    ("note_moves", "fair_id"),
    ("purchases", "user_id"),
}


@operation
def remove(*, now: datetime) -> dict[str, int]:
    """Delete the demonstration's rows in one transaction; return how many went, by table.

    A row goes if it is marked ``is_demo``, if it cannot stand without one that goes, or if it was
    tried out with one of the demonstration's logins. Where a column that may be empty names such a
    row, it is emptied: what others entered stays.
    """
    tables = Base.metadata.sorted_tables
    gone = _marked(tables)
    while _spread(tables, gone):
        pass
    _take_back_notes(gone, now)
    guarded = sorted(guards.guarded)
    with guards.lifted(*guarded):
        for table in tables:
            _let_go(table, gone)
        counts = {table.name: _delete(table, gone) for table in reversed(tables)}
    _forget(gone)
    rollups.rebuild_all()
    audit.record("demo_removed", by=HOUSE, now=now, rows=sum(counts.values()))
    return {name: number for name, number in counts.items() if number}


def _marked(tables: list[sa.Table]) -> Rows:
    gone: Rows = {table.name: set() for table in tables}
    for table in tables:
        if "is_demo" in table.c:
            found = db.session.execute(sa.select(*_key(table)).where(table.c.is_demo))
            gone[table.name] |= {tuple(row) for row in found}
    return gone


def _spread(tables: list[sa.Table], gone: Rows) -> bool:
    """Add the rows that cannot stand without one that goes; say whether there were more."""
    more = False
    for table in tables:
        for column, parent in _links(table):
            if not _holds(column):
                continue
            for ids in _batches(gone[parent.name]):
                found = db.session.execute(sa.select(*_key(table)).where(column.in_(ids)))
                new = {tuple(row) for row in found} - gone[table.name]
                gone[table.name] |= new
                more = more or bool(new)
    return more


def _let_go(table: sa.Table, gone: Rows) -> None:
    """Empty the columns that name rows that go: in rows that stay, and within one table."""
    keys = _key(table)
    for column, parent in _links(table):
        if _holds(column):
            continue
        for ids in _batches(gone[parent.name]):
            naming = db.session.execute(sa.select(*keys).where(column.in_(ids)))
            found = {tuple(row) for row in naming}
            for left in _batches(found if parent is table else found - gone[table.name]):
                empty = sa.update(table).where(keys[0].in_(left)).values({column.name: None})
                db.session.execute(empty)


def _holds(column: sa.Column[Any]) -> bool:
    """Say whether a row goes with the one that this column names."""
    return not column.nullable or (column.table.name, column.name) in TRIED_OUT


def _delete(table: sa.Table, gone: Rows) -> int:
    keys = _key(table)
    for values in _batches(gone[table.name], whole=len(keys) > 1):
        which = sa.tuple_(*keys).in_(values) if len(keys) > 1 else keys[0].in_(values)
        db.session.execute(sa.delete(table).where(which))
    return len(gone[table.name])


def _take_back_notes(gone: Rows, now: datetime) -> None:
    """Take what goes of a social currency out of the books, the last first."""
    for ids in _batches(gone["note_moves"]):
        still = sa.select(NoteMove.id).where(NoteMove.id.in_(ids), NoteMove.undone_at.is_(None))
        for move_id in db.session.scalars(still.order_by(NoteMove.id.desc())).all():
            notes.take_back(move_id, by=HOUSE, now=now)


def _forget(gone: Rows) -> None:
    """Take what was sold out of the search."""
    for (product_id,) in sorted(gone["products"]):
        forget("product", product_id)


def _links(table: sa.Table) -> list[tuple[sa.Column[Any], sa.Table]]:
    """Return the columns that name a row of another table by its one-column key."""
    links = [(key.parent, key.column.table) for key in table.foreign_keys]
    if table.name in POINTING_UP:
        column, above = POINTING_UP[table.name]
        links.append((table.c[column], table.metadata.tables[above]))
    return links


def _key(table: sa.Table) -> list[sa.Column[Any]]:
    return list(table.primary_key.columns)


def _batches(keys: set[Any], *, whole: bool = False) -> list[list[Any]]:
    ordered = sorted(keys if whole else (key[0] for key in keys))
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
