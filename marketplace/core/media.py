"""Files that people send, in a folder or a bucket: written whole, named by their content."""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from marketplace.core.errors import NotFound
from marketplace.core.language import root
from marketplace.core.stores import Bucket, Folder, Kept, Store

NAME = re.compile(r"[a-z0-9][a-z0-9-]{2,99}\.[a-z0-9]{2,5}")
S3_SETTINGS = ("S3_ENDPOINT", "S3_REGION", "S3_KEY_ID", "S3_SECRET")


def put(name: str, data: bytes) -> None:
    """Keep a file under a name (lower case letters, digits, hyphens, one extension).

    :raises PicturesAway: if the bucket does not answer.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"not a name of a file: {name!r}")
    _store().put(name, data)


def get(name: str) -> bytes:
    """Read a file.

    :raises NotFound: if there is none of that name.
    :raises PicturesAway: if the bucket does not answer.
    """
    if not NAME.fullmatch(name):
        raise NotFound
    try:
        return _store().get(name)
    except FileNotFoundError as error:
        raise NotFound from error


def sendable(name: str) -> Path | io.BytesIO:
    """Return a file in the way it is sent cheapest: by its path, or by its bytes.

    :raises NotFound: if there is none of that name.
    :raises PicturesAway: if the bucket does not answer.
    """
    store = _store()
    if isinstance(store, Folder):
        if not exists(name):
            raise NotFound
        return store.path(name)
    return io.BytesIO(get(name))


def exists(name: str) -> bool:
    return NAME.fullmatch(name) is not None and _store().exists(name)


def delete(name: str) -> None:
    """Remove a file; one that is not there is removed already."""
    if NAME.fullmatch(name):
        _store().delete(name)


def listed() -> Iterator[Kept]:
    """Yield every file that is kept, in no order; one being written just now is left out."""
    return (file for file in _store().listed() if NAME.fullmatch(file.name))


def media_url(name: str) -> str:
    return f"{root()}/media/{name}"


def folder() -> Path | None:
    """Return the folder that `MEDIA_URL` names, e.g. ``file:///var/lib/paneiro/media``, if any."""
    return _store().folder


def _store() -> Store:
    config = current_app.config
    told = tuple((name, config[name]) for name in S3_SETTINGS)
    return _opened(config["MEDIA_URL"], told, config["THREADS"])


@lru_cache(maxsize=8)
def _opened(url: str, told: tuple[tuple[str, str], ...], threads: int) -> Store:
    parts = urlsplit(url)
    if parts.scheme == "s3":  # half of the threads may wait for it: pages have the others
        prefix = unquote(parts.path).strip("/")
        return Bucket(parts.netloc, prefix, dict(told), slots=max(1, threads // 2))
    return Folder(Path(unquote(parts.path)))
