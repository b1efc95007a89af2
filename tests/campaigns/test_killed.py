"""20 times `kill -9`, while people buy: of a web process or the worker, at moments drawn by a seed.

What somebody was told is kept, what nobody was told happened once or not at all, and the next
process goes on without a hand.
"""

import random
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from checks import postgres
from config import Testing
from marketplace.core import clock, invariants, queue, queue_state, seals
from marketplace.core.database import db
from marketplace.core.queue import LEASE, Job
from marketplace.notifications.models import Notice
from marketplace.orders.models.orders import Order, Purchase
from tests.campaigns import servers, shops
from tests.campaigns.scale import scaled
from tests.campaigns.servers import Browser, Installation, Server, Unanswered, end

KILLS, BUYERS, SEED = scaled(20), 6, 20_261_124
MOST_BETWEEN = 6  # orders from one kill to the next
BUSY = 503
PAUSE_SECONDS = 0.02


@pytest.fixture
def place(databases, tmp_path) -> Iterator[Installation]:
    """An installation whose database keeps what it says it kept."""
    if Testing.SQLALCHEMY_DATABASE_URI.startswith("sqlite"):
        with databases.empty("killed") as url, servers.installed(url, tmp_path) as place:
            yield place
    else:
        with (
            postgres.throw_away_server(durable=True) as url,
            servers.installed(url, tmp_path) as place,
        ):
            yield place


class Worker:
    """The queue's process; it is ready once it has done a job."""

    def __init__(self, place: Installation) -> None:
        self.place, self.done = place, 0
        self.start()

    def start(self) -> None:
        self.done = self._told()
        self.process = self.place.start("worker", log="worker")

    def wait(self) -> None:
        while self._told() == self.done:
            threading.Event().wait(PAUSE_SECONDS)

    def kill(self) -> None:
        end(self.process, signal.SIGKILL)

    def _told(self) -> int:
        log = self.place.folder / "worker.log"
        return log.read_text().count("job done") if log.exists() else 0


class Crowd:
    """People who buy and, when nobody answers, press the same button again somewhere else."""

    def __init__(self, place: Installation, web: list[Server], shop: shops.Shop) -> None:
        self.place, self.web, self.shop = place, web, shop
        self.told: list[str] = []  # where each was sent to see the order
        self.unanswered, self.strange = 0, set[int]()
        self.news, self.over = threading.Condition(), threading.Event()

    def buy_until_over(self, number: int) -> None:
        chance = random.Random(SEED + number)  # noqa: S311 - of a test
        while not self.over.is_set():
            browser = Browser(self.place)
            while "cesta" not in browser.cookies:
                self._press(chance, lambda s, b=browser: shops.put_in(b, s, self.shop))
            form = shops.order_form(self.shop, token=browser.token())
            form["email"] = "lucia@example.org"
            where = ""
            while not where:
                where = self._press(chance, lambda s, b=browser, f=form: shops.order(b, s, f))
            with self.news:
                self.told.append(where)
                self.news.notify_all()

    def wait_for(self, orders: int) -> None:
        with self.news:
            until = len(self.told) + orders
            assert self.news.wait_for(lambda: len(self.told) >= until, servers.PATIENCE_SECONDS)

    def _press(self, chance, act) -> str:
        """Press once, anywhere; return where one is sent, or nothing if it must be tried again."""
        try:
            answer = act(chance.choice(self.web))
        except Unanswered:
            self.unanswered += 1
            self.over.wait(PAUSE_SECONDS)
            return ""
        if answer.status not in (303, BUSY):
            self.strange.add(answer.status)
        return answer.location


def test_what_was_promised_is_kept_whoever_is_killed(place, record_property):
    shop = shops.open_shop(shops.CROWD)
    db.session.remove()
    chance = random.Random(SEED)  # noqa: S311 - of a test
    with servers.served(place) as web, ThreadPoolExecutor(BUYERS) as pool:
        crowd, worker = Crowd(place, web, shop), Worker(place)
        try:
            buyers = [pool.submit(crowd.buy_until_over, n) for n in range(BUYERS)]
            kill_one_after_another([*web, worker], crowd, chance)
        finally:
            crowd.over.set()
            [buyer.result() for buyer in buyers]
            worker.kill()
        seen = {Browser(place).get(web[0], path).status for path in crowd.told[-KILLS:]}

    assert crowd.strange == set()
    assert crowd.unanswered > 0
    assert seen == {200}
    assert place.faults() == []
    check_the_books(crowd.told)
    record_property("orders", len(crowd.told))


def kill_one_after_another(victims, crowd, chance):
    """Kill somebody else each time, in the middle of what the crowd has it do."""
    last = None
    for _kill in range(KILLS):
        last = chance.choice([victim for victim in victims if victim is not last])
        last.wait()
        crowd.wait_for(chance.randint(1, MOST_BETWEEN))
        last.kill()
        last.start()
    for victim in victims:
        victim.wait()
    crowd.wait_for(BUYERS)


def check_the_books(told):
    """Nothing that was told is lost, nothing is there twice, and every job is done."""
    queue.work_all(now=clock.now() + 2 * LEASE)
    keys = [where.removeprefix("/pedidos/") for where in told]
    assert len(set(keys)) == len(keys)
    assert set(db.session.scalars(sa.select(Purchase.link_key))) == set(keys)
    orders = set(db.session.scalars(sa.select(Order.id)))
    assert len(orders) == len(keys)
    assert invariants.broken() == {}
    assert list(seals.faults()) == []
    waiting = sa.select(Job.kind).where(Job.done_at.is_(None), Job.run_at < clock.now())
    assert db.session.scalars(waiting).all() == []
    assert db.session.scalars(queue_state.parked()).all() == []
    assert db.session.scalar(sa.select(sa.func.count(Notice.id))) == len(orders)
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
