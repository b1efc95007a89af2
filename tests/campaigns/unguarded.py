"""The web server with its locks taken away: the control of the campaign about races.

Nothing in the house can switch them off, in production or anywhere. This program, which only the
campaign starts, takes them out of the statements on their way to the database: `FOR UPDATE`,
SQLite's write lock, and the guard in the statement that takes stock; nor do writers take turns.
"""

import os
import re
import sys
from typing import Any

import sqlalchemy as sa

from marketplace import create_app
from marketplace.core import turns
from marketplace.core.database import db
from serving import web

ROW_LOCK = re.compile(r"\s+FOR (UPDATE|SHARE)( SKIP LOCKED)?\s*$")
VALUE = r"(?:\?|%\(\w+\)s(?:::INTEGER|::BIGINT)?)"
GUARD = re.compile(rf"stock\.left_count \+ {VALUE} >= {VALUE}")


def unguard(engine: sa.Engine) -> None:
    turns.locks.pop(engine, None)
    turns.begin = begin

    @sa.event.listens_for(engine, "before_cursor_execute", retval=True)
    def strip(
        _connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, _many: bool
    ) -> tuple[str, Any]:
        if sql.startswith("BEGIN"):
            return "SELECT 1", values  # each statement commits by itself
        return GUARD.sub(r"(\g<0> OR 1 = 1)", ROW_LOCK.sub("", sql)), values

    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def connect(dbapi: Any, _record: object) -> None:
            dbapi.execute("PRAGMA ignore_check_constraints=ON")


def begin(connection: sa.Connection, *, synced: bool) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # which is taken out on its way


def forget_checks(url: str) -> None:
    """Take the last guard away too, unless the other server just did: no count is negative."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for check in sa.inspect(connection).get_check_constraints("stock"):
                drop = f'ALTER TABLE stock DROP CONSTRAINT IF EXISTS "{check["name"]}"'
                connection.exec_driver_sql(drop)
    engine.dispose()


def say_so(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    forget_checks(os.environ["DATABASE_URL"])
    app = create_app("config.Production")
    with app.app_context():
        unguard(db.engine)
    web.listen(app, host="127.0.0.1", port=int(sys.argv[-1]), when_ready=say_so)
