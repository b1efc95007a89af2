"""Named points of the house at which a test may step in; in production they are empty.

A test lets a rival run at a point, makes it fail there, or ends the process.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_steps: defaultdict[str, list[Callable[[], object]]] = defaultdict(list)
_watchers: list[Callable[[str], object]] = []
seen: set[str] = set()
"""The points passed while a test was watching."""


def point(name: str) -> None:
    """Pass a named point, e.g. ``orders.place.check``."""
    if not (_steps or _watchers):
        return
    seen.add(name)
    for watcher in [*_watchers]:
        watcher(name)
    for step in [*_steps.get(name, ()), *_steps.get("*", ())]:
        step()


@contextmanager
def before(name: str, step: Callable[[], object]) -> Iterator[None]:
    """Run ``step`` each time the named point is passed; ``*`` stands for every point."""
    _steps[name].append(step)
    try:
        yield
    finally:
        _steps[name].remove(step)
        if not _steps[name]:
            del _steps[name]


@contextmanager
def watching(watcher: Callable[[str], object]) -> Iterator[None]:
    """Tell ``watcher`` the name of each point that is passed."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)
