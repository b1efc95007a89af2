"""The whole house in one file, and back again: database and media, checked both times.

The archive is a .tar.gz: `manifest.json` (when, which database, rows per table, files), the copy of
the database, and `media/`. On SQLite the copy is made by ``VACUUM INTO``, on PostgreSQL by
``pg_dump -Fc`` of one snapshot, both while the house is open.

**Source:** SQLite, "VACUUM", on VACUUM INTO; PostgreSQL documentation, "pg_dump" (``--snapshot``).
"""

import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from marketplace.core import (
    clock,
    erasure_marks,
    erasures,
    guards,
    health,
    invariants,
    media,
    postgres,
)
from marketplace.core.database import db
from marketplace.core.errors import NotFound

FORMAT = 1
NAMES = {"sqlite": "database.db", "postgresql": "database.dump"}


class Unsound(click.ClickException):
    """A copy that must not be relied on, or a place that must not be written to."""


def make(file: Path, *, media_too: bool = True) -> dict[str, Any]:
    """Write a checked archive of the house, or of its database alone; return its manifest.

    :raises Unsound: if the copy of the database does not hold what it must; no file is left then.
    """
    with _workshop(file.parent) as folder:
        copy = folder / NAMES[db.engine.dialect.name]
        rows = (
            _copy_sqlite(copy) if copy.suffix == ".db" else postgres.dump(db.engine, copy, counts)
        )
        with _opened(copy) as connection:
            _refuse(faults(connection, rows))
        packed = folder / "archive"
        with tarfile.open(packed, "w:gz", compresslevel=3) as archive:
            archive.add(copy, copy.name)
            manifest = {"format": FORMAT, "made_at": clock.now().isoformat(), "database": copy.name}
            manifest |= {"rows": rows} | ({"files": _pack_media(archive)} if media_too else {})
            (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True))
            archive.add(folder / "manifest.json", "manifest.json")
        packed.chmod(0o600)  # people's names and numbers are in it
        packed.replace(file)
    return manifest


def put_back(file: Path) -> dict[str, Any]:
    """Fill an empty house from an archive and check it; return its manifest.

    :raises Unsound: if the house is not empty, the archive is not one for it, or what was restored
        does not hold what it must.
    """
    _refuse(_tables())
    with _workshop(_roomy()) as folder:
        _unpack(file, folder)
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
        expected = (FORMAT, NAMES[db.engine.dialect.name])
        if (manifest["format"], manifest["database"]) != expected:
            raise Unsound(
                f"This archive holds a {manifest['database']}; here it takes {expected[1]}."
            )
        if "files" in manifest:
            _refuse(_files())
            _put_back_media(folder / "media")
        manifest.setdefault("files", sum(1 for _file in media.listed()))  # as they are
        _fill(folder / manifest["database"])
    with db.engine.connect() as connection:
        _refuse(faults(connection, manifest["rows"]))
    if sum(1 for _file in media.listed()) != manifest["files"]:
        raise Unsound("Not every file of the media came back.")
    return manifest


def _unpack(file: Path, folder: Path) -> None:
    """Lay out what an archive holds: files and folders, nothing else, and nothing beside it.

    Before 3.11.4 Python's own way has no such filter; the 3.11 of Debian 12 is one of these.

    **Source:** PEP 706; CVE-2007-4559.
    """
    top = folder.resolve()
    with tarfile.open(file) as archive:
        for member in archive:
            target = (top / member.name).resolve()
            if not target.is_relative_to(top) or not (member.isfile() or member.isdir()):
                raise Unsound(f"{member.name} is nothing that an archive of the house holds.")
            if packed := archive.extractfile(member):
                target.parent.mkdir(parents=True, exist_ok=True)
                with packed, target.open("wb") as laid_out:
                    shutil.copyfileobj(packed, laid_out)
            else:
                target.mkdir(parents=True, exist_ok=True)


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


def shelve(folder: Path, *, keep: int, media_too: bool) -> tuple[Path, dict[str, Any]]:
    """Write an archive named by its time, and remove the oldest of its kind beyond so many."""
    kind = "" if media_too else "-database"
    file = folder / f"paneiro-{clock.now():%Y-%m-%dT%H%M%SZ}{kind}.tar.gz"
    manifest = make(file, media_too=media_too)
    for old in sorted(folder.glob(f"paneiro-{'[0-9]' * 4}-??-??T??????Z{kind}.tar.gz"))[:-keep]:
        old.unlink()
    return file, manifest


def _tables() -> list[str]:
    tables = sa.inspect(db.engine).get_table_names()
    return [f"The database has tables already ({tables[0]} …)."] if tables else []


def _files() -> list[str]:
    lies = next(media.listed(), None)
    return [f"There are files in {media.folder() or 'the bucket'}."] if lies else []


def _pack_media(archive: tarfile.TarFile) -> int:
    """Add every file of the media; return how many."""
    (place := tarfile.TarInfo("media")).type = tarfile.DIRTYPE
    place.mode = 0o755
    archive.addfile(place)
    packed = 0
    for file in sorted(media.listed()):
        with suppress(NotFound):  # removed since it was listed
            data = media.get(file.name)
            member = tarfile.TarInfo(f"media/{file.name[:2]}/{file.name}")
            member.size, member.mtime = len(data), int(file.written_at.timestamp())
            archive.addfile(member, io.BytesIO(data))
            packed += 1
    return packed


def _put_back_media(unpacked: Path) -> None:
    if target := media.folder():
        shutil.copytree(unpacked, target, dirs_exist_ok=True)
        return
    for path in filter(Path.is_file, unpacked.rglob("*")):
        media.put(path.name, path.read_bytes())


def _roomy() -> Path:
    """Return a folder for the unpacked archive: beside the pictures, where there is room."""
    folder = media.folder()
    return folder.parent if folder else Path(tempfile.gettempdir())


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
    pictures = f"{manifest['files']} files" if "files" in manifest else "no files"
    return f"{rows} rows in {tables} tables, {pictures} of media, checked"


def _place(_context: object, _option: object, value: str) -> Path:
    """Read a path from where `./run` was called."""
    return Path(os.environ.get("PANEIRO_CALLED_FROM", "."), value).resolve()


@click.command("backup")
@click.argument("place", callback=_place)
@click.option("--keep", type=click.IntRange(min=1), default=96, show_default=True, metavar="N")
@click.option("--database-only", is_flag=True, help="Leave the pictures out: they are kept apart.")
@with_appcontext
def backup(place: Path, *, keep: int, database_only: bool) -> None:
    """Copy database and media into one file (.tar.gz), and check the copy.

    PLACE is a file; or a folder, of which the newest N archives of this kind are kept.
    """
    file, media_too = place, not database_only
    if place.is_dir():
        file, manifest = shelve(place, keep=keep, media_too=media_too)
    else:
        manifest = make(place, media_too=media_too)
    erasure_marks.copy_to(file.parent)
    click.echo(f"{file}: {_said(manifest)}")


@click.command("restore")
@click.argument("file", callback=_place)
@with_appcontext
def restore(file: Path) -> None:
    """Fill an empty database and an empty media folder from FILE, and check them."""
    manifest = put_back(file)
    erasure_marks.take_from(file.parent)
    click.echo(f"{_said(manifest)}; as of {manifest['made_at']}")
    with db.engine.connect() as connection:
        if not health.is_newest(connection):
            click.echo(
                "The archive is of an older version: run `flask db upgrade`,"
                " then `flask apply-erasures`, before anybody sees it."
            )
            return
    click.echo(f"{erasures.apply_again(now=clock.now())} people or purchases erased again")


commands = (backup, restore)
