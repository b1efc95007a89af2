"""A PostgreSQL server of the tests' own, thrown away afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OPTIONS = "-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=200"
IN_HASTE = " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=512MB"
UNCOMPILED = " -c jit=off"  # for a handful of rows it costs a hundred times what it saves
INITDB = [
    "-A",
    "trust",
    "-U",
    "test",
    "--no-sync",
    "-E",
    "UTF8",
    "--locale=C.UTF-8",
    "--no-instructions",
]


def programs() -> Path | None:
    """Return the folder of the newest server's programs; Debian keeps it outside PATH."""
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(folders, key=lambda initdb: int(initdb.parts[-3]))
    found = newest[-1] if newest else shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def throw_away_server(*, durable: bool = False) -> Iterator[str]:
    """Start a server that only this machine's socket reaches; yield the address of a database.

    Unless ``durable`` it does not wait for the disk: a test needs nothing after a power cut.

    :raises LookupError: if no server is installed.
    """
    if (bin_folder := programs()) is None:
        raise LookupError("PostgreSQL's server is not installed")
    folder = Path(tempfile.mkdtemp(prefix="paneiro-pg-", dir="/tmp"))
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
    cluster, log = folder / "cluster", folder / "log"
    options = OPTIONS.format(folder=folder) + ("" if durable else IN_HASTE + UNCOMPILED)
    control = [bin_folder / "pg_ctl", "-D", cluster, "-l", log, "-w"]
    try:
        _as_server(bin_folder / "initdb", "-D", cluster, *INITDB)
        _as_server(*control, "-o", options, "start")
        try:
            yield f"postgresql+psycopg://test@/postgres?host={folder}"
        finally:
            _as_server(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_server(*command: object) -> None:
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    words = [*user, *map(str, command)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
