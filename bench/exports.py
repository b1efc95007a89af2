"""What a sheet of every line of sale adds to the memory of the worker that makes it."""

from collections.abc import Callable
from datetime import timedelta

from bench.history import DAYS, DIVISION, first_day
from bench.measure import Figure
from bench.served import Browser, Served
from bench.shop import HEAD, Shop
from marketplace.accounts.queries import person_of
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.reports.models.exports import ExportState, SalesExport
from marketplace.reports.operations.exports import ask_export
from marketplace.reports.periods import Period

LEAST = 1 / 1024  # MiB: a page or less
FLOOR_DOES = "bare Flask, the same lines by the driver, row by row into a workbook on disk"


def memory(shop: Shop) -> Figure:
    """Measure what a worker, or the floor, holds more while it writes every line of the shop."""
    worker, floor = shop.servers.worker, shop.servers.floor
    Browser(worker).post("/work", {})  # what waits from elsewhere
    export_id = _asked(shop)
    value, spent = _added(worker, "/work")
    with shop.app.app_context():
        made = db.session.get_one(SalesExport, export_id)
        if made.state is not ExportState.READY or made.done < shop.size.lines:
            raise RuntimeError(f"the sheet is {made.state} with {made.done} lines")
    Browser(floor).get("/hello")
    bare, bare_spent = _added(floor, "/sheet")
    parts = {"seconds of CPU": spent, "of the floor": bare_spent, "MB of file": made.size / 1e6}
    return Figure("export.memory", value, "MiB", bare, FLOOR_DOES, parts)


def _asked(shop: Shop) -> int:
    """Have the head ask for every line there is."""
    with shop.app.app_context():
        now = clock.now()
        first = first_day(now) - timedelta(days=1)  # there, where it may be yesterday still
        period = Period(first, first + timedelta(days=DAYS))
        return ask_export(DIVISION, period, by=person_of(HEAD), now=now)


def _added(server: Served, path: str) -> tuple[float, float]:
    """Return how many MiB more a process had at most during a request, and its CPU seconds."""
    held, spent = server.forget_peak(), server.spent()
    Browser(server).post(path, {})
    return max(LEAST, server.peak_mib() - held), server.spent() - spent


FIGURES: dict[str, Callable[[Shop], Figure]] = {"export.memory": memory}
