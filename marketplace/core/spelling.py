"""Arguments of an address as addresses spell them, whatever bytes a program sent.

Servers hand them on as they came, and whoever reads them afterwards takes them for UTF-8. Ours
refuses such an address by itself; others that the house may run behind do not.

**Source:** PEP 3333, "Unicode Issues"; RFC 3986, §2.1 (percent-encoding) and §3.4.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASCII = "".join(map(chr, range(128)))


class Spelled:
    """Percent-encode the bytes of a query that are not ASCII, before anybody reads it."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if not (query := environ.get("QUERY_STRING", "")).isascii():
            environ["QUERY_STRING"] = quote(query, ASCII, "latin-1")
        return self.app(environ, start)


def init_app(app: Flask) -> None:
    app.wsgi_app = Spelled(app.wsgi_app)  # type: ignore[method-assign, assignment]
