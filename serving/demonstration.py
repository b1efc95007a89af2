"""The demonstration: database, reference lists and sample data in place, then web and worker."""

import logging
import threading
from contextlib import suppress
from pathlib import Path

import flask_migrate
from flask import Flask
from flask.cli import ScriptInfo

from config import VAR
from marketplace.core import clock, queue
from marketplace.core.errors import Busy
from serving import application, web

LOGINS = VAR / "logins.txt"
PAUSE_SECONDS = 1


def start(*, host: str, port: int) -> None:
    """Bring the demonstration up to date and serve it until told to stop."""
    VAR.mkdir(parents=True, exist_ok=True)
    app = application.create("config.Demo")
    logging.getLogger().setLevel(logging.WARNING)  # the terminal is for the logins
    with app.app_context():
        flask_migrate.upgrade()
    for command in ("load-reference", "load-demo"):
        app.cli.main([command], standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
    threading.Thread(target=work, args=[app], daemon=True).start()
    web.listen(app, host=host, port=port, when_ready=lambda: greet(host, port, LOGINS))


def work(app: Flask) -> None:
    """Do the queue's jobs, one after another, beside the web server."""
    pause = threading.Event()
    while not pause.wait(PAUSE_SECONDS):
        with app.app_context(), suppress(Busy):
            queue.enqueue_periodic(now=clock.now())
            queue.work_all(worker="demo", now=clock.now())


def greet(host: str, port: int, logins: Path) -> None:
    print(f"\nhttp://{host}:{port}  (Ctrl+C ends it)\n", flush=True)
    if logins.exists():
        print(logins.read_text(encoding="utf-8"), flush=True)
