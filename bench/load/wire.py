"""The least of HTTP that a crowd needs: a connection for each request, as a proxy makes them.

**Source:** RFC 9112, §9.6: a server that was told `Connection: close` ends its answer by closing.
"""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import NamedTuple

HOST = "127.0.0.1"
PHOTO_BYTES = 2_000_000


class Answer(NamedTuple):
    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        """Return the first of this name, or nothing."""
        for line in self.head.split("\r\n"):
            told, _is, value = line.partition(": ")
            if told.lower() == name:
                return value
        return ""


class Receiver(asyncio.Protocol):
    """Sends one request and gathers all that comes back."""

    def __init__(self, request: bytes) -> None:
        self._request, self._parts = request, list[bytes]()
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answer.done():
            return
        if exc:
            self.answer.set_exception(exc)
        else:
            self.answer.set_result(b"".join(self._parts))


class Doors:
    """Where the house is entered: the door at which the fewest wait, as a proxy chooses."""

    def __init__(self, ports: list[int]) -> None:
        self._waiting = dict.fromkeys(ports, 0)

    async def ask(self, request: bytes, address: str, patience: float) -> Answer:
        """Send a request from one of this machine's own addresses.

        :raises OSError: if it is not answered, or not within so many seconds.
        """
        with self._door() as port:
            async with asyncio.timeout(patience):
                loop = asyncio.get_running_loop()
                transport, receiver = await loop.create_connection(
                    lambda: Receiver(request), HOST, port, local_addr=(address, 0)
                )
                with closing(transport):
                    return _read(await receiver.answer)

    async def drip(self, head: bytes, address: str, piece: int, pause_seconds: float) -> None:
        """Send a head and then a body, a piece at a time, for as long as the other end takes it.

        :raises OSError: when it does not.
        """
        with self._door() as port:
            reader, writer = await asyncio.open_connection(HOST, port, local_addr=(address, 0))
            with closing(writer):
                writer.write(head)
                while not reader.at_eof():
                    writer.write(b"x" * piece)
                    await writer.drain()
                    await asyncio.sleep(pause_seconds)
        raise ConnectionError("the other end closed the connection")

    @contextmanager
    def _door(self) -> Iterator[int]:
        port = min(self._waiting, key=self._waiting.__getitem__)
        self._waiting[port] += 1
        try:
            yield port
        finally:
            self._waiting[port] -= 1


def addresses() -> Iterator[str]:
    """Yield addresses of this machine, each for somebody else."""
    return (f"127.{n >> 16 & 127 | 1}.{n >> 8 & 255}.{n & 255}" for n in count(256))


def request(method: str, path: str, address: str, cookie: str = "", form: str = "") -> bytes:
    """Return a request as a browser's, brought by a proxy that tells the browser's address."""
    packed = "gzip" if method == "GET" and not cookie else "identity"
    lines = [*_head(method, path, address, cookie), f"Accept-Encoding: {packed}"]
    if method == "POST":
        kind = "application/x-www-form-urlencoded"
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(form)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + form).encode("ascii")


def photo_head(path: str, address: str, cookie: str) -> bytes:
    """Return the head of a form with a photo in it."""
    kind = "multipart/form-data; boundary=photo"
    told = [f"Content-Type: {kind}", f"Content-Length: {PHOTO_BYTES}"]
    lines = [*_head("POST", path, address, cookie), *told]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _head(method: str, path: str, address: str, cookie: str) -> list[str]:
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {HOST}",
        "Connection: close",
        f"X-Forwarded-For: {address}",
        f"X-Forwarded-Host: {HOST}",
        "X-Forwarded-Proto: http",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if method == "POST":
        lines.append(f"Origin: http://{HOST}")
    return lines


def _read(raw: bytes) -> Answer:
    head, blank, body = raw.partition(b"\r\n\r\n")
    if not blank:
        raise ConnectionError("the connection ended within the head")
    told = head.decode("latin-1")
    return Answer(int(told.split(" ", 2)[1]), told, body)
