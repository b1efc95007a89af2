"""How a figure is taken: processor time of this process, the median of several rounds.

Processor time, not the clock on the wall: others use this machine too.
"""

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ROUNDS, ROUND_SECONDS = 5, 0.2


class Size(NamedTuple):
    """How much a figure is taken over."""

    products: int
    lines: int


class Figure(NamedTuple):
    """A value beside what the bare tools need for the same."""

    name: str
    value: float
    unit: str
    floor: float

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    def line(self) -> str:
        name, unit = f"{self.name:<36}", f"{self.unit:<12}"
        return f"{name} {self.value:>10.3f} {unit} {self.floor:>10.3f} {self.ratio:>8.1f}"


HEADER = f"{'name':<36} {'value':>10} {'unit':<12} {'floor':>10} {'ratio':>8}"


def cpu_ms(act: Callable[[], object]) -> float:
    """Return the processor milliseconds that one run of ``act`` takes."""
    act()
    return statistics.median(_round(act) for _ in range(ROUNDS))


def get_ms(app: "WSGIApplication", path: str) -> float:
    """Return the processor milliseconds that one GET takes, from environ to the last byte."""
    builder = EnvironBuilder(path)
    return cpu_ms(lambda: run_wsgi_app(app, builder.get_environ(), buffered=True))


def bare_get_ms(app: "WSGIApplication", path: str) -> float:
    """Return what an application would take that already knew the answer."""
    answer = Client(app).get(path)
    body, headers = answer.get_data(), list(answer.headers)

    def bare(_environ: object, start: Callable[..., object]) -> list[bytes]:
        start(answer.status, headers)
        return [body]

    return get_ms(bare, path)


def _round(act: Callable[[], object]) -> float:
    runs, started, until = 0, time.process_time(), time.monotonic() + ROUND_SECONDS
    while time.monotonic() < until:
        act()
        runs += 1
    return (time.process_time() - started) * 1000 / runs
