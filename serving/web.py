"""The web server: one process of waitress, which reads slow phones before it uses a thread.

**Source:** waitress documentation, "Arguments to waitress.serve".
"""

import sys
from collections.abc import Callable

import waitress
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from marketplace import create_app
from marketplace.core.database import db
from serving import ending, memory
from serving.turns import Turns

TURN_SECONDS = 0.001  # of a thread that computes while others wait for Python (ADR 18)
LARGEST_BODY = 32 * 1024 * 1024  # above the application's own limits: those answer with a page


def start(settings: str, *, host: str, port: int) -> None:
    """Serve until told to stop.

    :raises SystemExit: if the database is not at the newest migration.
    """
    app = create_app(settings)
    refuse_an_old_schema(app)
    listen(app, host=host, port=port, when_ready=lambda address: print(address, flush=True))


def refuse_an_old_schema(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        at = set(MigrationContext.configure(connection).get_current_heads())
    if at != set(ScriptDirectory("migrations").get_heads()):
        raise SystemExit("The database is not at the newest migration: ./run flask db upgrade")


def listen(app: Flask, *, host: str, port: int, when_ready: Callable[[str], object]) -> None:
    """Answer requests until SIGTERM or Ctrl+C; those being answered are finished first.

    A socket handed over by systemd is used instead of host and port. ``when_ready`` gets the
    address.

    :raises SystemExit: if the port is taken.
    """
    sys.setswitchinterval(TURN_SECONDS)
    memory.keep_in_order()
    try:
        door, outlives = ending.opened(host, port)
    except OSError as error:
        raise SystemExit(f"{host}:{port}: {error.strerror}; choose another with --port") from error
    turns = Turns()
    turns.set_thread_count(app.config["THREADS"])
    server = waitress.create_server(
        app,
        _dispatcher=turns,
        sockets=[door],
        connection_limit=1000,
        asyncore_use_poll=True,
        channel_timeout=60,
        max_request_body_size=LARGEST_BODY,
        clear_untrusted_proxy_headers=not app.config["PROXY_COUNT"],
        ident=None,
    )
    server.channel_class = ending.Channel
    ending.listen_for_the_end(server)
    address, number = door.getsockname()[:2]
    when_ready(f"http://{address}:{number}")
    ending.serve_until_told(server, outlives=outlives, drain_seconds=app.config["DRAIN_SECONDS"])
