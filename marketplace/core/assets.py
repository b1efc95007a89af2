"""Style sheets, scripts, pictures of the house: named by content, sent compressed, kept for a year.

A file is read, its `url(…)` named by content, hashed and compressed once per process.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

from marketplace.core.compression import BEST, accepted, brotli
from marketplace.core.errors import NotFound
from marketplace.core.language import root
from marketplace.core.rights import GuardedFlask, anyone

FOREVER = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"
PACKED = {".css", ".js", ".mjs", ".svg", ".json", ".webmanifest", ".txt", ".html"}
REFERENCE = re.compile(r"""url\((['"]?)(?!data:|https?:|/|#)([^'")?#]+)\1\)""")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True)
class Asset:
    kind: str
    version: str
    bodies: dict[str, bytes]  # by content encoding; "" is the file itself


def init_app(app: GuardedFlask) -> None:
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=show, allow=anyone)
    app.jinja_env.globals["static_url"] = static_url
    app.extensions["assets"] = {}


def static_url(filename: str) -> str:
    """Return the address of a file of `static/`; it changes when the file does.

    :raises NotFound: if there is no such file.
    """
    return f"{root()}/static/{filename}?v={static_version(filename)}"


def static_version(filename: str) -> str:
    """Return what names a file by its content; served files change only with their process."""
    known: dict[str, str] = current_app.extensions["assets"]
    if (version := known.get(filename)) is None:
        version = asset(filename).version
        if not current_app.debug:
            known[filename] = version
    return version


def show(filename: str) -> Response:
    """Send a file, compressed when the reader takes that, for ever when named by content.

    :raises NotFound: if there is no such file.
    """
    found = asset(filename)
    encoding = accepted(found.bodies)
    answer = Response(found.bodies[encoding], content_type=found.kind)
    if encoding:
        answer.content_encoding = encoding
    answer.vary.add("Accept-Encoding")
    asked = request.args.get("v")
    answer.headers["Cache-Control"] = FOREVER if asked == found.version else AN_HOUR
    answer.set_etag(found.version)
    answer.make_conditional(request)
    return answer


def asset(filename: str) -> Asset:
    """Read a file of `static/`.

    :raises NotFound: if there is no such file.
    """
    joined = safe_join(_folder(current_app), filename)
    if joined is None or "\0" in joined:
        raise NotFound
    try:
        changed = Path(joined).stat()
    except OSError as error:  # none of that name, or no name that a file can have
        raise NotFound from error
    if not S_ISREG(changed.st_mode):
        raise NotFound
    return _prepared(Path(joined), changed.st_mtime_ns)


def _folder(app: Flask) -> str:
    return _resolved(app.root_path, app.config.get("STATIC_FOLDER", "../static"))


@cache
def _resolved(*parts: str) -> str:
    return str(Path(*parts).resolve())


@cache
def _prepared(path: Path, _changed: int) -> Asset:
    raw = path.read_bytes()
    if path.suffix == ".css":
        raw = REFERENCE.sub(lambda m: _named(path, m), raw.decode()).encode()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or path.suffix in (".js", ".json", ".svg")
    bodies = {"": raw}
    if path.suffix in PACKED:
        bodies["gzip"] = gzip.compress(raw, mtime=0)
        if brotli:
            bodies["br"] = brotli.compress(raw, quality=BEST)
    version = hashlib.sha256(raw).hexdigest()[:12]
    return Asset(f"{kind}; charset=utf-8" if text else kind, version, bodies)


def _named(sheet: Path, reference: re.Match[str]) -> str:
    """Name what a style sheet refers to by its content, so that it too is kept for ever."""
    target = (sheet.parent / reference[2]).resolve()
    if not target.is_file():
        return reference[0]
    found: Any = _prepared(target, target.stat().st_mtime_ns)
    return f"url({reference[2]}?v={found.version})"
