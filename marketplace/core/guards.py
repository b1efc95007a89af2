"""Tables whose rows are written once: triggers refuse to change or delete them, on both databases.

``append_only("sale_facts")`` beside the model guards the table wherever the metadata creates it; a
migration that creates the table, or copies it on SQLite, executes ``statements(…)`` after that.

**Source:** SQLite, "CREATE TRIGGER"; PostgreSQL documentation, "CREATE TRIGGER".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from marketplace.core.database import Model, db

guarded: set[str] = set()
FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION USING ERRCODE = 'restrict_violation',"
    " MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
)
POSTGRESQL = {
    "append_only": "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "kept_whole": "CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table}"
    " EXECUTE FUNCTION refuse_change()",
}
SQLITE = {
    "append_only": "CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}"
    " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "kept_whole": "CREATE TRIGGER {table}_kept_whole BEFORE DELETE ON {table}"
    " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
}


def append_only(table: str) -> None:
    """Guard a table of the metadata whenever it is created."""
    guarded.add(table)
    sa.event.listen(Model.metadata.tables[table], "after_create", _guard)


def statements(table: str, dialect: str) -> list[str]:
    """Return what guards a table on ``sqlite`` or ``postgresql``, to be executed in order."""
    if dialect == "sqlite":
        return [trigger.format(table=table) for trigger in SQLITE.values()]
    return [FUNCTION, *(trigger.format(table=table) for trigger in POSTGRESQL.values())]


def missing(connection: sa.Connection) -> list[str]:
    """Return the tables that ought to be guarded here and are not."""
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.dialect.name == "postgresql":
        names = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    there = set(connection.exec_driver_sql(names).scalars())
    return sorted(table for table in guarded if not {*_triggers(table)} <= there)


@contextmanager
def lifted(*tables: str) -> Iterator[None]:
    """Let rows be removed inside an operation, as when a demonstration is taken away."""
    connection = db.session.connection()
    for table in tables:
        for trigger in _triggers(table):
            on_table = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}{on_table}")
    yield
    db.session.flush()
    for table in tables:
        for statement in statements(table, connection.dialect.name):
            connection.exec_driver_sql(statement)


def _triggers(table: str) -> list[str]:
    return [f"{table}_{name}" for name in POSTGRESQL]


def _guard(table: sa.Table, connection: sa.Connection, **_options: Any) -> None:
    for statement in statements(table.name, connection.dialect.name):
        connection.exec_driver_sql(statement)
