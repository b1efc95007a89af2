"""How `flask db` runs the one history of the schema on either database."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from flask import current_app

extension = current_app.extensions["migrate"]
engine: sa.Engine = extension.db.engine
sqlite = engine.dialect.name == "sqlite"


@contextmanager
def unhurried(connection: sa.Connection) -> Iterator[None]:
    """Let a table be copied and dropped though others point at it, and take the time it takes."""
    raw = connection.connection.dbapi_connection
    during, after = ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON")
    if not sqlite:
        during, after = ("SET statement_timeout=0", "SET statement_timeout='15s'")
    raw.execute(during)
    raw.commit()
    try:
        yield
    finally:
        raw.rollback()
        raw.execute(after)
        raw.commit()


def is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    """Leave alone what statements of our own make (search, triggers); a test compares those."""
    return kind != "table" or name in extension.db.metadata.tables


def make_room(connection: sa.Connection) -> None:
    """Let our names of revisions fit: Alembic keeps 32 letters, and only PostgreSQL counts them."""
    if not sqlite:
        connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(128) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        connection.exec_driver_sql(
            "ALTER TABLE alembic_version ALTER COLUMN version_num TYPE varchar(128)"
        )


def run() -> None:
    with engine.connect().execution_options(writes=True) as connection, unhurried(connection):
        context.configure(
            connection=connection,
            target_metadata=extension.db.metadata,
            transactional_ddl=True,
            include_name=is_modelled,
            **extension.configure_args,
        )
        with context.begin_transaction():
            make_room(connection)
            context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"rows that point nowhere: {broken[:5]}")


run()
