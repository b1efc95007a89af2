"""The web server: one process of waitress, which reads slow phones before it uses a thread.

**Source:** waitress documentation, "Arguments to waitress.serve".
"""

import signal
import sys
from collections.abc import Callable

import waitress
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from marketplace import create_app
from marketplace.core.database import db

LARGEST_BODY = 32 * 1024 * 1024  # above the application's own limits: those answer with a page


def start(settings: str, *, host: str, port: int) -> None:
    """Serve until told to stop.

    :raises SystemExit: if the database is not at the newest migration.
    """
    app = create_app(settings)
    refuse_an_old_schema(app)
    listen(app, host=host, port=port, when_ready=lambda: print(f"http://{host}:{port}", flush=True))


def refuse_an_old_schema(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        at = set(MigrationContext.configure(connection).get_current_heads())
    if at != set(ScriptDirectory("migrations").get_heads()):
        raise SystemExit("The database is not at the newest migration: ./run flask db upgrade")


def listen(app: Flask, *, host: str, port: int, when_ready: Callable[[], object]) -> None:
    """Answer requests until SIGTERM or Ctrl+C; those being answered are finished first.

    :raises SystemExit: if the port is taken, and at the end.
    """
    try:
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=app.config["THREADS"],
            connection_limit=1000,
            asyncore_use_poll=True,
            channel_timeout=60,
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=not app.config["PROXY_COUNT"],
            ident=None,
        )
    except OSError as error:
        raise SystemExit(f"{host}:{port}: {error.strerror}; choose another with --port") from error
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    when_ready()
    server.run()
