"""A marketplace to measure: its own database, filled in bulk, gone afterwards."""

import os
import random
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from bench import bulk, floors, goods, history, sales
from bench.bulk import Row
from bench.goods import Maker
from bench.history import MANAUS
from bench.measure import Meter, Size
from bench.served import Served
from marketplace import create_app
from marketplace.accounts.models import (
    Division,
    Grant,
    Municipality,
    Neighbourhood,
    Role,
    User,
    Zone,
)
from marketplace.accounts.operations.sessions import start_session
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import (
    Access,
    Enterprise,
    Kind,
    Member,
    Segment,
    Sex,
    Standing,
)
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations import calendar as fairs
from marketplace.fairs.operations.exhibitors import place_exhibitor
from marketplace.fairs.plans import DayPlan, FairPlan
from marketplace.orders.operations import rollups
from tests.databases import databases_for

MAKERS, EXHIBITORS = 200, 40
BEHIND_PROXY = {"PROXY_COUNT": "1"}  # visitors have addresses of their own
NO_PAGE_CACHE = {"PAGE_CACHE_BYTES": "0"}
HEAD, SELLER = 1, 2  # users: after the head, the manager of each maker


class Servers:
    """The processes that serve, each started when first asked for."""

    def __init__(self, settings: dict[str, str], log: Path) -> None:
        self._settings, self._log = settings, log
        self._running: dict[str, Served] = {}

    @property
    def house(self) -> Served:
        """Return the house as people are served, but that each page is made anew."""
        return self._called("house", NO_PAGE_CACHE)

    @property
    def caching(self) -> Served:
        """Return the house as people are served."""
        return self._called("caching", {})

    @property
    def sandbox(self) -> Served:
        """Return the stand-in of the payment provider."""
        return self._called("sandbox", {})

    @property
    def paying(self) -> Served:
        """Return the house as people are served who pay online, each page made anew."""
        return self._called("paying", NO_PAGE_CACHE | self._through())

    @property
    def worker(self) -> Served:
        return self._called("worker", self._through())

    @property
    def floor(self) -> Served:
        return self._called("floor", {})

    def _through(self) -> dict[str, str]:
        return {"SANDBOX": self.sandbox.url, "STRIPE_METHODS": "pix=119"}

    def started(self, what: str) -> Served:
        """Start one more, which is the caller's to stop: `house` or `floor`."""
        more = NO_PAGE_CACHE if what == "house" else {}
        return Served(what, self._settings | more, self._log)

    def stop(self) -> None:
        for server in self._running.values():
            server.close()

    def _called(self, name: str, more: dict[str, str]) -> Served:
        if name not in self._running:
            what = "house" if name == "caching" else name
            self._running[name] = Served(what, self._settings | more, self._log)
        return self._running[name]


@dataclass(frozen=True)
class Shop:
    """What figures are taken of: a filled database and the processes that serve from it."""

    app: Flask
    servers: Servers
    size: Size
    meter: Meter
    makers: int
    fair_slug: str
    collection_id: int
    window_id: int
    chance: random.Random

    @property
    def backend(self) -> str:
        return self.meter.engine.dialect.name

    @property
    def engine(self) -> str:
        """Which database it is, and of which version."""
        numbers = self.meter.engine.dialect.server_version_info or ()
        name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self.backend]
        return f"{name} {'.'.join(map(str, numbers))}"

    def cookie_of(self, user_id: int) -> str:
        """Return the cookie of somebody who has just logged in."""
        with self.app.app_context():
            now = clock.now()
            reference = start_session(user_id, device="bench", code_at=now, now=now)
        seal = SecureCookieSessionInterface().get_signing_serializer(self.app)
        value = seal.dumps({"_user_id": reference}) if seal else ""
        return f"{self.app.config['SESSION_COOKIE_NAME']}={value}"

    def products_of(self, maker: int) -> tuple[int, int]:
        """Return two products of the maker with this id; `goods` shares them out in turn."""
        first = (maker - 1) % self.makers or self.makers
        return first, first + self.makers


@contextmanager
def opened(size: Size, url: str = "sqlite://") -> Iterator[Shop]:
    """Fill a marketplace of this size, in a database of its own beside the one told, and open it.

    The servers are set up as `./run serve` behind a proxy, except that they keep no pages.
    """
    with tempfile.TemporaryDirectory(prefix="paneiro-bench-") as name:
        folder = Path(name)
        databases = databases_for(url, folder=folder, worker=f"bench{os.getpid()}")
        places = {"MEDIA_URL": f"file://{folder}/media", "SMTP_URL": f"file://{folder}/mail"}
        kept = places | {"SECRET_KEY": secrets.token_urlsafe(32), "PANEIRO_DATA": name}
        with databases.empty("figures") as own, ExitStack() as stack:
            told = {"SQLALCHEMY_DATABASE_URI": own, "SECRET_KEY": kept["SECRET_KEY"]}
            app = create_app("config.Development", **places | told)
            with app.app_context():
                engine = db.engine
            stack.callback(engine.dispose)
            servers = Servers(kept | BEHIND_PROXY | {"DATABASE_URL": own}, folder / "log")
            stack.callback(servers.stop)
            yield _filled(app, servers, Meter(engine, size))


