"""What processor time and memory the parts of a town take, and what others take beside them.

**Source:** proc(5): `/proc/stat`, `/proc/pid/stat`, `/proc/pid/smaps_rollup`.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

PROC = Path("/proc")
OWN = sa.text("SELECT pg_backend_pid()")
PARENT, SPENT, SPENT_BY_ENDED = 1, slice(11, 13), slice(13, 15)  # of `stat`, after the name
BUSY = (1, 2, 3, 6, 7)  # of a core: programs, nice ones, kernel, interruptions of two kinds
KIB = 1024


def of_programs(pids: Iterable[int]) -> float:
    """Return the processor seconds of these programs so far."""
    return _seconds(tick for pid in pids for tick in _stat(PROC / f"{pid}/stat")[SPENT])


def of_database(engine: sa.Engine) -> float:
    """Return those of a database's server on this machine, whose processes come and go."""
    if engine.dialect.name == "sqlite":
        return 0
    with engine.connect() as connection:
        parent = _stat(PROC / f"{connection.scalar(OWN)}/stat")[PARENT]
    first = _stat(PROC / f"{parent}/stat")
    ticks = [*first[SPENT], *first[SPENT_BY_ENDED]]
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            if (told := _stat(path))[PARENT] == parent:
                ticks += told[SPENT]
    return _seconds(ticks)


def of_cores(cores: Iterable[int]) -> float:
    """Return in how many seconds so far these cores have worked, for whomever."""
    told = (line.split() for line in (PROC / "stat").read_text(encoding="ascii").splitlines())
    by_name = {name: ticks for name, *ticks in told}
    return _seconds(int(by_name[f"cpu{core}"][column - 1]) for core in cores for column in BUSY)


def held_mib(pids: Iterable[int]) -> float:
    """Return the memory of these programs, what they share counted once."""
    return sum(map(_pss_kib, pids)) / KIB


def _seconds(ticks: Iterable[int]) -> float:
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def _stat(path: Path) -> list[int]:
    """Return what is told of a program, after its name and state; the state counts as a place."""
    _name, _end, told = path.read_text(encoding="utf-8", errors="replace").rpartition(")")
    return [0, *map(int, told.split()[1:])]


def _pss_kib(pid: int) -> int:
    """Return the proportional set size."""
    told = (PROC / f"{pid}/smaps_rollup").read_text(encoding="ascii")
    (line,) = [line for line in told.splitlines() if line.startswith("Pss:")]
    return int(line.split()[1])
