"""`./run check`: all that can be said of the code without running its tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from checks import missing, postgres, rules, sizes, translations

BIN = Path(sys.executable).parent
WIDTH = 200  # of what is printed of a fault
MIGRATIONS = "tests/house/test_migrations.py"


class Outcome(NamedTuple):
    name: str
    said: str  # empty when all is well
    seconds: float


def tool(name: str, *words: str, env: dict[str, str] | None = None) -> Callable[[], str]:
    """Return a check that runs a program of the environment; what it says counts if it fails."""

    def run() -> str:
        done = subprocess.run(
            [str(BIN / name), *words],
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | (env or {}),
        )
        return done.stdout or f"exit {done.returncode}" if done.returncode else ""

    return run


def migrations() -> str:
    """Run the one history up, down and up again on both databases."""
    with postgres.throw_away_server() as url:
        urls = ("sqlite://", url)
        words = ("-q", "--tb=short", "--show-capture=no", MIGRATIONS)
        runs = [tool("pytest", *words, env={"TEST_DATABASE_URL": each}) for each in urls]
        return "".join(run() for run in runs)


CHECKS: dict[str, Callable[[], str]] = {
    "types (mypy --strict)": tool("mypy"),
    "migrations on both databases": migrations,
    "templates (djlint)": tool("djlint", "--lint", "--quiet", "templates"),
    "format (ruff)": tool("ruff", "format", "--check", "--quiet", "."),
    "lint (ruff)": tool("ruff", "check", "--quiet", "."),
    "contracts (import-linter)": tool("lint-imports", "--no-logo"),
    "dependencies (deptry)": tool("deptry", "."),
    "rules of the house": lambda: "\n".join(rules.faults()),
    "translations": lambda: "\n".join(translations.faults()),
    "sizes": lambda: "\n".join(sizes.measure()[1]),
}


def run(name: str) -> Outcome:
    started = time.monotonic()
    said = CHECKS[name]()
    return Outcome(name, said.strip(), time.monotonic() - started)


def main() -> int:
    missing.put_in_place("postgresql")
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for outcome in pool.map(run, CHECKS):
            failed += bool(outcome.said)
            sign = "FAILED" if outcome.said else "ok"
            print(f"{sign:6}  {outcome.name}  ({outcome.seconds:.1f} s)", flush=True)
            if outcome.said:
                print(*(line[:WIDTH] for line in outcome.said.splitlines()), "", sep="\n")
    print("\n".join(sizes.measure()[0]))
    print(f"{len(CHECKS) - failed} checks passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server of the tests is stopped too
    raise SystemExit(main())
