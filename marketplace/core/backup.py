"""The whole house in one file, and back again: database and media, checked both times.

The archive is a .tar.gz: `manifest.json` (when, which database, rows per table, files), the copy of
the database, and `media/`. On SQLite the copy is made by ``VACUUM INTO``, on PostgreSQL by
``pg_dump -Fc`` of one snapshot, both while the house is open.

**Source:** SQLite, "VACUUM", on VACUUM INTO; PostgreSQL documentation, "pg_dump" (``--snapshot``).
"""

import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from marketplace.core import clock, guards, health, invariants, media, postgres
from marketplace.core.database import db

FORMAT = 1
NAMES = {"sqlite": "database.db", "postgresql": "database.dump"}
TEMPORARY = ".new-"  # what `core.media` is still writing


class Unsound(click.ClickException):
    """A copy that must not be relied on, or a place that must not be written to."""


def make(file: Path) -> dict[str, Any]:
    """Write a checked archive of the house; return its manifest.

    :raises Unsound: if the copy of the database does not hold what it must; no file is left then.
    """
    with _workshop(file.parent) as folder:
        copy = folder / NAMES[db.engine.dialect.name]
        rows = (
            _copy_sqlite(copy) if copy.suffix == ".db" else postgres.dump(db.engine, copy, counts)
        )
        with _opened(copy) as connection:
            _refuse(faults(connection, rows))
        files = _media_files()
        manifest = {"format": FORMAT, "made_at": clock.now().isoformat(), "database": copy.name}
        manifest |= {"rows": rows, "files": len(files)}
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True))
        packed = folder / "archive"
        _pack(packed, [folder / "manifest.json", copy], files)
        packed.chmod(0o600)  # people's names and numbers are in it
        packed.replace(file)
    return manifest


def put_back(file: Path) -> dict[str, Any]:
    """Fill an empty house from an archive and check it; return its manifest.

    :raises Unsound: if the house is not empty, the archive is not one for it, or what was restored
        does not hold what it must.
    """
    _refuse(_occupied())
    with _workshop(media.folder().parent) as folder:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
        expected = (FORMAT, NAMES[db.engine.dialect.name])
        if (manifest["format"], manifest["database"]) != expected:
            raise Unsound(
                f"This archive holds a {manifest['database']}; here it takes {expected[1]}."
            )
        _fill(folder / manifest["database"])
        shutil.copytree(folder / "media", media.folder(), dirs_exist_ok=True)
    with db.engine.connect() as connection:
        _refuse(faults(connection, manifest["rows"]))
    if len(_media_files()) != manifest["files"]:
        raise Unsound("Not every file of the media came back.")
    return manifest


def faults(connection: sa.Connection, rows: dict[str, int]) -> list[str]:
    """Say what is wrong with a copy of the database: damage, lost rows, broken rules."""
    there = counts(connection)
    lost = [table for table, number in rows.items() if there.get(table) != number]
    found = [f"{table}: {rows[table]} rows became {there.get(table)}" for table in lost]
    if connection.dialect.name == "sqlite":
        found += _damage(connection)
    if health.is_newest(connection):  # the rules are about the schema of this code
        found += [f"{rule} is broken" for rule in invariants.broken(connection)]
        found += [f"{table} is not guarded" for table in guards.missing(connection)]
    return found


def counts(connection: sa.Connection) -> dict[str, int]:
    """Return how many rows each table of the house has."""
    there = set(sa.inspect(connection).get_table_names()) & set(db.metadata.tables)
    count = sa.select(sa.func.count())
    return {
        name: connection.scalar(count.select_from(db.metadata.tables[name])) or 0
        for name in sorted(there)
    }


def _copy_sqlite(copy: Path) -> dict[str, int]:
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
        connection.execute("VACUUM INTO ?", [str(copy)])
    with _opened(copy) as opened:
        return counts(opened)


@contextmanager
def _opened(copy: Path) -> Iterator[sa.Connection]:
    """Open a copy of the database to look at it."""
    if copy.suffix == ".dump":
        with postgres.restored_aside(db.engine, copy) as connection:
            yield connection
        return
    engine = sa.create_engine(f"sqlite:///file:{copy}?mode=ro&uri=true", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection


def _fill(copy: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    if copy.suffix == ".dump":
        postgres.restore(db.engine, copy)
        return
    target = Path(str(db.engine.url.database))
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    shutil.copy(copy, target)


def _occupied() -> list[str]:
    tables = sa.inspect(db.engine).get_table_names()
    found = [f"The database has tables already ({tables[0]} …)."] if tables else []
    if _media_files():
        found.append(f"There are files in {media.folder()}.")
    return found


def _media_files() -> list[Path]:
    found = media.folder().rglob("*")
    return sorted(path for path in found if path.is_file() and not path.name.startswith(TEMPORARY))


def _pack(packed: Path, first: list[Path], files: list[Path]) -> None:
    with tarfile.open(packed, "w:gz", compresslevel=3) as archive:
        for path in first:
            archive.add(path, path.name)
        (empty := tarfile.TarInfo("media")).type = tarfile.DIRTYPE
        empty.mode = 0o755
        archive.addfile(empty)
        for path in files:
            archive.add(path, f"media/{path.relative_to(media.folder())}")


@contextmanager
def _workshop(place: Path) -> Iterator[Path]:
    """Make a folder that nobody else may read, beside the result; gone afterwards."""
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix=".backup-") as folder:
        yield Path(folder)


def _damage(connection: sa.Connection) -> list[str]:
    said = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
    nowhere = connection.exec_driver_sql("PRAGMA foreign_key_check")
    found = [str(line) for line in said if line != "ok"]
    return found + [f"a row of {row[0]} points nowhere" for row in nowhere]


def _refuse(found: list[str]) -> None:
    if found:
        raise Unsound("\n".join(found))


def _said(manifest: dict[str, Any]) -> str:
    rows, tables = sum(manifest["rows"].values()), len(manifest["rows"])
    return f"{rows} rows in {tables} tables, {manifest['files']} files of media, checked"


def _place(_context: object, _option: object, value: str) -> Path:
    """Read a path from where `./run` was called."""
    return Path(os.environ.get("PANEIRO_CALLED_FROM", "."), value).resolve()


@click.command("backup")
@click.argument("file", callback=_place)
@with_appcontext
def backup(file: Path) -> None:
    """Copy database and media into one FILE (.tar.gz), and check the copy."""
    click.echo(f"{file}: {_said(make(file))}")


@click.command("restore")
@click.argument("file", callback=_place)
@with_appcontext
def restore(file: Path) -> None:
    """Fill an empty database and an empty media folder from FILE, and check them."""
    manifest = put_back(file)
    click.echo(f"{_said(manifest)}; as of {manifest['made_at']}")
    with db.engine.connect() as connection:
        if not health.is_newest(connection):
            click.echo("The archive is of an older version: run `flask db upgrade`.")


commands = (backup, restore)
