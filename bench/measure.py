"""How a figure is taken: processor time of a server process and of the database's own, in rounds.

Processor time, not the clock on the wall: others use this machine too. What PostgreSQL spends on
us is read from the kernel where its processes run on this machine, else it is left out.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from bench.served import Browser, Served, seconds_in

RUNS_A_ROUND = 4  # at least, of what consists of steps
OURS = sa.text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")


class Size(NamedTuple):
    """How much a figure is taken over, and how long each is looked at."""

    products: int
    lines: int
    rounds: int = 5
    round_seconds: float = 0.5


class Figure(NamedTuple):
    """A value beside what the bare tools need for the same; ``parts`` of it by name."""

    name: str
    value: float
    unit: str
    floor: float
    floor_does: str
    parts: dict[str, float] = {}

    @property
    def ratio(self) -> float:
        return self.value / self.floor


class Spending(Protocol):
    def spent(self) -> float: ...


class Together(NamedTuple):
    """Servers that do one thing between them."""

    servers: Sequence[Served]

    def spent(self) -> float:
        return sum(server.spent() for server in self.servers)


class Meter:
    """Reads processor time; results are in ms, each the median of rounds."""

    def __init__(self, engine: sa.Engine, size: Size) -> None:
        self.engine, self.size = engine, size

    def ms(self, server: Served, act: Callable[[], object]) -> float:
        """Return what the server spends on one such act."""
        for _ in range(2):
            act()
        clock = Clock(server, self._database())
        return statistics.median(self._round(clock, act) for _ in range(self.size.rounds))

    def steps_ms(
        self, server: Spending, steps: dict[str, Callable[[], object]]
    ) -> dict[str, float]:
        """Return what it spends on each of these steps, done one after another, again and again.

        However busy the machine is, the way is gone often enough for caches to have filled.
        """
        least = self.size.rounds * RUNS_A_ROUND
        for _ in range(least):
            for act in steps.values():
                act()
        clock = Clock(server, self._database())
        seen: dict[str, list[float]] = {name: [] for name in steps}
        until = time.monotonic() + self.size.rounds * self.size.round_seconds
        while min(map(len, seen.values())) < least or time.monotonic() < until:
            for name, act in steps.items():
                seen[name].append(clock.ms(act))
        return {name: statistics.median(times) for name, times in seen.items()}

    def ms_each(self, server: Served, things: Sequence[Any], act: Callable[[Any], object]) -> float:
        """Return the median over things each of which can be used only once; two warm up."""
        warm, rest = things[:2], things[2:]
        for thing in warm:
            act(thing)
        clock = Clock(server, self._database())
        return statistics.median(clock.ms(lambda thing=thing: act(thing)) for thing in rest)  # type: ignore[misc]

    def get_ms(self, server: Served, paths: Sequence[str], cookie: str = "") -> float:
        """Return what one GET takes, the paths taken in turn, each by another visitor."""
        asked = cycle(paths)
        for path in paths:
            Browser(server, cookie).get(path)
        return self.ms(server, lambda: Browser(server, cookie).get(next(asked)))

    def _round(self, clock: "Clock", act: Callable[[], object]) -> float:
        runs = 0

        def repeat() -> None:
            nonlocal runs
            until = time.monotonic() + self.size.round_seconds
            while not runs or time.monotonic() < until:
                act()
                runs += 1

        spent = clock.ms(repeat)
        return spent / runs

    def _database(self) -> list[Path]:
        """Return where the kernel tells what the database's processes for us have spent."""
        if self.engine.dialect.name == "sqlite":
            return []
        with self.engine.connect() as connection:
            return [Path(f"/proc/{pid}/schedstat") for pid in connection.scalars(OURS)]


class Clock:
    """Tells what a server and its database spend while something is done."""

    def __init__(self, server: Spending, database: list[Path]) -> None:
        self._server, self._database = server, database

    def ms(self, act: Callable[[], object]) -> float:
        started = self._spent()
        act()
        return (self._spent() - started) * 1000

    def _spent(self) -> float:
        return self._server.spent() + sum(map(seconds_in, self._database))
