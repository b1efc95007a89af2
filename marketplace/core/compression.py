"""Pages go over thin lines: text answers are compressed when the reader takes that.

**Source:** RFC 9110, §12.5.3 (Accept-Encoding) and §8.4 (Content-Encoding).
"""

import gzip
import importlib
from collections.abc import Container
from importlib.util import find_spec
from typing import Any

from flask import Flask, Response, request

brotli: Any = importlib.import_module("brotli") if find_spec("brotli") else None
BEST, QUICK, GZIP_LEVEL = 11, 4, 5
SMALLEST = 500  # bytes; less is not worth it
TEXT = ("text/", "application/json", "application/problem+json", "image/svg+xml")


def init_app(app: Flask) -> None:
    app.after_request(compress)


def compress(answer: Response) -> Response:
    """Compress a page; files, streams and what is compressed already go as they are."""
    if (
        not (answer.mimetype or "").startswith(TEXT)
        or answer.is_streamed
        or answer.direct_passthrough
    ):
        return answer
    if "Vary" in answer.headers:
        answer.vary.add("Accept-Encoding")
    else:
        answer.headers.add("Vary", "Accept-Encoding")
    if answer.content_encoding or (answer.content_length or 0) < SMALLEST:
        return answer
    if encoding := accepted(("br", "gzip") if brotli else ("gzip",)):
        answer.set_data(pack(answer.get_data(), encoding))
        answer.content_encoding = encoding
        if answer.headers.get("ETag"):
            answer.set_etag(answer.get_etag()[0] or "", weak=True)
    return answer


def pack(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        packed: bytes = brotli.compress(body, quality=QUICK)
        return packed
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def accepted(offered: Container[str]) -> str:
    """Return the best encoding that is offered here and taken there; "" for none."""
    taken = request.accept_encodings
    return next((name for name in ("br", "gzip") if name in offered and taken.quality(name)), "")
