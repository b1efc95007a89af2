"""How a figure is taken: processor time of this process and of the database's own, in rounds.

Processor time, not the clock on the wall: others use this machine too. What PostgreSQL spends on
us is read from the kernel where its processes run on this machine, else it is left out.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count, cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from werkzeug.test import EnvironBuilder, run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OURS = sa.text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
_visits = count()


class Size(NamedTuple):
    """How much a figure is taken over, and how long each is looked at."""

    products: int
    lines: int
    rounds: int = 5
    round_seconds: float = 0.2


class Figure(NamedTuple):
    """A value beside what the bare tools need for the same."""

    name: str
    value: float
    unit: str
    floor: float
    floor_does: str

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    def line(self) -> str:
        numbers = f"{self.value:>10.3f} {self.unit:<12} {self.floor:>10.3f} {self.ratio:>8.1f}"
        return f"{self.name:<26} {numbers}  {self.floor_does}"


HEADER = f"{'name':<26} {'value':>10} {'unit':<12} {'floor':>10} {'ratio':>8}  what the floor does"


class Meter:
    """Reads processor time; ``ms`` is of one run, as the median of rounds."""

    def __init__(self, engine: sa.Engine, size: Size) -> None:
        self.engine, self.size = engine, size

    def ms(self, act: Callable[[], object]) -> float:
        for _ in range(2):
            act()
        processes = self._database()
        return statistics.median(self._round(act, processes) for _ in range(self.size.rounds))

    def ms_each(self, things: Sequence[Any], act: Callable[[Any], object]) -> float:
        """Return the median over things each of which can be used only once; two warm up."""
        warm, rest = things[:2], things[2:]
        for thing in warm:
            act(thing)
        processes = self._database()
        return statistics.median(self._once(partial(act, thing), processes) for thing in rest)

    def get_ms(self, app: "WSGIApplication", paths: Sequence[str], cookie: str = "") -> float:
        """Return what one GET takes, from environ to the last byte, the paths taken in turn."""
        headers = {"Cookie": cookie} if cookie else {}
        environs = cycle([_environ(path, headers) for path in paths])

        def visit() -> None:
            number = next(_visits)
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            environ = next(environs) | {"REMOTE_ADDR": address}  # no limit of one visitor's
            _body, status, _headers = run_wsgi_app(app, environ, buffered=True)
            if not status.startswith("200"):
                raise RuntimeError(f"{environ['PATH_INFO']}: {status}")

        return self.ms(visit)

    def _round(self, act: Callable[[], object], processes: list[Path]) -> float:
        runs, started = 0, _spent(processes)
        until = time.monotonic() + self.size.round_seconds
        while not runs or time.monotonic() < until:
            act()
            runs += 1
        return (_spent(processes) - started) * 1000 / runs

    def _once(self, act: Callable[[], object], processes: list[Path]) -> float:
        started = _spent(processes)
        act()
        return (_spent(processes) - started) * 1000

    def _database(self) -> list[Path]:
        if self.engine.dialect.name == "sqlite":
            return []
        with self.engine.connect() as connection:
            pids = connection.scalars(OURS).all()
        return [path for pid in pids if (path := Path(f"/proc/{pid}/schedstat")).exists()]


def _environ(path: str, headers: dict[str, str]) -> dict[str, Any]:
    return EnvironBuilder(path, headers=list(headers.items())).get_environ()


def _spent(processes: list[Path]) -> float:
    theirs = sum(int(path.read_text().split()[0]) for path in processes if path.exists())
    return time.process_time() + theirs / 1e9
