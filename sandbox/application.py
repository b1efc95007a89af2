"""The sandbox's web application."""

from pathlib import Path

from flask import Flask, Response

from sandbox import control, door, pages
from sandbox.store import Store

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"


def create(file: Path | str) -> Flask:
    """Return the application over one file; what was left half answered there is forgotten."""
    app, store = Flask("sandbox"), Store(file)
    store.run("DELETE FROM answers WHERE status IS NULL")
    app.extensions["store"] = store
    for part in (door, control, pages):
        part.open_doors(app, store)
    app.after_request(_guarded)
    return app


def _guarded(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-ancestors 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
