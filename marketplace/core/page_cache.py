"""Whole pages kept in this process, for visitors whom nobody knows: asked before Flask is.

A view says that its page is alike for all of them, and which parameters of the address it reads:

    @bp.get("/produtos", allow=anyone)
    @page_cache.alike("q", "ordem")

Other parameters are dropped before the view sees them. A page holds while the numbers of
`core.generations`, read anew at each request, are those from before it was rendered, and until the
first instant at which it would change by itself (`until`). Who has a basket or a login, sends a
body, or asks by another method than GET and HEAD goes past it.

**Source:** RFC 9110, §8.8.3 (ETag), §13.1.2 (If-None-Match), §15.4.5 (304).
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask import request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header
from werkzeug.wsgi import get_host

from marketplace.core import clock, generations, logs
from marketplace.core.compression import SMALLEST, brotli, pack
from marketplace.core.database import db
from marketplace.core.rights import GuardedFlask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Answer = tuple[str, list[tuple[str, str]], bytes]
View = TypeVar("View", bound=Callable[..., Any])
UNTIL = "paneiro.until"
LONGEST_QUERY = 1000
OVERHEAD = 2000  # bytes of an entry beside its bodies: key, headers, the objects themselves
MADE_ANEW = {"content-length", "content-encoding", "x-request-id", "etag"}  # for each answer
OF_A_BODY = {"content-type", "content-length", "content-encoding"}
NAMES = ("br", "gzip") if brotli else ("gzip",)
_parameters: dict[Any, frozenset[str]] = {}


def alike(*parameters: str) -> Callable[[View], View]:
    """Say that a view's page is the same for every visitor who asks with these parameters."""

    def mark(view: View) -> View:
        _parameters[view] = frozenset(parameters)
        return view

    return mark


def until(instant: datetime | None) -> None:
    """Say that this page changes by itself at an instant; the first one named counts."""
    if instant is not None:
        known = request.environ.get(UNTIL)
        request.environ[UNTIL] = min(known, instant) if known else instant


def init_app(app: GuardedFlask) -> None:
    if app.config["PAGE_CACHE_BYTES"] > 0:
        cache = PageCache(app, app.wsgi_app)
        app.extensions["page_cache"] = cache.pages
        app.wsgi_app = cache  # type: ignore[method-assign, assignment]


