"""A database in trouble: a server that is stopped and started, a line to it that is cut."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from checks import postgres

COMMIT = b"COMMIT"
NUMBER = ".s.PGSQL.5432"  # how a server's socket is called in its folder


class Server:
    """A PostgreSQL server of our own."""

    def __init__(self, url: str) -> None:
        self.url, self.folder = url, Path(str(sa.make_url(url).query["host"]))

    def stop(self) -> None:
        """Kill it, as a machine does that loses power."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        self._control("-o", postgres.OPTIONS.format(folder=self.folder), "start")

    def say(self, *statements: str) -> None:
        """Say something as the server's owner, outside of any transaction."""
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _control(self, *words: str) -> None:
        programs = postgres.programs()
        assert programs
        control = [programs / "pg_ctl", "-D", self.folder / "cluster", "-l", self.folder / "log"]
        postgres._as_server(*control, "-w", *words)


@contextmanager
def server() -> Iterator[Server]:
    with postgres.throw_away_server() as url:
        yield Server(url)


class Line:
    """A line to a server that may be cut at the next COMMIT, before or after it is heard."""

    def __init__(self, server_folder: Path, folder: Path) -> None:
        self.folder, self._there = folder, str(server_folder / NUMBER)
        self.cut: str = ""  # "before", "after"; once
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / NUMBER))
        self._door.listen()
        self._start(self._take_in)

    def close(self) -> None:
        for end in (self._door, *self._ends):
            _end(end)
        for thread in self._threads:
            thread.join()
        for end in (self._door, *self._ends):
            end.close()

    def _start(self, work: Callable[..., None], *ends: socket.socket) -> None:
        self._ends += ends
        self._threads.append(threading.Thread(target=work, args=ends, daemon=True))
        self._threads[-1].start()

    def _take_in(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._door.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(self._there)
                self._start(self._forth, here, there)
                self._start(self._back, here, there)

    def _forth(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                if self.cut and COMMIT in data:
                    self._cut_it(here, there, data)
                    return
                there.sendall(data)
        _end(there)

    def _cut_it(self, here: socket.socket, there: socket.socket, data: bytes) -> None:
        """End the line to the house; the server hears the COMMIT only if it is cut after."""
        how, self.cut = self.cut, ""
        _end(here)
        if how == "after":
            there.sendall(data)
            there.shutdown(socket.SHUT_WR)  # it answers, ends, and nobody reads that
            return
        _end(there)

    def _back(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := there.recv(65536):
                here.sendall(data)
        _end(here)


def _end(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
