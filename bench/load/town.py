"""The house in earnest: two web processes and a worker over a filled marketplace, on two cores."""

import asyncio
import os
import random
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from werkzeug.urls import iri_to_uri

from bench import bulk, goods, orders, pages, shop, words
from bench.bulk import Row
from bench.load import spending, wire
from bench.load.scene import Paths, Purchase, Scene
from bench.measure import Size
from bench.shop import Shop
from checks import postgres
from marketplace.core import clock
from marketplace.orders.models.baskets import Basket, BasketLine
from marketplace.orders.queries.baskets import hashed
from tests.campaigns import proxies, servers
from tests.campaigns.servers import PATIENCE_SECONDS, Installation, Server

CORES, PROCESSES = 2, 2
FIRST_BASKET = 10_000_000  # above those that are made by the way
BASKETS = 39  # of neighbouring makers at the fair
PROXIED = {"PROXY_COUNT": "1"}
SAMPLE = 2000  # addresses of each kind that are asked for, at most
WARM_PAGES = 3000  # of a kind: more than a process keeps
WINDOWS = sa.text("SELECT id FROM collection_windows WHERE collection_id = :id")


@dataclass(frozen=True)
class Town:
    """What a crowd comes to: the shop, its processes, and the ports at which they are reached."""

    shop: Shop
    place: Installation
    servers: list[Server]
    worker: subprocess.Popen[str]
    ports: list[int]

    def scene(self, seconds: float, page_rate: float, purchases: float, *, seed: int) -> Scene:
        """Return what happens where pages and purchases are so many a second."""
        baskets = list(islice(orders.baskets_of(self.shop), BASKETS))
        paths, at = self._paths(), self.shop.collection_id
        return Scene(seconds, page_rate, purchases, paths, baskets, at, self._windows(), seed)

    def fill_baskets(self, played: Scene) -> None:
        """Fill the baskets of those who will buy, if they are to find them full."""
        bought, now = list(played.bought()) if played.full else [], clock.now()
        with self.shop.meter.engine.begin() as connection:
            bulk.enter(connection, Basket, (_basket(n, each, now) for n, each in enumerate(bought)))
            lines = (line for n, each in enumerate(bought) for line in _lines(n, each, now))
            bulk.enter(connection, BasketLine, lines)

    def spent(self) -> dict[str, float]:
        """Return the processor seconds of each part so far, and of all that the cores did."""
        told = {who: spending.of_programs(pids) for who, pids in self._programs().items()}
        told["database"] = spending.of_database(self.shop.meter.engine)
        return told | {"all": spending.of_cores(sorted(os.sched_getaffinity(0)))}

    def held_mib(self) -> dict[str, float]:
        """Return the memory of the web processes, what they share counted once, and the worker."""
        return {who: spending.held_mib(pids) for who, pids in self._programs().items()}

    def warm(self, paths: Paths) -> None:
        """Have each process make as many pages as it keeps, of all kinds, and their parts."""
        asked = [path for kind in paths.values() for path in kind[:WARM_PAGES]]
        random.Random(len(asked)).shuffle(asked)  # noqa: S311 - the same on every run
        asyncio.run(_look_at(asked, [server.port for server in self.servers]))

    def _paths(self) -> Paths:
        """Return what there is to look at, by the kinds of `scene.SHARES`."""
        size, makers = self.shop.size, self.shop.makers
        numbers = range(1, size.products + 1)
        drawn = self.shop.chance.sample(numbers, min(SAMPLE, size.products))
        searched = [(words.thing(n), words.material(n).split()[0]) for n in drawn]
        listings = {path for _ in range(SAMPLE // pages.SAMPLE) for path in self._listings()}
        return {
            "listing": sorted(listings),
            "product": [f"/produtos/{goods.product_slug(n)}" for n in numbers],
            "search": sorted({iri_to_uri(f"/produtos?q={a}+{b}") for a, b in searched}),
            "home": ["/"],
            "fair": [f"/feiras/{self.shop.fair_slug}"],
            "maker": [f"/quem-faz/bench-{n}" for n in range(1, makers + 1)],
        }

    def _windows(self) -> list[int]:
        with self.shop.meter.engine.connect() as connection:
            return list(connection.scalars(WINDOWS, {"id": self.shop.collection_id}))

    def _programs(self) -> dict[str, list[int]]:
        return {"web": [each.process.pid for each in self.servers], "worker": [self.worker.pid]}

    def _listings(self) -> list[str]:
        return pages.listing_paths(self.shop)


@contextmanager
def addressed(database: str) -> Iterator[str]:
    """Yield where a marketplace may be filled: SQLite's own file, or a server thrown away after."""
    if database == "sqlite":
        yield "sqlite://"
        return
    with postgres.throw_away_server(durable=True) as url:
        yield url


@contextmanager
def built(size: Size, url: str, front: str) -> Iterator[Town]:
    """Fill a marketplace and serve it as `docs/running.md` says, directly or through a proxy."""
    cores = os.sched_getaffinity(0)
    with ExitStack() as stack:
        stack.callback(os.sched_setaffinity, 0, cores)
        os.sched_setaffinity(0, sorted(cores)[:CORES])  # and all that is started from here
        filled = stack.enter_context(shop.opened(size, url))
        with filled.app.app_context():
            flask_migrate.stamp()
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="paneiro-load-"))
        own = filled.app.config["SQLALCHEMY_DATABASE_URI"]
        place = Installation(own, Path(name), settings=PROXIED)
        web = stack.enter_context(servers.served(place, PROCESSES))
        worker = stack.enter_context(_worker(place))
        ports = [server.port for server in web]
        if front == "nginx":
            proxy = stack.enter_context(proxies.nginx(ports, Path(name) / "nginx"))
            ports = [int(proxy.address.rpartition(":")[2])]
        yield Town(filled, place, web, worker, ports)


def _basket(number: int, purchase: Purchase, now: datetime) -> Row:
    kept = {"made_at": now, "touched_at": now}
    return {"id": FIRST_BASKET + number, "token_hash": hashed(purchase.token), **kept}


def _lines(number: int, purchase: Purchase, now: datetime) -> Iterator[Row]:
    for product_id in purchase.products:
        yield {
            "basket_id": FIRST_BASKET + number,
            "product_id": product_id,
            "quantity": 1,
            "price_cents": goods.price_of(product_id),
            "added_at": now,
        }


async def _look_at(paths: list[str], ports: list[int]) -> None:
    """Ask for these at each port, at all ports at once."""

    async def look(port: int) -> None:
        doors = wire.Doors([port])
        for path, address in zip(paths, wire.addresses(), strict=False):
            await doors.ask(wire.request("GET", path, address), address, PATIENCE_SECONDS)

    async with asyncio.TaskGroup() as going:
        for port in ports:
            going.create_task(look(port))


@contextmanager
def _worker(place: Installation) -> Iterator[subprocess.Popen[str]]:
    process = place.start("worker", log="worker")
    try:
        yield process
    finally:
        servers.end(process, signal.SIGTERM)
