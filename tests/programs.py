"""The programs of the house as processes of their own, set up by their environment alone."""

import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
DATABASE = "paneiro.db"
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])
"""  # as systemd does


class Web(NamedTuple):
    process: "subprocess.Popen[str]"
    address: str  # http://127.0.0.1:8000

    def get(self, path: str, *, timeout: float = 30) -> tuple[int, str]:
        """Ask for a page on a connection of its own; return the status and the body."""
        connection = self.connected(timeout=timeout)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def connected(self, *, timeout: float = 30) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=timeout)


def settings(folder: Path, database: str | None = None, **more: str) -> dict[str, str]:
    """Return a complete environment of production over http."""
    told = {
        "SECRET_KEY": "x" * 32,
        "DATABASE_URL": database or f"sqlite:///{folder / DATABASE}",
        "BASE_URL": "http://localhost",
        "TRUSTED_HOSTS": "127.0.0.1,localhost",
        "PANEIRO_DATA": str(folder),
    }
    return told | more


def run(
    told: dict[str, str], *words: str, timeout: float = 120
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603 - our own program
        command(*words),
        cwd=ROOT,
        env=plain() | told,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@contextmanager
def web(told: dict[str, str], *, port: int = 0, door: int | None = None) -> Iterator[Web]:
    """Serve, on a port or on a socket that is handed over, until the end of the block."""
    words = command("serve", "--port", str(port))
    if door is not None:
        words = [sys.executable, "-c", HAND_OVER, str(door), *words]
    with started(told, *words, hands_over=door) as process:
        assert process.stdout
        yield Web(process, process.stdout.readline().strip())


@contextmanager
def worker(told: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with started(told, *command("worker")) as process:
        yield process


@contextmanager
def started(
    told: dict[str, str], *words: str, hands_over: int | None = None
) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(  # noqa: S603 - our own program
        words,
        cwd=ROOT,
        env=plain() | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        pass_fds=[hands_over] if hands_over is not None else [],
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "serving", *words]


def plain() -> dict[str, str]:
    """Return what a program needs of our own environment, without any setting."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def until(holds: Callable[[], object], seconds: int = 30) -> bool:
    """Ask until it is so; each turn of the other process takes less than these waits."""
    pause = threading.Event()
    return any(holds() or pause.wait(0.05) for _turn in range(int(seconds / 0.05)))
