"""What the house says about itself: JSON lines that tell what happened, never to whom.

A line keeps the fixed words of its message, numbers, and the named facts of `FACTS`; whatever else
a library or an exception wanted to say (names, addresses, rows, queries) is dropped.

**Source:** LGPD (Lei 13.709/2018), art. 6, III, necessity; OWASP Logging Cheat Sheet.
"""

import json
import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, has_request_context, request, request_started

from marketplace.core.rights import ACTOR

ID, STARTED = "paneiro.request_id", "paneiro.started"
METHOD, ROUTE = "paneiro.method", "paneiro.route"
FACTS = (
    *("request_id", "method", "route", "status", "ms", "actor"),
    *("job", "kind", "attempt", "count", "directive", "blocked", "position"),
)
HARMLESS = re.compile(r"[\w.:/<>-]{0,100}")
TELLING = re.compile(r"\S+@\S+|\?\S+|\d[\d.()/ -]{6,}\d|[\w-]{40,}")
FRAMES = 8
KEPT = 256  # texts: routes, kinds and words are few
WATCHER = "requests_watcher"  # of an app: who counts what was answered
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
log = logging.getLogger("marketplace.requests")
_task: ContextVar[str] = ContextVar("task", default="")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name}
        line |= {"message": _fixed_words(record), "request_id": request_id()}
        line |= {name: _harmless(getattr(record, name)) for name in FACTS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1]:
            line["error"] = describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def init_app(app: Flask) -> None:
    if not app.testing:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
        for talkative in ("werkzeug", "alembic"):  # the first would tell query strings
            logging.getLogger(talkative).setLevel(logging.WARNING)
    request_started.connect(_begin, app)
    app.after_request(_tell)


def request_id() -> str:
    """Return what tells this request, or this job, from others; empty outside of both."""
    if has_request_context():
        if (known := request.environ.get(ID)) is None:
            known = request.environ[ID] = fresh_id()
        return str(known)
    return _task.get()


def fresh_id() -> str:
    return secrets.token_hex(8)


@contextmanager
def during(task: str) -> Iterator[None]:
    """Mark what is logged and audited meanwhile as done by a task, e.g. ``job:7``."""
    token = _task.set(task)
    try:
        yield
    finally:
        _task.reset(token)


def describe(error: BaseException) -> list[str]:
    """Tell which error it was and where, innermost first, without a word of what it said."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    where = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    cause = [type(error.__cause__).__name__] if error.__cause__ else []
    return [type(error).__name__, *cause, *reversed(where)]


def _begin(_app: Flask) -> None:
    request.environ[STARTED] = time.monotonic()


def _tell(answer: Response) -> Response:
    taken = time.monotonic() - request.environ.get(STARTED, time.monotonic())
    rule = request.url_rule.rule if request.url_rule else "none"
    request.environ[ROUTE] = rule
    tell(current_app, request.environ, rule, answer.status_code, taken)
    return answer


def tell(app: Flask, environ: dict[str, Any], route: str, status: int, seconds: float) -> None:
    """Note that a request was answered, from within it or before it became one."""
    method = environ.get(METHOD) or environ["REQUEST_METHOD"]
    if watcher := app.extensions.get(WATCHER):
        watcher(method if method in METHODS else "other", route, status, seconds)
    if not log.isEnabledFor(logging.INFO):
        return
    facts = {"method": method, "route": route, "status": status, "actor": environ.get(ACTOR)}
    with during(environ.get(ID, "")):
        log.info("request", extra=facts | {"ms": round(seconds * 1000, 1)})


def _fixed_words(record: logging.LogRecord) -> str:
    """Return the message with its numbers filled in and everything else left out."""
    template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    args = record.args if isinstance(record.args, tuple) else ()
    kept = tuple(arg if isinstance(arg, int | float) else "…" for arg in args)
    try:
        words = template % kept if kept else template
    except (TypeError, ValueError):
        words = template
    return _cut(words)


def _harmless(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    return _cut_whole(str(value))


@lru_cache(KEPT)
def _cut(text: str) -> str:
    return TELLING.sub("…", text)


@lru_cache(KEPT)
def _cut_whole(text: str) -> str:
    return _cut(text) if HARMLESS.fullmatch(text) else "…"


def _short(filename: str) -> str:
    return "/".join(filename.split("/")[-3:])
