"""A server in its own process, asked over loopback: what it answers and what it spends.

Linux only: threads and processes are read from `/proc`.
"""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPResponse
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from werkzeug.urls import iri_to_uri

ROOT = Path(__file__).parents[1]
KIB = 1024
SILENT = 20  # seconds; the server lets go of a line on which nothing was said for a minute
_visitors = count()


class Answer(NamedTuple):
    status: int
    body: str
    location: str


class Served:
    """One process that serves; ``settings`` are its environment beside ours."""

    def __init__(self, what: str, settings: dict[str, str], log: Path) -> None:
        self.host, self.port = "127.0.0.1", _free_port()
        told = {"BASE_URL": self.url, "TRUSTED_HOSTS": self.host}
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.server", what, str(self.port)],
                cwd=ROOT,
                env=os.environ | settings | told,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        if not (self._process.stdout and self._process.stdout.readline()):
            raise RuntimeError(f"it did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
        self._line, self._asked_at = HTTPConnection(self.host, self.port), time.monotonic()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def spent(self) -> float:
        """Return the processor seconds of all its threads so far."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(map(seconds_in, tasks))

    def peak_mib(self) -> float:
        """Return the most memory it had since it began or its peak was forgotten, in MiB."""
        return self._mib("VmHWM")

    def forget_peak(self) -> float:
        """Let the most memory that it had be what it has now; return that, in MiB."""
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5", encoding="ascii")
        return self._mib("VmRSS")

    def _mib(self, name: str) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        (line,) = [line for line in status.splitlines() if line.startswith(name)]
        return int(line.split()[1]) / KIB

    def ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> HTTPResponse:
        now = time.monotonic()
        if now - self._asked_at > SILENT:
            self._line.close()  # the next request opens it again
        self._asked_at = now
        self._line.request(method, iri_to_uri(path), body or None, headers)
        return self._line.getresponse()

    def close(self) -> None:
        self._line.close()
        self._process.terminate()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


class Browser:
    """A visitor with an address and cookies of its own; the connection is kept open."""

    def __init__(self, server: Served, cookie: str = "") -> None:
        number = next(_visitors)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self._server, self._cookies = server, dict(filter(all, [cookie.partition("=")[::2]]))
        self._usual = {"X-Forwarded-For": address}

    def get(self, path: str, status: int = 200) -> Answer:
        return self._ask("GET", path, "", {}, status)

    def post(self, path: str, typed: dict[str, str | int], status: int = 200) -> Answer:
        """Send a form, as a page of the site would.

        :raises RuntimeError: if the answer has another status than this.
        """
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self._server.url,
        }
        return self._ask("POST", path, urlencode(typed), headers, status)

    def _ask(
        self, method: str, path: str, body: str, headers: dict[str, str], status: int
    ) -> Answer:
        headers |= self._usual
        if self._cookies:
            headers["Cookie"] = "; ".join("=".join(pair) for pair in self._cookies.items())
        answer = self._server.ask(method, path, body, headers)
        text = answer.read().decode()
        if answer.status != status:
            raise RuntimeError(f"{method} {path}: {answer.status}\n{text[:400]}")
        for sent in answer.headers.get_all("Set-Cookie", []):
            name, _is, value = sent.partition(";")[0].partition("=")
            self._cookies[name] = value
        location = urlsplit(answer.headers.get("Location", ""))
        return Answer(answer.status, text, location._replace(scheme="", netloc="").geturl())


def seconds_in(schedstat: Path) -> float:
    """Return what the kernel counted for a thread; nothing when it has just ended."""
    try:
        return int(schedstat.read_text(encoding="ascii").split()[0]) / 1e9
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
