"""The processes that figures are taken of: the house as people are served, or only the floor."""

import os
import sys
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from bench import floors
from marketplace import create_app
from marketplace.core import transactions
from serving import web


def house() -> Flask:
    return create_app("config.Production")


def floor() -> Flask:
    """Return the bare application, on the same database and by the same server."""
    engine = sa.create_engine(os.environ["DATABASE_URL"])
    transactions.prepare(engine)
    app = floors.bare(engine)
    app.config.from_mapping(THREADS=8, PROXY_COUNT=1, DRAIN_SECONDS=0)
    return app


APPS: dict[str, Callable[[], Flask]] = {"house": house, "floor": floor}

if __name__ == "__main__":
    web.listen(
        APPS[sys.argv[1]](),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        when_ready=lambda _address: print("ready", flush=True),
    )
