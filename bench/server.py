"""The processes that figures are taken of: the house as people are served, or only the floor.

Where a figure is of being paid, the house pays through the provider's stand-in, a process too.
"""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from bench import floors
from marketplace import create_app
from marketplace.core import clock, queue, transactions
from marketplace.payments.gateway import StripeGateway
from sandbox import application
from serving import web

KEY = "sk_test_bench"  # the stand-in takes any
MINUTE = timedelta(minutes=1)


def house() -> Flask:
    return create_app("config.Production")


def paying() -> Flask:
    """Return the house, which the stand-in tells its news."""
    app = _through_the_sandbox(house())
    news = f"{os.environ['BASE_URL']}/avisos/stripe"
    told = StripeGateway(KEY, app.config["STRIPE_API"]).listen(news)
    app.config["STRIPE_WEBHOOK_SECRETS"] = [floors.SECRET, told]
    return app


def worker() -> Flask:
    """Return what does the house's jobs when it is asked to, those of the next minute too."""
    app, own = _through_the_sandbox(house()), Flask("worker")

    def work() -> str:
        with app.app_context():
            return str(queue.work_all(now=clock.now() + MINUTE))

    own.add_url_rule("/work", "work", work, methods=["POST"])
    return _served(own)


def sandbox() -> Flask:
    """Return the stand-in; nothing happens there by itself."""
    return _served(application.create(Path(os.environ["PANEIRO_DATA"]) / "sandbox.db"))


def floor() -> Flask:
    """Return the bare application, on the same database and by the same server."""
    engine = sa.create_engine(os.environ["DATABASE_URL"])
    transactions.prepare(engine)
    return _served(floors.bare(engine))


def _through_the_sandbox(app: Flask) -> Flask:
    """Have it pay at the stand-in, which the settings of production refuse."""
    app.config.update(STRIPE_KEY=KEY, STRIPE_API=os.environ["SANDBOX"])
    return app


def _served(app: Flask) -> Flask:
    app.config.from_mapping(THREADS=8, PROXY_COUNT=1, DRAIN_SECONDS=0)
    return app


APPS: dict[str, Callable[[], Flask]] = {
    "house": house,
    "paying": paying,
    "worker": worker,
    "sandbox": sandbox,
    "floor": floor,
}

if __name__ == "__main__":
    web.listen(
        APPS[sys.argv[1]](),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        when_ready=lambda _address: print("ready", flush=True),
    )
