"""The house in earnest: web processes and a worker, each a program of its own, over one database.

Settings are those of production; a browser here is what remains of one: cookies, forms, keep-alive.
"""

import os
import re
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import flask_migrate
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from marketplace import create_app
from marketplace.accounts.operations.sessions import start_session
from marketplace.core import clock, csrf
from marketplace.core.database import db

ROOT = Path(__file__).parents[2]
HOST, SECRET = "127.0.0.1", "of a campaign, and long enough for one"
PATIENCE_SECONDS = 60
HIDDEN = r'name="{name}"[^>]*value="([^"]*)"'


class Unanswered(Exception):
    """The server went away: whether it did what was asked is not known."""


class Answer(NamedTuple):
    status: int
    location: str
    text: str

    def hidden(self, name: str) -> str:
        """Return the value of a hidden box of the form on this page."""
        if (found := re.search(HIDDEN.format(name=name), self.text)) is None:
            raise LookupError(f"{name} is not in the page, which came with {self.status}")
        return found[1]


@dataclass
class Installation:
    """Where one lies, and how its programs are started; ``program`` is a module with `serve`."""

    url: str
    folder: Path
    program: str = "serving"
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        told = {
            "SECRET_KEY": SECRET,
            "DATABASE_URL": self.url,
            "TEST_DATABASE_URL": self.url,
            "PANEIRO_DATA": str(self.folder),
            "BASE_URL": f"http://{HOST}",
            "TRUSTED_HOSTS": HOST,
            "CHECKOUTS_AN_HOUR": "1000",
        }
        return {**os.environ, **told, **self.settings}

    @cached_property
    def app(self) -> Flask:
        """The same house in this process: to fill it, and to look into its books."""
        places = {f"{kind}_URL": f"file://{self.folder}/{kind.lower()}" for kind in ("MEDIA",)}
        places["SMTP_URL"] = f"file://{self.folder}/mail"
        places["ERASURES_FILE"] = f"{self.folder}/erasures.txt"
        key = {"SECRET_KEY": SECRET, "SQLALCHEMY_DATABASE_URI": self.url}
        return create_app("config.Testing", **places | key)

    def log_in(self, user_id: int) -> "Browser":
        """Return the browser of somebody who has just logged in, and taken the second step."""
        with self.app.app_context():
            now = clock.now()
            reference = start_session(user_id, device="campaign", code_at=now, now=now)
        kept = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert kept
        return Browser(self, session=str(kept.dumps({"_user_id": reference})))

    def start(self, *words: str, log: str) -> subprocess.Popen[str]:
        """Start one of its programs; what it says of itself goes into a file of the folder."""
        command = [sys.executable, "-m", self.program, *words]
        with (self.folder / f"{log}.log").open("a") as said:
            return subprocess.Popen(  # noqa: S603 - our own program
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )

    def faults(self) -> list[str]:
        """Return what any of its programs logged as its own fault."""
        lines = [line for log in self.folder.glob("*.log") for line in log.read_text().splitlines()]
        wrong = ('"level": "ERROR"', '"level": "CRITICAL"', "Traceback", '"status": 500')
        return [line for line in lines if any(word in line for word in wrong)]


class Server:
    """One web process at a port that it keeps when it is started again."""

    def __init__(self, place: Installation) -> None:
        self.place, self.port = place, free_port()
        self.origin = f"http://{HOST}:{self.port}"
        self._free: deque[HTTPConnection] = deque()
        self.start()

    def start(self) -> None:
        self.process = self.place.start("serve", "--port", str(self.port), log=f"web-{self.port}")
        self.ready = False

    def wait(self) -> None:
        """Return when it answers."""
        assert self.process.stdout
        self.ready = self.ready or bool(self.process.stdout.readline())
        if not self.ready:
            said = (self.place.folder / f"web-{self.port}.log").read_text()
            raise RuntimeError(f"the server did not start: {said[-2000:]}")

    def kill(self) -> None:
        """End it as a power cut would."""
        end(self.process, signal.SIGKILL)
        while self._free:
            self._free.pop().close()

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> "Raw":
        """Send one request, over a connection that was used before if one is free.

        :raises Unanswered: if the connection broke before the answer was whole.
        """
        try:
            connection = self._free.pop()
        except IndexError:
            connection = HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            read = answer.read().decode()
        except (HTTPException, OSError) as error:
            connection.close()
            raise Unanswered from error
        self._free.append(connection)
        cookies = [value.split(";")[0] for value in answer.headers.get_all("Set-Cookie") or ()]
        location = answer.headers.get("Location", "")
        return Raw(Answer(answer.status, location, read), cookies)


class Raw(NamedTuple):
    answer: Answer
    cookies: list[str]


class Browser:
    """Somebody with a phone; each request says which server it goes to."""

    def __init__(self, place: Installation, **cookies: str) -> None:
        self.place, self.cookies = place, cookies

    def get(self, server: Server, path: str) -> Answer:
        return self._send(server, "GET", path, None, {})

    def post(self, server: Server, path: str, form: Mapping[str, object]) -> Answer:
        """Send a form, as a page of that server would."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.origin}
        return self._send(server, "POST", path, urlencode(form), kind)

    def token(self) -> str:
        """Return the token that a form on a page shown to this browser would hold."""
        with self.place.app.test_request_context(headers={"Cookie": self._cookie()}):
            return csrf.token()

    def _send(
        self, server: Server, method: str, path: str, body: str | None, more: dict[str, str]
    ) -> Answer:
        cookie = {"Cookie": self._cookie()} if self.cookies else {}
        raw = server.ask(method, path, body, cookie | more)
        self.cookies |= dict(pair.split("=", 1) for pair in raw.cookies)
        return raw.answer

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


@contextmanager
def installed(url: str, folder: Path, program: str = "serving") -> Iterator[Installation]:
    """Make an installation over an empty database."""
    place = Installation(url, folder, program)
    with place.app.app_context():
        flask_migrate.upgrade()
        yield place
        db.session.remove()
        db.engine.dispose()


@contextmanager
def served(place: Installation, processes: int = 2) -> Iterator[list[Server]]:
    """Serve an installation by so many processes."""
    with ExitStack() as stack:
        servers = [Server(place) for _ in range(processes)]
        for server in servers:
            stack.callback(server.kill)
        for server in servers:
            server.wait()
        yield servers


def end(process: subprocess.Popen[str], sign: signal.Signals) -> None:
    """End a program that we started, whatever it is doing."""
    process.send_signal(sign)
    process.wait(PATIENCE_SECONDS)
    if process.stdout:
        process.stdout.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        port: int = taken.getsockname()[1]
        return port
