"""A line between phones and servers that breaks as it pleases: the country's, on a bad day.

Each request is taken whole; then it is dropped, or handed on and its answer lost, torn off in the
middle, or told. What was handed on and not told was done all the same.
"""

import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from tests.campaigns.servers import HOST, PATIENCE_SECONDS, Server

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
RESET = struct.pack("ii", 1, 0)  # linger on, for no time: what is left is thrown away
SENDING = "/caixa/envio"
FATES = ("told", "told", "told", "lost", "lost", "torn")  # half of the answers do not arrive


class Told(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


class Line:
    """What the weather does to requests; ``url`` is where phones believe the house to be."""

    def __init__(self, servers: Sequence[Server], chance: random.Random) -> None:
        self.servers, self.chance = servers, chance
        self.cut = False
        self.losing = False
        self.fates: Counter[str] = Counter()
        self._bag: list[str] = []
        self._turn = threading.Lock()
        self._door = ThreadingHTTPServer((HOST, 0), type("Handler", (_Handler,), {"line": self}))
        self._door.daemon_threads = True
        self.url = f"http://{HOST}:{self._door.server_port}"

    def draw(self, path: str) -> str:
        """Return what happens to a request, and count it if something was sent by it."""
        with self._turn:
            fate = self._drawn(path)
            self.fates[fate] += path == SENDING
            return fate

    def _drawn(self, path: str) -> str:
        if self.cut:
            return "cut"
        if path == SENDING and self.losing:
            self._bag = self._bag or self.chance.sample(FATES, len(FATES))
            return self._bag.pop()
        return "told"

    def one_of_them(self) -> Server:
        with self._turn:
            return self.chance.choice(self.servers)

    @contextmanager
    def open(self) -> Iterator["Line"]:
        thread = threading.Thread(target=self._door.serve_forever, args=[0.02])
        thread.start()
        try:
            yield self
        finally:
            self._door.shutdown()
            thread.join()
            self._door.server_close()


class _Handler(BaseHTTPRequestHandler):
    line: Line
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._carry()

    def do_POST(self) -> None:
        self._carry()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing: what matters is counted."""

    def _carry(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fate = self.line.draw(self.path)
        answer = None if fate == "cut" else self._ask(sent)
        if answer is None or fate == "lost":
            self._drop()
            return
        self._tell(answer, torn=fate == "torn")

    def _ask(self, sent: bytes) -> Told | None:
        """Hand a request on; return nothing if its server went away meanwhile."""
        server = self.line.one_of_them()
        connection = HTTPConnection(HOST, server.port, timeout=PATIENCE_SECONDS)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
            connection.request(self.command, self.path, sent or None, headers)
            answer = connection.getresponse()
            return Told(answer.status, answer.headers, answer.read())
        except (HTTPException, OSError):
            return None
        finally:
            connection.close()

    def _tell(self, answer: Told, *, torn: bool) -> None:
        try:
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) // 2] if torn else answer.body)
        except OSError:  # the tab is gone
            torn = True
        if torn:
            self._drop()

    def _drop(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
