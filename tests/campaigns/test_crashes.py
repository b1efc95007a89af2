"""Every operation and every job, ended at each of its points: nothing half done, and done again.

The tests named in `rehearsed.txt` are run with the plugin (`crashing`), each paragraph by a process
of its own. Together they must come by every operation and every job that the house has.
"""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from marketplace.core import clock, queue
from marketplace.core.database import db, operation, operations
from marketplace.core.limits import Use
from tests.campaigns.crashing import REPORT
from tests.campaigns.rehearsals import JOB, OURS, Rehearsal, Ways
from tests.campaigns.scale import SQLITE_IF_BRIEF
from tests.campaigns.twice import MORE
from tests.factories.clock import NOW
from tests.factories.orders import make_accepted

REHEARSED = Path(__file__).with_name("rehearsed.txt")


@dataclass
class Told:
    """What the processes have written down, added up."""

    crashes: Counter[str] = field(default_factory=Counter)
    tried: set[str] = field(default_factory=set)  # by themselves, or within another
    again: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    faults: list[str] = field(default_factory=list)

    def add(self, report):
        self.crashes.update(report["crashes"])
        self.tried |= {*report["passed"], *report["crashes"]}
        self.faults += report["faults"]
        for name, ends in report["again"].items():
            self.again[name] |= set(ends)

    def more(self):
        """Return what does more the second time, by name within the house."""
        named = {name for name, ends in self.again.items() if ends - {"same", "refused"}}
        return {name.removeprefix(OURS) for name in named if name.startswith(OURS)}


def ours():
    """Return the name of everything that may be ended half-way."""
    jobs = {JOB + kind for kind, act in queue.handlers.items() if act.__module__.startswith(OURS)}
    return jobs | {name for name in operations if name.startswith(OURS)}


def rehearse(tests, folder):
    """Begin to run tests with the plugin; its report and what pytest says go to a folder."""
    folder.mkdir()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.campaigns.crashing", *tests]
    with (folder / "said").open("w") as said:
        environment = plain | {REPORT: str(folder)}
        return subprocess.Popen(command, env=environment, stdout=said, stderr=said)  # noqa: S603


@SQLITE_IF_BRIEF
def test_everything_may_end_anywhere(tmp_path, record_property):
    lists = [part.split() for part in REHEARSED.read_text().split("\n\n")]
    folders = [tmp_path / str(n) for n in range(len(lists))]
    running = [rehearse(*each) for each in zip(lists, folders, strict=True)]
    for process, folder in zip(running, folders, strict=True):
        assert process.wait() == 0, (folder / "said").read_text()[-20_000:]

    told = Told()
    for folder in folders:
        told.add(json.loads((folder / "main.json").read_text()))
    points, names = told.crashes.total(), len(ours())
    record_property("told", f"crashes: {points} points of {names} operations and jobs")

    assert told.faults == []
    assert ours() - told.tried == set(), "tests of these are to be named in rehearsed.txt"
    assert told.more() == set(MORE), "what does more, and is not in the list, or the reverse"


def test_a_worker_may_end_anywhere():
    """Claim, handler, finish: what it held is done by the next, once the lease is over."""
    for _order in range(2):
        make_accepted()
    ways, now = Ways(), clock.now()

    def work(at):
        return lambda: queue.work_all(now=at)

    Rehearsal(ways, "worker", work(now), again=work(now + 2 * queue.LEASE)).hold(whole=False)

    assert ways.faults == []
    assert ways.crashes["worker"] > 20


class TestControl:
    """What breaks the rules on purpose is found."""

    def test_finds_an_operation_that_keeps_its_first_half(self):
        @operation
        def halves():
            use("first")
            db.session.commit()
            use("second")

        with pytest.raises(AssertionError, match="half done"):
            Rehearsal(Ways(), "halves", halves).hold(whole=True)

    def test_finds_a_job_that_does_twice_what_it_did(self):
        @operation
        def keep(key):
            use(key)

        def handler():
            keep("first")
            keep("second")

        with pytest.raises(AssertionError, match="another end"):
            Rehearsal(Ways(), "handler", handler).hold(whole=False)

    def test_knows_an_operation_that_nobody_tried(self):
        @operation
        def forgotten():
            pass

        assert operations[f"{__name__}.{forgotten.__qualname__}"] is forgotten


def use(key):
    db.session.add(Use(kind="tests", key=key, at=NOW))
    db.session.flush()
