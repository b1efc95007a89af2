"""What tills tell, replayed from outside: shuffled, again and again, at two processes at once.

Four tills of two fairs send the sales of a long time. A third of the answers is never read, as when
the line breaks; each batch comes up to three times, in any order, beside those of the other tills.
In the end each sale is kept once, at the fair and on the day of its till.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.products import Product
from marketplace.catalogue.models.stock import Stock
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.models.tills import Till, TillSale
from marketplace.fairs.queries.till_accounts import accounts
from marketplace.fairs.schemas import MOST_ROWS
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, OrderLine
from marketplace.orders.models.places import Collection
from tests.campaigns.scale import SQLITE_IF_BRIEF, scaled
from tests.campaigns.servers import HOST, Server
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.fairs import make_announced
from tests.factories.orders import soon
from tests.factories.tills import body, line, make_bound, told_sale

pytestmark = SQLITE_IF_BRIEF

SALES, SEED = 50_000, 20_261_129
PLENTY, FEW = 1_000_000, 40
LEFT, OFTEN = (PLENTY, PLENTY, FEW), (9, 9, 2)  # of the last more is sold than there is
TIMES = (1, 1, 2, 3)
LOST = 1 / 3  # of the answers
BEHIND_SECONDS = 900  # a batch waits its turn behind all those whose answers nobody reads


class Device(NamedTuple):
    """A till from outside: what opens it, and all that it sold."""

    till_id: int
    token: str
    sales: list[dict[str, Any]]


class Delivery(NamedTuple):
    """A batch on its way; ``heard`` tells whether the till waits for the answer."""

    token: str
    batch: bytes
    rows: int
    heard: bool


@pytest.fixture
def chance() -> random.Random:
    """The same numbers on every run."""
    return random.Random(SEED)  # noqa: S311 - of a test


@pytest.fixture
def devices(books, chance) -> list[Device]:
    """Two tills of one stall, one of another, and one at a fair of another day; all have sold."""
    now = clock.now()
    (_ana, stall), (_bia, other) = make_producer(), make_producer()
    db.session.get_one(Enterprise, other.id).division_id = stall.division_id
    db.session.commit()
    first = make_announced(stall, other, days=(soon(0)["day"],), now=now)
    second = make_announced(stall, days=(soon(3)["day"],), now=now)
    goods = {
        seller.id: [make_published(enterprise=seller, left=left, now=now) for left in LEFT]
        for seller in (stall, other)
    }
    places = ((stall, first), (stall, first), (other, first), (stall, second))
    bound = [(seller.id, make_bound(seller, fair=fair, now=now)) for seller, fair in places]
    each = scaled(SALES) // len(places)
    return [Device(one.till_id, one.token, sold(goods[of], each, chance)) for of, one in bound]


def sold(goods: list[Product], number: int, chance: random.Random) -> list[dict[str, Any]]:
    at = clock.now().isoformat()
    pieces = [
        line(one, chance.randint(1, 3)) for one in chance.choices(goods, weights=OFTEN, k=number)
    ]
    return [told_sale(one, made_at=at, sequence=n) for n, one in enumerate(pieces, 1)]


def deliveries(device: Device, chance: random.Random) -> Iterator[Delivery]:
    """Cut what a till sold into batches of any size, in any order; tell each up to three times."""
    left = chance.sample(device.sales, len(device.sales))
    at = clock.now().isoformat()
    while left:
        size = chance.randint(1, MOST_ROWS)
        told, left = left[:size], left[size:]
        for _time in range(chance.choice(TIMES)):
            chance.shuffle(told)
            yield Delivery(device.token, body(told, sent_at=at), len(told), chance.random() > LOST)


def deliver(server: Server, one: Delivery) -> Counter[str]:
    """Send a batch as a till does; count what is answered, or that nobody heard it."""
    line_ = HTTPConnection(HOST, server.port, timeout=BEHIND_SECONDS)
    headers = {"Authorization": f"Bearer {one.token}", "Content-Type": "application/json"}
    try:
        line_.request("POST", "/caixa/envio", one.batch, headers)
        if not one.heard:
            return Counter(unheard=one.rows)
        answer = line_.getresponse()
        assert answer.status == HTTPStatus.OK, answer.read()
        return Counter(row["result"] for row in json.load(answer)["results"])
    finally:
        line_.close()


def replay(web: list[Server], some: list[Delivery]) -> Counter[str]:
    """Let four lines deliver at once, at two processes in turn."""
    turns = [web[n % len(web)] for n in range(len(some))]
    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(deliver, turns, some), Counter[str]())


def test_each_sale_is_kept_once(devices, web, chance, record_property):
    shuffled = [one for device in devices for one in deliveries(device, chance)]
    chance.shuffle(shuffled)
    fates = replay(web, shuffled)
    last = [one._replace(heard=True) for one in shuffled]  # until each was heard
    fates += replay(web, last)

    db.session.remove()
    assert set(fates) == {"new", "known", "unheard"}  # or it was not tried
    for device in devices:
        kept_once(device)
    of_all = [one for device in devices for sale in device.sales for one in sale["lines"]]
    stock_agrees(of_all)
    number = sum(len(device.sales) for device in devices)
    record_property(
        "told",
        f"tills replayed: seed {SEED}, {number} sales told {fates.total()} times,"
        f" 0 lost, 0 twice; {dict(fates)}",
    )


def kept_once(device: Device) -> None:
    """Compare what a till sold with what the house has of it: sales, sums, fair and day."""
    told = sa.select(TillSale.code, TillSale.sequence, TillSale.total_cents)
    rows = db.session.execute(told.where(TillSale.till_id == device.till_id)).all()
    own = [(one["id"], one["sequence"], one["total_cents"]) for one in device.sales]
    assert sorted(tuple(row) for row in rows) == sorted(own)
    total = sum(one["total_cents"] for one in device.sales)
    account = accounts([device.till_id])[device.till_id]
    assert (account.total_cents, account.missing) == (total, 0)
    till = db.session.get_one(Till, device.till_id)
    day = db.session.get_one(Collection, till.collection_id).day
    assert at_fairs(device.till_id) == {(till.fair_id, day): total}


def at_fairs(till_id: int) -> dict[tuple[int, date], int]:
    """Return what was sold by a till, by fair and day."""
    query = (
        sa.select(SaleFact.fair_id, SaleFact.occurred_on, sa.func.sum(SaleFact.gross_cents))
        .join(OrderLine, OrderLine.id == SaleFact.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(TillSale, TillSale.purchase_id == Order.purchase_id)
        .where(TillSale.till_id == till_id)
        .group_by(SaleFact.fair_id, SaleFact.occurred_on)
    )
    return {(fair_id, day): cents for fair_id, day, cents in db.session.execute(query)}


def stock_agrees(lines: list[dict[str, Any]]) -> None:
    """Compare pieces: what is sold, and that what was sold beyond the count is named."""
    pieces = Counter[int]()
    for one in lines:
        pieces[one["product"]] += one["quantity"]
    counted = db.session.execute(sa.select(Stock.product_id, Stock.sold_count, Stock.left_count))
    beyond = 0
    for product_id, sold_count, left_count in counted:
        assert sold_count == pieces[product_id]
        assert left_count >= 0
        beyond += max(0, sold_count - FEW) * (left_count == 0)
    named = sa.select(sa.func.sum(Matter.pieces)).where(Matter.kind == MatterKind.STOCK)
    assert db.session.scalar(named) == beyond > 0
