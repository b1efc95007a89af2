"""Crashes for every operation and job, wherever the tests of the rules have one run.

A plugin of pytest. Before an operation happens, it is rehearsed on the same rows (`rehearsals`).
Then it happens for the test, whose own assertions follow. Ways through an operation that were tried
already, statement by statement, are not tried again.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from marketplace.core import database, failpoints, queue
from marketplace.core.database import db
from tests.campaigns.rehearsals import JOB, OURS, Rehearsal, Ways

REPORT = "CRASH_REPORT"


class Plugin:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ways, self.busy = Ways(), False
        run = database._run_outermost
        patch.setattr(
            database,
            "_run_outermost",
            lambda call, *args, **kw: self.ride(
                database.name_of(call.func), lambda: run(call, *args, **kw), whole=True
            ),
        )

    def ride(self, name: str, act: Callable[[], Any], *, whole: bool) -> Any:
        here = isinstance(db.engines[None], sa.Connection)
        if here and not self.busy and self.ways.wants(name):
            self.busy = True
            try:
                Rehearsal(self.ways, name, act).hold(whole=whole)
            finally:
                self.busy = False
        return act()

    def wrap_handlers(self) -> None:
        """Jobs are known once the house is built."""
        for kind, handler in list(queue.handlers.items()):
            if handler.__module__.startswith(OURS) and not hasattr(handler, "ridden"):
                queue.handlers[kind] = ridden = self.ridden(JOB + kind, handler)
                module = sys.modules[handler.__module__]
                if getattr(module, handler.__name__, None) is handler:
                    setattr(module, handler.__name__, ridden)

    def ridden(self, name: str, handler: Callable[..., None]) -> Callable[..., None]:
        def handle(args: dict[str, Any]) -> None:
            handler(**args)
            failpoints.point("queue.finish")  # it ended, but nobody was told

        def ride(**args: Any) -> None:
            self.ride(name, partial(handle, args), whole=False)

        ride.ridden, ride.__module__ = True, handler.__module__  # type: ignore[attr-defined]
        return ride

    @pytest.fixture(autouse=True)
    def _handlers(self, app):
        self.wrap_handlers()

    def pytest_sessionfinish(self) -> None:
        if REPORT in os.environ:
            worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
            self.ways.write(Path(os.environ[REPORT]) / f"{worker}.json")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Plugin(pytest.MonkeyPatch()), "crashes")
