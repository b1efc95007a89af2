"""How long a process takes before it answers, and how much memory it holds afterwards."""

import statistics
from collections.abc import Callable
from contextlib import closing

from bench.measure import Figure
from bench.pages import listing_paths, product_paths
from bench.served import Browser
from bench.shop import Shop

MOST_RUNS = 3


def app(shop: Shop) -> Figure:
    """Measure a new process to its first answer, once its code was compiled."""
    runs = min(shop.size.rounds, MOST_RUNS)
    does = "import Flask with its extensions and SQLAlchemy, nothing of ours, and answer"
    value, floor = (
        statistics.median([_first_answer(shop, *asked) for _ in range(runs + 1)][1:])
        for asked in (("house", "/healthz"), ("floor", "/hello"))
    )
    return Figure("boot.app", value, "s CPU", floor, does)


def memory(shop: Shop) -> Figure:
    """Measure the most that a new process held while it made a hundred pages."""
    pages = [*listing_paths(shop), *product_paths(shop)]
    value, floor = (
        _peak(shop, *asked) for asked in (("house", pages), ("floor", ["/hello"] * len(pages)))
    )
    return Figure(
        "boot.memory", value, "MiB", floor, "the same that boot.app starts, as many hellos"
    )


def _first_answer(shop: Shop, what: str, path: str) -> float:
    with closing(shop.servers.started(what)) as server:
        Browser(server).get(path)
        return server.spent()


def _peak(shop: Shop, what: str, paths: list[str]) -> float:
    with closing(shop.servers.started(what)) as server:
        for path in paths:
            Browser(server).get(path)
        return server.peak_mib()


FIGURES: dict[str, Callable[[Shop], Figure]] = {"boot.app": app, "boot.memory": memory}
