"""`./run test`: every test on SQLite, then on PostgreSQL, and one line that adds them up."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree as ET

from checks import missing, postgres

CAMPAIGNS = Path("tests/campaigns")
JOURNEYS = "tests/journeys"  # one browser at a time: two are slower than one on two cores
NO_TESTS = 5


def main(words: list[str]) -> int:
    started, campaigns = time.monotonic(), "--campaigns" in words
    words = [word for word in words if word != "--campaigns"]
    if campaigns and not any(CAMPAIGNS.glob("**/test_*.py")):
        print("There are no campaigns yet.")
        return 0
    missing.put_in_place()
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        given = os.environ.get("TEST_DATABASE_URL")
        urls = [given or stack.enter_context(postgres.throw_away_server())]
        if not (given or "").startswith("sqlite"):
            urls.insert(0, "sqlite://")
        codes: list[int] = []
        counts = Counter[str]()
        for name, url, arguments in runs(urls, words, campaigns=campaigns):
            report = Path(folder) / f"{len(codes)}.xml"
            print(f"\n{name}", flush=True)
            codes.append(_run_pytest(url, report, arguments))
            counts += _counted(report)
    return sum_up(codes, counts, time.monotonic() - started)


def runs(
    urls: list[str], words: list[str], *, campaigns: bool
) -> Iterator[tuple[str, str, list[str]]]:
    """Yield a title, a database and pytest's arguments for each run that the words ask for."""
    for url in urls:
        engine = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
        if campaigns:
            yield f"Campaigns on {engine}", url, [str(CAMPAIGNS), *words]
        elif any(Path(word.split("::")[0]).exists() for word in words):
            yield engine, url, words
        else:
            leave_out = [f"--ignore={JOURNEYS}", f"--ignore={CAMPAIGNS}"]
            spread = ["-n", str(os.cpu_count() or 1), "--dist", "worksteal"]
            yield engine, url, [*spread, *leave_out, *words]
            yield f"Journeys on {engine}", url, [JOURNEYS, *words]


def _run_pytest(url: str, report: Path, arguments: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-rfEs", f"--junit-xml={report}", *arguments]
    environment = os.environ | {"TEST_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    return subprocess.run(command, check=False, env=environment).returncode


def _counted(report: Path) -> Counter[str]:
    if not report.exists():
        return Counter()
    suite = ET.parse(report).getroot()[0]  # noqa: S314 - written by the run just ended
    seen = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
    failed = seen["failures"] + seen["errors"]
    passed = seen["tests"] - failed - seen["skipped"]
    return Counter(passed=passed, failed=failed, skipped=seen["skipped"])


def sum_up(codes: list[int], counts: Counter[str], seconds: float) -> int:
    """Print what all runs came to, in pytest's manner; none may be skipped where CI runs."""
    skipped = bool(os.environ.get("CI") and counts["skipped"])
    faults = [code for code in codes if code not in (0, NO_TESTS)]
    nothing = [] if counts["passed"] or faults else [NO_TESTS]
    total = ", ".join(f"{counts[kind]} {kind}" for kind in ("passed", "failed", "skipped"))
    if skipped:
        print("\nA test was skipped: none may be, in CI.")
    print(f"\n{f' {total} in {seconds:.0f}s ':=^80}")
    print(f"{counts['passed']} passed, {counts['failed']} failed", flush=True)
    return next(iter(faults + nothing), int(skipped))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server of the tests is stopped too
    raise SystemExit(main(sys.argv[1:]))
