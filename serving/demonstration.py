"""The demonstration: database, reference lists and sample data in place, then web and worker.

Beside it runs the sandbox, through which its buyers pay.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import flask_migrate
from flask import Flask
from flask.cli import ScriptInfo

from config import VAR
from marketplace.core import queue
from serving import application, bank, web

LOGINS = VAR / "logins.txt"
LONGEST_SECONDS = 10  # for a job that is being done at the end


def start(*, host: str, port: int) -> None:
    """Bring the demonstration up to date and serve it until told to stop."""
    VAR.mkdir(parents=True, exist_ok=True)
    with bank.beside(VAR) as sandbox_address:
        app = prepared()

        def open_doors(address: str) -> None:
            greet(address, sandbox := sandbox_address(), LOGINS)
            told = (sandbox, app, address, VAR)  # a second of work, for which no page need wait
            threading.Thread(target=bank.pay_through, args=told, daemon=True).start()

        serve(app, host=host, port=port, when_ready=open_doors)


def prepared() -> Flask:
    """Return the demonstration, its database up to date and filled."""
    app = application.create("config.Demo")
    logging.getLogger().setLevel(logging.WARNING)  # the terminal is for the logins
    with app.app_context():
        flask_migrate.upgrade()
    for command in ("load-reference", "load-demo"):
        app.cli.main([command], standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
    return app


def serve(app: Flask, *, host: str, port: int, when_ready: Callable[[str], object]) -> None:
    """Serve, with the queue's work done beside, until told to stop."""
    worker = threading.Thread(target=work, args=[app, stop := threading.Event()], daemon=True)
    worker.start()
    try:
        web.listen(app, host=host, port=port, when_ready=when_ready)
    finally:
        stop.set()
        worker.join(timeout=LONGEST_SECONDS)


def work(app: Flask, stop: threading.Event) -> None:
    """Do the queue's jobs, one after another, beside the web server."""
    with app.app_context():
        queue.work_until(stop)


def greet(address: str, sandbox: str, logins: Path) -> None:
    print(f"\n{address}  (Ctrl+C ends it)")
    print(f"{sandbox}  the invented bank: pay Pix and boletos of yours there\n", flush=True)
    if logins.exists():
        print(logins.read_text(encoding="utf-8"), flush=True)
