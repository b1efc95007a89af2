"""Where files are kept: a folder of this machine, or a bucket that speaks S3.

**Source:** Amazon S3 API reference; obstore documentation, "S3Store".
"""

import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from marketplace.core.breaker import Away, Breaker
from marketplace.core.errors import PicturesAway

UNFINISHED = ".new-"  # how the name of a file begins that is still being written
TIMES = {"connect_timeout": "3s", "timeout": "10s"}
ONE_MORE_TRY: Any = {"max_retries": 1, "retry_timeout": timedelta(seconds=10)}
REMEMBERED = 32 * 1024 * 1024  # bytes of a bucket's files that a process keeps


class Kept(NamedTuple):
    """A file that is kept."""

    name: str
    size: int  # bytes
    written_at: datetime


class Store(Protocol):
    """What `core.media` asks of either place; a name that is not there is a FileNotFoundError."""

    folder: Path | None

    def put(self, name: str, data: bytes) -> None: ...
    def get(self, name: str) -> bytes: ...
    def exists(self, name: str) -> bool: ...
    def delete(self, name: str) -> None: ...
    def listed(self) -> Iterator[Kept]: ...


class Folder:
    def __init__(self, folder: Path) -> None:
        self.folder: Path | None = folder
        self._place = folder

    def path(self, name: str) -> Path:
        return self._place / name[:2] / name

    def put(self, name: str, data: bytes) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(written).replace(path)
        except OSError:
            Path(written).unlink(missing_ok=True)
            raise

    def get(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def exists(self, name: str) -> bool:
        return self.path(name).is_file()

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def listed(self) -> Iterator[Kept]:
        for path in self._place.rglob("*"):
            if path.is_file() and not path.name.startswith(UNFINISHED):
                seen = path.stat()
                yield Kept(path.name, seen.st_size, datetime.fromtimestamp(seen.st_mtime, UTC))


class Bucket:
    """A bucket and the beginning of its names; what was read lately stays in memory.

    Every way to it raises PicturesAway when it does not answer in time.
    """

    folder: Path | None = None

    def __init__(self, bucket: str, prefix: str, told: Mapping[str, str], *, slots: int) -> None:
        import obstore.exceptions as refusals  # here: few need it, and it is large
        from obstore.store import S3Store

        config: Any = {"region": told["S3_REGION"], "access_key_id": told["S3_KEY_ID"]}
        config["secret_access_key"] = told["S3_SECRET"]
        if endpoint := told["S3_ENDPOINT"]:  # not Amazon's: the bucket is part of the path
            config |= {"endpoint": endpoint, "virtual_hosted_style_request": "false"}
        client: Any = TIMES | {"allow_http": endpoint.startswith("http://")}
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            config=config,
            client_options=client,
            retry_config=ONE_MORE_TRY,
        )
        self._breaker = Breaker(slots=slots, failures=(refusals.BaseError,))
        self._remembered = Memory(REMEMBERED)

    def put(self, name: str, data: bytes) -> None:
        with self._calling():
            self._store.put(_key(name), data)
        self._remembered.put(name, data)

    def get(self, name: str) -> bytes:
        if (data := self._remembered.get(name)) is None:
            with self._calling():
                data = bytes(self._store.get(_key(name)).bytes())
            self._remembered.put(name, data)
        return data

    def exists(self, name: str) -> bool:
        try:
            with self._calling():
                self._store.head(_key(name))
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        self._remembered.forget(name)
        with self._calling():
            self._store.delete(_key(name))

    def listed(self) -> Iterator[Kept]:
        with self._calling():
            pages = self._store.list(chunk_size=1000)
            return iter([_kept(cast(Any, each)) for page in pages for each in page])

    @contextmanager
    def _calling(self) -> Iterator[None]:
        try:
            with self._breaker.call():
                yield
        except Away as error:
            raise PicturesAway from error


class Memory:
    """Files read lately, up to so many bytes; the one unused for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes | None:
        with self._lock:
            if name in self._files:
                self._files.move_to_end(name)
            return self._files.get(name)

    def put(self, name: str, data: bytes) -> None:
        self.forget(name)
        with self._lock:
            self._files[name] = data
            self._size += len(data)
            while self._size > self._most:
                self._size -= len(self._files.popitem(last=False)[1])

    def forget(self, name: str) -> None:
        with self._lock:
            self._size -= len(self._files.pop(name, b""))


def _key(name: str) -> str:
    return f"{name[:2]}/{name}"


def _kept(found: dict[str, Any]) -> Kept:
    name = found["path"].rpartition("/")[2]
    return Kept(name, found["size"], found["last_modified"].astimezone(UTC))
