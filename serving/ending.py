"""How a web process ends: what it took on is answered, what it has not yet taken on goes elsewhere.

`/readyz` says no first, so that a proxy which asks it sends nothing more; then no connection is
taken any more; requests being sent or answered are finished, and kept connections closed.

**Source:** waitress 3.0, `server.py` and `channel.py`; systemd, "sd_listen_fds".
"""

import os
import signal
import socket
import time
from typing import Any

from waitress.channel import HTTPChannel

from marketplace.core import health
from serving.turns import PATIENCE_SECONDS

LONGEST_SECONDS = 30  # for what was being sent or answered; systemd kills later than that
SILENT_SECONDS = 1  # for a connection on which nothing was asked yet
GIVEN = 3  # the number of the first file that systemd hands over


class Channel(HTTPChannel):
    """A connection that is not kept once the process is ending."""

    def service(self) -> None:
        if health.ending.is_set():
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    def is_at_work(self, now: float, ending_since: float) -> bool:
        """Whether something is being sent to us or answered here."""
        if self.requests or self.request is not None or self.total_outbufs_len:
            return True
        fresh = self.last_activity == self.creation_time
        return fresh and now - ending_since < SILENT_SECONDS


def opened(host: str, port: int) -> tuple[socket.socket, bool]:
    """Return the socket to listen on, and whether it was handed to us and outlives us.

    :raises OSError: if the port is taken.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        (given := socket.socket(fileno=GIVEN)).set_inheritable(False)
        return given, True
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=1024), False


def serve_until_told(server: Any, *, outlives: bool, drain_seconds: float) -> None:
    """Answer requests until the process was told to end, then end in order."""
    while not health.ending.is_set():
        _turn(server, 1)
    _end(server, outlives=outlives, drain_seconds=drain_seconds)


def listen_for_the_end(server: Any) -> None:
    """Have SIGTERM and Ctrl+C end this process in order, and a second one at once."""

    def tell(*_signal: object) -> None:
        if health.ending.is_set():
            raise SystemExit(1)
        health.ending.set()
        server.pull_trigger()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, tell)


def _end(server: Any, *, outlives: bool, drain_seconds: float) -> None:
    since = time.monotonic()
    while time.monotonic() < since + drain_seconds:
        _turn(server, 0.2)
    if outlives:
        server.accepting = False  # what waits at the socket is taken by the next process
    else:
        _close_door(server)
    since = time.monotonic()
    while (now := time.monotonic()) < since + LONGEST_SECONDS and _at_work(server, now, since):
        _turn(server, 0.05)
    server.task_dispatcher.shutdown(timeout=1)
    server.asyncore.close_all(server._map)


def _close_door(server: Any) -> None:
    """Take in those who wait at the door, and close it."""
    waiting = -1
    while waiting != (waiting := len(server.active_channels)):
        server.handle_accept()
    server.accepting = False
    server.asyncore.dispatcher.close(server)


def _at_work(server: Any, now: float, since: float) -> bool:
    """Close the connections on which nothing happens; return whether others are left."""
    busy = False
    for channel in list(server.active_channels.values()):
        if channel.is_at_work(now, since):
            busy = True
        else:
            channel.will_close = True
    return busy


def _turn(server: Any, seconds: float) -> None:
    if server.task_dispatcher.relieve():
        seconds = min(seconds, PATIENCE_SECONDS)
    server.asyncore.loop(timeout=seconds, map=server._map, use_poll=True, count=1)
