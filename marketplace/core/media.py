"""Files that people send, in a folder: written whole or not at all, named by their content."""

import os
import re
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from marketplace.core.errors import NotFound
from marketplace.core.language import root

NAME = re.compile(r"[a-z0-9][a-z0-9-]{2,99}\.[a-z0-9]{2,5}")


def put(name: str, data: bytes) -> None:
    """Keep a file under a name (lower case letters, digits, hyphens, one extension)."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(written).replace(path)


def get(name: str) -> bytes:
    """Read a file.

    :raises NotFound: if there is none of that name.
    """
    return path_of(name).read_bytes()


def path_of(name: str) -> Path:
    """Return where a file lies.

    :raises NotFound: if there is none of that name.
    """
    if not exists(name):
        raise NotFound
    return _path(name)


def exists(name: str) -> bool:
    return NAME.fullmatch(name) is not None and _path(name).is_file()


def delete(name: str) -> None:
    """Remove a file; one that is not there is removed already."""
    _path(name).unlink(missing_ok=True)


def media_url(name: str) -> str:
    return f"{root()}/media/{name}"


def folder() -> Path:
    """Return the folder that `MEDIA_URL` names, e.g. ``file:///var/lib/paneiro/media``."""
    parts = urlsplit(current_app.config["MEDIA_URL"])
    if parts.scheme != "file":
        raise RuntimeError(f"MEDIA_URL: {parts.scheme}: is not supported, use file://")
    return Path(unquote(parts.path))


def _path(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ValueError(f"not a name of a file: {name!r}")
    return folder() / name[:2] / name
