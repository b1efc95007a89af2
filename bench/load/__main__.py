"""`./run bench load`: pages and purchases at once, for minutes, as people come: by the clock."""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain, groupby
from statistics import median

import sqlalchemy as sa

from bench.load import scene, town
from bench.load.played import Line, Played, play, waits
from bench.load.scene import Scene
from bench.load.town import Town
from bench.measure import Size
from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.core.queue import Job
from marketplace.orders.models.orders import Purchase

PURCHASES = {"sqlite": 20.0, "postgresql": 40.0}  # a second
SEED = 20_261_126
WARM_SECONDS = 120
LEFT_OUT = 0.2  # of the samples of memory, those from the beginning: what is still being warmed up
MINUTE, HOUR = 60, 3600


def main(words: list[str]) -> None:
    asked = _options().parse_args(words)
    logging.disable(logging.INFO)
    size = Size(asked.products, asked.lines)
    with ExitStack() as stack:
        url = stack.enter_context(town.addressed(asked.database))
        built = stack.enter_context(town.built(size, url, asked.front))
        purchases = PURCHASES[built.shop.backend] if asked.purchases is None else asked.purchases
        played = built.scene(asked.minutes * 60, asked.pages, purchases, seed=asked.seed)
        played = played._replace(full=asked.full_baskets)
        built.fill_baskets(played)
        print(_told(built, asked, played))
        built.warm(played.paths)
        warming = min(WARM_SECONDS, played.seconds)
        play(built, played._replace(seconds=warming, seed=played.seed + 1, full=False))
        met = play(built, played)
        for line in chain(lines(met), _books(built)):
            print(line.told(), flush=True)
        for fault, times in met.told["faults"].items():
            print(f"  {times} x {fault}")


def lines(met: Played) -> Iterator[Line]:
    """Yield the figures of what was played, those that are bound first."""
    met_by: dict[str, list[float]] = met.told["waits"]
    looked = [wait for kind in scene.SHARES for wait in met_by.get(kind, [])]
    yield waits("load.pages_p99", looked, 300)
    yield waits("load.orders_p99", met_by.get("order", []), 800)
    yield Line("load.errors", sum(met.told["faults"].values()), "", 0)
    yield _growth("load.memory_growth", met.memory["web"], 10)
    yield _growth("  memory growth, worker", met.memory["worker"])
    yield Line("  pages", len(looked) / met.seconds, "a second")
    yield Line("  orders", len(met_by.get("order", [])) / met.seconds, "a second")
    for kind in dict.fromkeys([*scene.SHARES, *(kind for kind, _ in scene.STEPS)]):
        if values := met_by.get(kind):
            yield waits(f"  {kind} p99", values)
    for who, seconds in met.cpu_seconds.items():
        yield Line(f"  processor, {who}", seconds / met.seconds * 100, "% of one")
    yield Line("  crowd late p99", scene.percentile(met.told["late_ms"], 0.99), "ms")


def _growth(name: str, memory: list[tuple[float, float]], most: float | None = None) -> Line:
    """Return by how much memory grows in an hour, once what is filled at first is filled."""
    kept = memory[int(len(memory) * LEFT_OUT) :]
    (_, first), (_, last) = kept[0], kept[-1]
    beside = f"from {first:.1f} to {last:.1f} MiB in {kept[-1][0] - kept[0][0]:.0f} s"
    beside += f"; by minute {' '.join(f'{mib:.1f}' for mib in _by_minute(memory))}"
    return Line(name, scene.growth(kept) * HOUR, "MiB/h", most, beside)


def _by_minute(memory: list[tuple[float, float]]) -> Iterator[float]:
    """Yield the middle of each minute's samples."""
    for _minute, samples in groupby(memory, key=lambda sample: int(sample[0] // MINUTE)):
        yield median(mib for _at, mib in samples)


def _books(built: Town) -> Iterator[Line]:
    """Yield what the database says afterwards."""
    with built.shop.app.app_context():
        waiting = sa.select(sa.func.count()).where(Job.done_at.is_(None), Job.run_at <= clock.now())
        yield Line("load.rules_broken", len(invariants.broken()), "", 0)
        yield Line("load.faults_logged", len(built.place.faults()), "", 0)
        bought = sa.select(sa.func.count()).select_from(Purchase)
        yield Line("  purchases in the books", db.session.scalar(bought) or 0, "")
        yield Line("  jobs that wait", db.session.scalar(waiting) or 0, "")


def _told(built: Town, asked: argparse.Namespace, played: Scene) -> str:
    size, full = built.shop.size, " of full baskets" if played.full else ""
    return (
        f"{built.shop.engine}, {town.PROCESSES} web processes and a worker, the crowd beside them"
        f" on {town.CORES} cores, {asked.front} in front; {size.products:,} products,"
        f" {size.lines:,} lines; {asked.minutes:g} minutes of {asked.pages:g} pages and"
        f" {played.purchases:g} purchases{full} a second at once, seed {played.seed}"
    )


def _options() -> argparse.ArgumentParser:
    reader = argparse.ArgumentParser(prog="./run bench load", allow_abbrev=False)
    reader.add_argument("--minutes", type=float, default=10, metavar="N")
    reader.add_argument("--products", type=int, default=10_000, metavar="N")
    reader.add_argument("--lines", type=int, default=100_000, metavar="N")
    reader.add_argument("--database", choices=list(PURCHASES), default="sqlite")
    reader.add_argument("--front", choices=["nothing", "nginx"], default="nothing")
    reader.add_argument("--pages", type=float, default=100, metavar="N", help="a second")
    reader.add_argument("--purchases", type=float, metavar="N", help="a second; 20, PostgreSQL 40")
    reader.add_argument(
        "--full-baskets",
        action="store_true",
        help="buyers find their baskets full: form, order and its page are left of a purchase",
    )
    reader.add_argument("--seed", type=int, default=SEED, metavar="N")
    return reader


if __name__ == "__main__":
    main(sys.argv[1:])