class Page:
    """An answer as it was rendered, with its bodies by content encoding as they are asked for."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.bodies = status, {"": body}
        self.headers = [pair for pair in headers if pair[0].lower() not in MADE_ANEW]
        self.etag, self.route, self.mark = "", "none", 0
        self.until: datetime | None = None
        if status.startswith("200") and "set-cookie" not in {name.lower() for name, _ in headers}:
            self.etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'  # and so it may be kept

    @property
    def is_large(self) -> bool:
        """Whether packing it is worth it."""
        return len(self.bodies[""]) >= SMALLEST

    @property
    def size(self) -> int:
        return OVERHEAD + sum(map(len, self.bodies.values()))

    def grow(self, encoding: str) -> bool:
        """Have a body in this encoding; whether it had to be made is returned."""
        if encoding in self.bodies:
            return False
        self.bodies[encoding] = pack(self.bodies[""], encoding)
        return True

    def answer(self, environ: "WSGIEnvironment", encoding: str) -> "Answer":
        headers = [*self.headers, ("X-Request-Id", environ[logs.ID])]
        if self.etag:
            headers.append(("ETag", self.etag))
            if _has(environ.get("HTTP_IF_NONE_MATCH", ""), self.etag):
                kept = [pair for pair in headers if pair[0].lower() not in OF_A_BODY]
                return "304 NOT MODIFIED", kept, b""
        body = self.bodies[encoding]
        headers.append(("Content-Length", str(len(body))))
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return self.status, headers, body


class Pages:
    """The pages of one process, as many as fit into so many bytes; the longest unused goes."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self.hits = self.misses = 0  # for core.metrics
        self._pages: OrderedDict[object, tuple[Page, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: object, mark: int, now: datetime) -> Page | None:
        """Return what is kept, unless it was rendered before a change or has outlived its time."""
        with self._lock:
            self.misses += 1
            if (found := self._pages.get(key)) is None:
                return None
            page = found[0]
            if page.mark != mark or (page.until is not None and page.until <= now):
                self._remove(key)
                return None
            self.hits, self.misses = self.hits + 1, self.misses - 1
            self._pages.move_to_end(key)
            return page

    def put(self, key: object, page: Page) -> None:
        """Keep a page, or take note that it has grown."""
        with self._lock:
            self._remove(key)
            if (size := page.size) > self.most_bytes // 8:
                return
            self._pages[key] = (page, size)
            self.bytes += size
            while self.bytes > self.most_bytes:
                self._remove(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.bytes = 0

    def _remove(self, key: object) -> None:
        _page, size = self._pages.pop(key, (None, 0))
        self.bytes -= size


class PageCache:
    """A layer in front of Flask that answers what it knows."""

    def __init__(self, app: GuardedFlask, inner: "WSGIApplication") -> None:
        self.app, self.inner = app, inner
        self.pages = Pages(app.config["PAGE_CACHE_BYTES"])
        names = ("SESSION_COOKIE_NAME", "BASKET_COOKIE_NAME")
        self._personal = tuple(f"{app.config[name]}=" for name in names)
        self._known: Mapping[tuple[str, int], frozenset[str]] | None = None
        self._engines: Mapping[Any, Any] = {}

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if (query := self._question(environ)) is None:
            return self.inner(environ, start)
        begun = time.monotonic()
        try:
            numbers = generations.read(self._engine())
        except (sa.exc.SQLAlchemyError, self._driver_error()):
            return self.inner(environ, start)  # whose matter it is to say so
        environ["QUERY_STRING"], environ[generations.KEY] = query, numbers
        mark, key = sum(numbers.values()), _key(environ)
        known = self.pages.get(key, mark, clock.now())
        page = known or self._rendered(environ, mark)
        encoding = _best(environ.get("HTTP_ACCEPT_ENCODING", "")) if page.is_large else ""
        grown = page.grow(encoding)
        if page.etag and (grown or not known):
            self.pages.put(key, page)
        environ.setdefault(logs.ID, logs.fresh_id())
        status, headers, body = page.answer(environ, encoding)
        if known:
            taken = time.monotonic() - begun
            logs.tell(self.app, environ, page.route, int(status[:3]), taken)
        start(status, headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _question(self, environ: "WSGIEnvironment") -> str | None:
        """Return what is asked of a page that is alike for all, or none if this is not one."""
        asked = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if not asked or (parameters := self._parameters_at(environ["PATH_INFO"])) is None:
            return None
        cookie, query = environ.get("HTTP_COOKIE", ""), environ.get("QUERY_STRING", "")
        if cookie and any(name in cookie for name in self._personal):
            return None
        if environ.get("CONTENT_LENGTH", "0") not in ("", "0"):
            return None
        if "HTTP_TRANSFER_ENCODING" in environ or not query.isascii() or len(query) > LONGEST_QUERY:
            return None
        return _canonical(query, parameters) if query else ""

    def _parameters_at(self, path: str) -> frozenset[str] | None:
        """Return which parameters the page at a path reads, or none if it is not alike for all."""
        if self._known is None:
            self._known = dict(_found(self.app))
        _, first, *rest = path.split("/") if path.startswith("/") else ("", "", "", "")
        return self._known.get((first, len(rest))) if rest != [""] else None

    def _rendered(self, environ: "WSGIEnvironment", mark: int) -> Page:
        """Ask the views, for the whole body, not packed: it is packed here."""
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _failed: Any = None) -> Any:
            told[:] = [status, headers]
            return lambda _data: None

        method = environ["REQUEST_METHOD"]
        asked = dict(environ, REQUEST_METHOD="GET", HTTP_ACCEPT_ENCODING="identity")
        asked[logs.METHOD] = method
        parts = self.inner(asked, start)
        try:
            body = b"".join(parts)
        finally:
            if close := getattr(parts, "close", None):
                close()
        page = Page(told[0], told[1], body)
        environ[logs.ID] = asked.get(logs.ID) or logs.fresh_id()
        page.mark, page.until = mark, asked.get(UNTIL)
        page.route = asked.get(logs.ROUTE, "none")
        return page

    def _engine(self) -> Any:
        if not self._engines:
            with self.app.app_context():
                self._engines = db.engines
        return self._engines[None]

    def _driver_error(self) -> Any:
        return self._engine().dialect.loaded_dbapi.Error


def _key(environ: "WSGIEnvironment") -> tuple[str, ...]:
    """Return what a page is known by: its whole address, with the language's prefix in it."""
    names = ("wsgi.url_scheme", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
    return (get_host(environ), *(environ.get(name, "") for name in names))


def _found(app: GuardedFlask) -> Iterable[tuple[tuple[str, int], frozenset[str]]]:
    """Yield the pages alike for all: the first part of each path, and how many follow it."""
    for rule in app.url_map.iter_rules():
        if (parameters := _parameters.get(app.view_functions[rule.endpoint])) is not None:
            _, first, *rest = rule.rule.split("/")
            yield (first, len(rest)), parameters


@lru_cache(maxsize=1024)
def _canonical(query: str, parameters: frozenset[str]) -> str:
    """Return the parameters that count, those of one name in the order in which they came."""
    given = [pair for pair in parse_qsl(query, errors="replace") if pair[0] in parameters]
    return urlencode(sorted(given, key=lambda pair: pair[0]))


@lru_cache(maxsize=1024)
def _best(accepted: str) -> str:
    taken = parse_accept_header(accepted, Accept)
    return next((name for name in NAMES if taken.quality(name)), "")


def _has(asked: str, etag: str) -> bool:
    return bool(asked) and (asked.strip() == "*" or etag.removeprefix("W/") in asked)
