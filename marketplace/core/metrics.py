"""Figures of this process for whoever watches it: Prometheus' text, numbers and never names.

Each process tells its own; whoever adds them up asks each at its own port. A text of our own, for
prometheus-client would bring a folder shared by processes and forty times these lines.

**Source:** Prometheus documentation, "Exposition formats" (text-based, 0.0.4).
"""

import hmac
import ipaddress
import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from flask import Flask, current_app, request
from sqlalchemy.pool import QueuePool

from marketplace.core import health, logs, queue_state
from marketplace.core.database import db

KIND = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
PARTS = {"static": "static", "media": "media", "painel": "panel", "gestao": "staff", "api": "api"}
PROXIED = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via")
Labels = Mapping[str, str]
Gauge = Callable[[datetime], Iterator[tuple[Labels, float]]]
gauges: dict[str, tuple[str, Gauge]] = {}
"""By name, without our prefix: what it tells, and how to take it."""


class Requests:
    """What was answered: how often by route and status, how fast by part of the house."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, str, int]] = Counter()
        self._times: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        part = PARTS.get(route.split("/", 2)[1] if route.startswith("/") else "", "public")
        with self._lock:
            self._answers[method, route, status] += 1
            self._times.setdefault(part, [0] * (len(BOUNDS) + 1))
            self._times[part][bisect_left(BOUNDS, seconds)] += 1
            self._seconds[part] += seconds

    def lines(self) -> Iterator[str]:
        with self._lock:
            answers, seconds = sorted(self._answers.items()), dict(self._seconds)
            times = {part: list(counts) for part, counts in sorted(self._times.items())}
        yield from _head("requests_total", "counter", "Requests answered.")
        for (method, route, status), number in answers:
            labels = {"method": method, "route": route, "status": str(status)}
            yield _line("requests_total", labels, number)
        yield from _head("request_seconds", "histogram", "Time from the request to its answer.")
        for part, counts in times.items():
            yield from _histogram(part, counts, seconds[part])


def init_app(app: Flask) -> None:
    requests = app.extensions["requests"] = Requests()
    app.extensions[logs.WATCHER] = requests.note


def may_ask() -> bool:
    """Whether the figures are for whoever is asking: by the token, else from this machine."""
    if token := current_app.config["METRICS_TOKEN"]:
        sent = request.headers.get("Authorization", "")
        return hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())
    if any(name in request.headers for name in PROXIED):
        return False
    return ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104


def text(now: datetime) -> str:
    """Return everything there is to tell; what the database cannot tell now is left out."""
    told = list(current_app.extensions["requests"].lines())
    well = True
    for name, (said, gauge) in gauges.items():
        try:
            values = list(gauge(now))
        except (sa.exc.SQLAlchemyError, OSError):
            db.session.rollback()
            well = False
            continue
        told += [*_head(name, "gauge", said), *(_line(name, *value) for value in values)]
    told += [*_head("well", "gauge", "1 if all of these could be taken."), _line("well", {}, well)]
    return "\n".join(told) + "\n"


def gauge(name: str, said: str) -> Callable[[Gauge], Gauge]:
    """Enter a function that yields values with their labels."""

    def enter(function: Gauge) -> Gauge:
        gauges[name] = (said, function)
        return function

    return enter


@gauge("info", "Which schema the database has; always 1.")
def _info(_now: datetime) -> Iterator[tuple[Labels, float]]:
    yield {"schema": ",".join(health.schema_heads(db.session.connection()))}, 1


@gauge("database_connections", "Connections of this process's pool.")
def _connections(_now: datetime) -> Iterator[tuple[Labels, float]]:
    if isinstance(pool := getattr(db.engine, "pool", None), QueuePool):
        yield {"state": "in_use"}, pool.checkedout()
        yield {"state": "idle"}, pool.checkedin()
        yield {"state": "most"}, pool.size() + int(pool._max_overflow)


@gauge("jobs", "Jobs of the queue, of all processes.")
def _jobs(now: datetime) -> Iterator[tuple[Labels, float]]:
    for state, number in queue_state.numbers(now).items():
        yield {"state": state}, number


@gauge("oldest_job_seconds", "How long the job that is due longest has waited.")
def _oldest(now: datetime) -> Iterator[tuple[Labels, float]]:
    oldest = queue_state.oldest_due(now)
    yield {}, (now - oldest).total_seconds() if oldest else 0


@gauge("disk_free_ratio", "Free part of the disk on which these files lie.")
def _disks(_now: datetime) -> Iterator[tuple[Labels, float]]:
    for place, share in health.free_shares().items():
        yield {"files": place}, round(share, 4)


@gauge("page_cache", "Pages kept in this process, and how often one was found.")
def _pages(_now: datetime) -> Iterator[tuple[Labels, float]]:
    if (pages := current_app.extensions.get("page_cache")) is not None:
        yield {"what": "pages"}, len(pages)
        yield {"what": "bytes"}, pages.bytes
        yield {"what": "hits"}, pages.hits
        yield {"what": "misses"}, pages.misses


def _histogram(part: str, counts: list[int], seconds: float) -> Iterator[str]:
    line, below = partial(_line, "request_seconds_bucket"), 0
    for bound, number in zip((*map(str, BOUNDS), "+Inf"), counts, strict=True):
        below += number
        yield line({"part": part, "le": bound}, below)
    yield _line("request_seconds_sum", {"part": part}, round(seconds, 6))
    yield _line("request_seconds_count", {"part": part}, below)


def _head(name: str, kind: str, said: str) -> Iterator[str]:
    yield f"# HELP paneiro_{name} {said}"
    yield f"# TYPE paneiro_{name} {kind}"


def _line(name: str, labels: Labels, value: float) -> str:
    said = ",".join(f'{key}="{_quoted(text)}"' for key, text in labels.items())
    return (
        f"paneiro_{name}{{{said}}} {_number(value)}" if said else f"paneiro_{name} {_number(value)}"
    )


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _quoted(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