def _filled(app: Flask, servers: Servers, meter: Meter) -> Shop:
    engine, size = meter.engine, meter.size
    now, makers = clock.now(), _makers(size.products)
    with app.app_context():
        db.create_all()
        with engine.begin() as connection:
            bulk.take_time(connection)
            floors.prepare(connection)
            _enter_people(connection, makers, now)
            goods.enter(connection, makers, size.products, now)
            history.enter(connection, makers, HEAD, now)
            sales.enter(connection, size.lines, products=size.products, now=now)
            connection.exec_driver_sql("ANALYZE sale_facts")  # else it is counted the slow way
        rollups.rebuild_all()
        fair = _fair([maker.id for maker in makers[:EXHIBITORS]], now)
        with engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        collection_id, window_id = _collection_of(fair)
        slug = fair.slug
    chance = random.Random(20_261_123)  # noqa: S311 - the same pages on every run
    return Shop(app, servers, size, meter, len(makers), slug, collection_id, window_id, chance)


def _collection_of(fair: Fair) -> tuple[int, int]:
    """Return where and when at a fair orders are collected."""
    collection_id = fair.days[0].collection_id
    found = sa.text("SELECT min(id) FROM collection_windows WHERE collection_id = :id")
    return collection_id or 0, db.session.scalar(found, {"id": collection_id})


def _makers(products: int) -> list[Maker]:
    number = max(2, min(MAKERS, products // 5))
    return [Maker(n, f"Grupo Bench {n}") for n in range(1, number + 1)]


def _enter_people(connection: sa.Connection, makers: list[Maker], now: datetime) -> None:
    place = {"municipality_code": MANAUS}
    city = {"name": "Manaus", "folded": "manaus", "state": "AM", "time_zone": "America/Manaus"}
    quarter = {"id": 1, "zone_id": 1, "name": "Centro", "folded": "centro"}
    person = {"name": "Bench", "password_hash": "none opens it", "made_at": now, "claimed_at": now}
    connection.execute(sa.insert(Municipality), [{"code": MANAUS, **city}])
    connection.execute(sa.insert(Zone), [{"id": 1, "slug": "sul", "name": "Sul", **place}])
    connection.execute(sa.insert(Neighbourhood), [quarter | place])
    connection.execute(sa.insert(Division), [{"id": 1, "slug": "bench", "name": "Bench", **place}])
    connection.execute(
        sa.insert(User),
        [
            {"id": number, "mobile": f"+55929{10_000_000 + number}", **person}
            for number in range(HEAD, HEAD + len(makers) + 1)
        ],
    )
    head = {"user_id": HEAD, "role": Role.HEAD, "division_id": 1, "given_at": now}
    connection.execute(sa.insert(Grant), [head])
    connection.execute(sa.insert(Enterprise), [_enterprise(maker, now) for maker in makers])
    connection.execute(sa.insert(Member), [_manager(maker, now) for maker in makers])


def _enterprise(maker: Maker, now: datetime) -> Row:
    segment = list(Segment)[maker.id % len(Segment)]
    return {
        "id": maker.id,
        "division_id": 1,
        "code": f"B{maker.id:03d}",
        "slug": f"bench-{maker.id}",
        "name": maker.name,
        "folded": maker.name.lower(),
        "kind": Kind.INFORMAL_GROUP,
        "standing": Standing.APPROVED,
        "segment": segment,
        "segments": [segment.value],
        "municipality_code": MANAUS,
        "neighbourhood_id": 1,
        "mobile": f"+55929{80_000_000 + maker.id}",
        "registered_at": now,
        "standing_since": now,
    }


def _manager(maker: Maker, now: datetime) -> Row:
    return {
        "enterprise_id": maker.id,
        "name": "Bench",
        "sex": Sex.MALE if maker.id % 2 else Sex.FEMALE,
        "user_id": HEAD + maker.id,
        "access": Access.MANAGER,
        "joined_on": now.date(),
    }


def _fair(exhibitors: list[int], now: datetime) -> Fair:
    """Announce a fair, in thirty days, with room for every order that will be measured."""
    day = now.date() + timedelta(days=30)
    plan = FairPlan(
        name="Feira Bench",
        place="Largo de São Sebastião",
        municipality_code=MANAUS,
        reservations_close_at=now + timedelta(days=28),
        days=(DayPlan(day, time(8), time(17)),),
        window_capacity=100_000,
    )
    fair = fairs.plan_fair(1, plan, by=HOUSE, now=now)
    for stall, enterprise_id in enumerate(exhibitors, start=1):
        place_exhibitor(fair.id, enterprise_id, str(stall), by=HOUSE, now=now)
    return fairs.announce_fair(fair.id, by=HOUSE, now=now)
