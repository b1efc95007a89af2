"""A scene played by a crowd in a process of its own, and how what it met is told."""

import json
import subprocess
import sys
import time
from typing import Any, NamedTuple

from bench.load import scene
from bench.load.scene import Scene
from bench.load.town import Town

WATCH_SECONDS = 5


class Line(NamedTuple):
    """A figure and what it may be at most, if it is bound."""

    name: str
    value: float
    unit: str
    most: float | None = None
    beside: str = ""

    def told(self) -> str:
        over = self.most is not None and self.value > self.most
        most = "" if self.most is None else f"{self.most:g}{'!' if over else ' '}"
        return (
            f"{self.name:<26} {self.value:>10.1f} {self.unit:<12} {most:>8}  {self.beside}".rstrip()
        )


class Played(NamedTuple):
    """What a crowd met, and what the house spent and held meanwhile, by who did."""

    told: dict[str, Any]
    seconds: float
    cpu_seconds: dict[str, float]
    memory: dict[str, list[tuple[float, float]]]  # seconds, MiB


def play(built: Town, played: Scene) -> Played:
    """Let a crowd come to the town, and watch what the town spends and holds meanwhile."""
    words = [sys.executable, "-m", "bench.load.crowd", *map(str, built.ports)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as crowd:
        if not (crowd.stdin and crowd.stdout):
            raise RuntimeError("the crowd cannot be spoken to")
        crowd.stdin.write(played.written())
        crowd.stdin.close()
        crowd.stdout.readline()  # it has read the scene, and begins
        begun, spent = time.monotonic(), built.spent()
        memory = {who: [(0.0, mib)] for who, mib in built.held_mib().items()}
        while (at := time.monotonic() - begun) < played.seconds:
            time.sleep(min(WATCH_SECONDS, played.seconds - at))
            for who, mib in built.held_mib().items():
                memory[who].append((time.monotonic() - begun, mib))
        told = json.loads(crowd.stdout.read() or "{}")
        lasted = time.monotonic() - begun
    if crowd.returncode:
        raise RuntimeError("the crowd did not come to its end")
    took = {who: now - spent[who] for who, now in built.spent().items()}
    everything = took.pop("all")
    took["crowd"] = told["cpu_seconds"]
    took["others"] = everything - sum(took.values())  # who use these cores as well
    return Played(told, lasted, took, memory)


def waits(name: str, values: list[float], most: float | None = None) -> Line:
    half, nearly_all = (scene.percentile(values, share) for share in (0.5, 0.99))
    beside = f"p50 {half:.1f}, longest {max(values, default=0):.1f}, of {len(values):,}"
    return Line(name, nearly_all, "ms", most, beside)
