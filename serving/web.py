"""The web server: one process of waitress, which reads slow phones before it uses a thread.

**Source:** waitress documentation, "Arguments to waitress.serve".
"""

import ctypes
import gc
import sys
import threading
from collections.abc import Callable

import waitress
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from marketplace import create_app
from marketplace.core import health
from marketplace.core.database import db
from serving import ending
from serving.turns import Turns

TURN_SECONDS = 0.001  # of a thread that computes while others wait for Python (ADR 18)
COLLECTIONS = 10_000, 20, 10  # young objects until the first; of each kind until the next
ARENAS, RETURNED_BYTES = 2, 1024 * 1024
TIDIED_SECONDS = 20
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
    give_memory_back()
    spare_what_stays()
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


def spare_what_stays() -> None:
    """Have the collector look no more at what was made to stay, and seldom at what may.

    It would go through modules, statements and templates again for each few pages. The second
    look has it forget how many those were: what is old is looked at again only once a quarter as
    much more has grown old, and until then lies about what requests left behind.

    **Source:** Python documentation, `gc.freeze` and `gc.set_threshold`; CPython 3.11,
    `Modules/gcmodule.c`, on `long_lived_pending`.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    gc.set_threshold(*COLLECTIONS)


def give_memory_back() -> None:
    """Let memory go back to the system: a photo's at once, what lies between others' soon after.

    The C library keeps a heap for each thread, and what it was once given for large blocks; here
    threads share two, and what is larger than 1 MiB is returned when it is free. Pages and parts of
    pages come and go in caches of a constant size, but never in the same places: without the
    second, holes between them would grow for hours. A system whose library knows neither goes on
    as it does.

    **Source:** GNU C Library manual, "Malloc Tunable Parameters"; malloc.h (M_ARENA_MAX is -8,
    M_MMAP_THRESHOLD -3); malloc_trim(3).
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(-8, ARENAS)
        library.mallopt(-3, RETURNED_BYTES)
    if hasattr(library, "malloc_trim"):
        threading.Thread(target=_tidy, args=(library.malloc_trim,), daemon=True).start()


def _tidy(give_holes_back: Callable[[int], object]) -> None:
    while not health.ending.wait(TIDIED_SECONDS):
        give_holes_back(0)
