"""How long a process takes before it can answer."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.measure import Figure
from bench.shop import Shop

MOST_RUNS = 3
OURS = "from marketplace import create_app; create_app()"
BARE = "import flask_babel, flask_login, flask_migrate, flask_sqlalchemy, flask_wtf, werkzeug.test"
ROOT = Path(__file__).parents[1]


def app(shop: Shop) -> Figure:
    does = "import Flask with its extensions and SQLAlchemy, nothing of ours"
    runs = min(shop.size.rounds, MOST_RUNS)
    return Figure("boot.app", _seconds(OURS, runs), "s CPU", _seconds(BARE, runs), does)


def _seconds(program: str, runs: int) -> float:
    """Return the processor seconds of a new process that runs a program, once it was cached."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {"PANEIRO_DATA": folder, "DATABASE_URL": f"sqlite:///{folder}/bench.db"}
        return statistics.median([_once(program, kept) for _ in range(runs + 1)][1:])


def _once(program: str, kept: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", program]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | kept, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


FIGURES: dict[str, Callable[[Shop], Figure]] = {"boot.app": app}
