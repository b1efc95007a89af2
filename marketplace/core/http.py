"""The ground floor's own doors: media, reports of browsers, and whether the house is well."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue

from marketplace.core import clock, csrf, health, limits, media, metrics
from marketplace.core.assets import FOREVER
from marketplace.core.errors import NotFound
from marketplace.core.headers import is_file
from marketplace.core.rights import KB, anyone

SHOWN = {"webp": "image/webp", "jpg": "image/jpeg"}

bp = Blueprint("core", __name__)
log = logging.getLogger(__name__)
csrf.exempt("core.create_csp_report")  # browsers send these on their own, without a page of ours


@bp.post("/csp-report", endpoint="create_csp_report", allow=anyone, limit=16 * KB)
def create_csp_report() -> ResponseReturnValue:
    """Note what a browser refused to load; nothing is stored, and at most one a second is noted."""
    limits.pace("csp-report", "", limit=10, seconds=10)
    report = _report(request.get_data())
    log.warning(
        "a browser refused a part of a page",
        extra={"directive": report.get("directive"), "blocked": report.get("blocked")},
    )
    return Response(status=204)


@bp.get("/media/<name>", endpoint="show_media", allow=anyone)
def show_media(name: str) -> ResponseReturnValue:
    """Send a picture; other files are nobody's to see by their name alone."""
    if (kind := SHOWN.get(name.rpartition(".")[2])) is None:
        raise NotFound
    answer = send_file(media.sendable(name), mimetype=kind, conditional=True, etag=name)
    answer.headers["Cache-Control"] = FOREVER
    return is_file(answer)


@bp.get("/healthz", endpoint="show_health", allow=anyone)
def show_health() -> ResponseReturnValue:
    """Say that this process answers."""
    return _told("ok")


@bp.get("/readyz", endpoint="show_readiness", allow=anyone)
def show_readiness() -> ResponseReturnValue:
    """Say whether visitors should be sent here; what is amiss stands in the log."""
    for fault in (found := health.faults(clock.now())):
        log.error("not ready", extra={"kind": fault})
    return _told("not ok", 503) if found else _told("ok")


@bp.get("/metrics", endpoint="show_metrics", allow=anyone)
def show_metrics() -> ResponseReturnValue:
    """Tell figures of this process to whoever watches it; for anybody else there is nothing."""
    if not metrics.may_ask():
        raise NotFound
    kept = {"Cache-Control": "no-store"}
    return Response(metrics.text(clock.now()), 200, kept, content_type=metrics.KIND)


def _told(word: str, status: int = 200) -> Response:
    return Response(f"{word}\n", status, {"Cache-Control": "no-store"}, mimetype="text/plain")


def _report(body: bytes) -> dict[str, str]:
    """Read what is harmless of a report: which rule, and whose site; no paths, no samples."""
    try:
        sent: Any = json.loads(body)["csp-report"]
        directive = str(sent["effective-directive"]).split()[0]
        blocked = urlsplit(str(sent.get("blocked-uri", "")))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return {"directive": "unreadable"}
    return {"directive": directive[:40], "blocked": (blocked.hostname or blocked.path)[:80]}
