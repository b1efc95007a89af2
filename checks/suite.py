"""`./run test`: every test on SQLite, then on PostgreSQL, and one line that adds them up."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, NamedTuple
from xml.etree import ElementTree as ET

from checks import missing, postgres

CAMPAIGNS = Path("tests/campaigns")
JOURNEYS = "tests/journeys"  # one browser at a time: two are slower than one on two cores
NO_TESTS = 5
PATIENT = ["-o", "faulthandler_timeout=7200"]  # whole campaigns take up to half an hour each
REPORT = "report.xml"


def main(words: list[str]) -> int:
    started, campaigns = time.monotonic(), "--campaigns" in words
    words = [word for word in words if word != "--campaigns"]
    if campaigns and not any(CAMPAIGNS.glob("**/test_*.py")):
        print("There are no campaigns yet.")
        return 0
    missing.put_in_place()
    with ExitStack() as stack, TemporaryDirectory() as folder:
        given = os.environ.get("TEST_DATABASE_URL")
        urls = [given or stack.enter_context(postgres.throw_away_server())]
        if not (given or "").startswith("sqlite"):
            urls.insert(0, "sqlite://")
        asked = [Run(*one) for one in runs(urls, words, campaigns=campaigns)]
        folders = [Path(folder) / str(number) for number, _ in enumerate(asked)]
        codes = (_side_by_side if campaigns else _in_turn)(asked, folders)
        counts = sum((_counted(folder / REPORT) for folder in folders), Counter[str]())
    return sum_up(codes, counts, time.monotonic() - started)


class Run(NamedTuple):
    title: str
    url: str
    arguments: list[str]


def runs(urls: list[str], words: list[str], *, campaigns: bool) -> Iterator[Run]:
    """Yield each run of pytest that the words ask for."""
    for url in urls:
        engine = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
        if campaigns:
            patience = [] if os.environ.get("CAMPAIGNS") == "brief" else PATIENT
            yield Run(f"Campaigns on {engine}", url, [str(CAMPAIGNS), *patience, *words])
        elif any(Path(word.split("::")[0]).exists() for word in words):
            yield Run(engine, url, words)
        else:
            leave_out = [f"--ignore={JOURNEYS}", f"--ignore={CAMPAIGNS}"]
            spread = ["-n", str(os.cpu_count() or 1), "--dist", "worksteal"]
            yield Run(engine, url, [*spread, *leave_out, *words])
            yield Run(f"Journeys on {engine}", url, [JOURNEYS, *words])


def _in_turn(asked: list[Run], folders: list[Path]) -> list[int]:
    codes = []
    for run, folder in zip(asked, folders, strict=True):
        print(f"\n{run.title}", flush=True)
        with _begun(run, folder, None) as process:
            codes.append(process.wait())
    return codes


def _side_by_side(asked: list[Run], folders: list[Path]) -> list[int]:
    """Run them at once: each waits for its servers half of the time.

    The first is told as it goes on, each other one after it.
    """
    with ExitStack() as stack:
        kept = [stack.enter_context(TemporaryFile("w+")) for _run in asked[1:]]
        print(f"\n{asked[0].title}", flush=True)
        begun = [
            stack.enter_context(_begun(*one))
            for one in zip(asked, folders, [None, *kept], strict=True)
        ]
        codes = [begun[0].wait()]
        for run, process, said in zip(asked[1:], begun[1:], kept, strict=True):
            codes.append(process.wait())
            said.seek(0)
            print(f"\n{run.title}\n{said.read()}", end="", flush=True)
    return codes


@contextmanager
def _begun(run: Run, folder: Path, said: IO[str] | None) -> Iterator[subprocess.Popen[bytes]]:
    """Begin a run, and leave none behind; what it says goes to a file, or is shown at once."""
    folder.mkdir()
    report = f"--junit-xml={folder / REPORT}"
    command = [sys.executable, "-m", "pytest", "-q", "-rfEs", report, *run.arguments]
    environment = os.environ | {"TEST_DATABASE_URL": run.url, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


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
