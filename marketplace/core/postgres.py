"""PostgreSQL's own programs: copies of a database made and read back.

**Source:** PostgreSQL documentation, "pg_dump", "pg_restore", "libpq: Environment Variables".
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

PASSED_ON = {"host": "PGHOST", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
PATIENCE = "SET LOCAL idle_in_transaction_session_timeout=0; SET LOCAL statement_timeout=0"


def dump(
    engine: sa.Engine, file: Path, count: Callable[[sa.Connection], dict[str, int]]
) -> dict[str, int]:
    """Copy the database to a file; return what ``count`` says of the very same moment."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.exec_driver_sql(PATIENCE)
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        rows = count(connection)
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--file={file}"]
        _run(engine.url, "pg_dump", *words, f"--snapshot={snapshot}")
    return rows


def restore(engine: sa.Engine, file: Path) -> None:
    """Fill an empty database from a copy, all or nothing."""
    _fill(engine.url, file)


@contextmanager
def restored_aside(engine: sa.Engine, file: Path) -> Iterator[sa.Connection]:
    """Restore a copy into a database beside, to look at it; it is dropped afterwards.

    The user of the database must be allowed to create databases.
    """
    name = f"{engine.url.database}_check_{secrets.token_hex(4)}"
    url = engine.url.set(database=name)
    _say(engine, f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        _fill(url, file)
        aside = sa.create_engine(url, poolclass=sa.NullPool)
        with aside.connect() as connection:
            yield connection
    finally:
        _say(engine, f'DROP DATABASE "{name}" WITH (FORCE)')


def _fill(url: sa.URL, file: Path) -> None:
    words = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run(url, "pg_restore", *words, f"--dbname={url.database}", str(file))


def _say(engine: sa.Engine, statement: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


def _run(url: sa.URL, program: str, *words: str) -> None:
    """Run one of the programs; the password goes by the environment, which others cannot read.

    :raises RuntimeError: with what the program said, if it fails.
    """
    told = {"PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database}
    told |= {"PGHOST": url.host, "PGPORT": str(url.port) if url.port else None}
    told |= {name: str(url.query[key]) for key, name in PASSED_ON.items() if key in url.query}
    environment = os.environ | {name: value for name, value in told.items() if value}
    ran = subprocess.run(  # noqa: S603 - a program by its full path, no shell
        [_program(program), *words], env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(f"{program}: {ran.stderr.strip()}")


def _program(name: str) -> str:
    """Return the newest of this program; Debian keeps those of a version outside PATH.

    :raises LookupError: if there is none.
    """
    folders = sorted(Path("/usr/lib/postgresql").glob("*"), key=lambda path: int(path.name))
    found = [path / "bin" / name for path in reversed(folders)]
    there = next((str(path) for path in found if path.exists()), shutil.which(name))
    if there is None:
        raise LookupError(f"{name} is missing; on Debian: apt-get install postgresql-client")
    return there
