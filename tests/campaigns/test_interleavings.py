"""Every two operations on one stock row, the first stopped at each of its points for the second.

It stops at the points of `core.failpoints` and before each of its writes to stock and orders. The
second then runs to its end, or until it can only wait for the first. Whatever they come to is what
one of them after the other would have come to.
"""

from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import products, stock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.models.baskets import BasketLine
from marketplace.orders.models.orders import Order, OrderLine, State
from marketplace.orders.models.places import Way
from marketplace.orders.operations import (
    baskets,
    buyers,
    closing,
    handovers,
    moves,
    returns,
    reviving,
)
from marketplace.orders.operations.checkout import Choice
from marketplace.payments.models.payments import Method
from tests.books import broken
from tests.campaigns import unguarded
from tests.campaigns.interleaving import Stage
from tests.conftest import make_house
from tests.factories import catalogue
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer
from tests.factories.orders import (
    choose_collection,
    make_basket,
    make_collection,
    make_delivery,
    place,
)

SCENES = 24  # of which each trial takes one
BY, CASH, WHY = {"by": HOUSE, "now": NOW}, {"paid_with": Method.CASH}, {"reason": "Acabou"}


class Scene(NamedTuple):
    """Six pieces of one product, by ids: three left, two held, one that comes back.

    Two of those left were held for a buyer who did not come.
    """

    product: int
    seller: int
    tokens: list[str]  # of two baskets with two pieces each
    choice: Choice
    held: int  # an order
    line: int
    code: str
    key: str
    due_at: datetime
    back: int  # an order that was withdrawn
    back_line: int
    missed: str  # the key of an order of two that nobody collected


def make_scenes():
    """Make them for one seller, at one fair."""
    _user, seller = make_producer()
    home = Choice(Way.DELIVERY, zone_id=make_delivery(seller), address="Rua das Flores, 10")
    fair = make_collection(seller, windows=())
    return [make_scene(seller, home, fair) for _ in range(SCENES)]


def make_scene(seller, home, fair):
    product = catalogue.make_published(enterprise=seller, by_delivery=True, left=6)
    choice = choose_collection(fair)

    def order(quantity, choice):
        token = make_basket(product, quantity=quantity)
        return place(token, {seller.id: choice}).orders[0]

    back = order(1, home)
    handovers.hand_over_without_code(back.id, **WHY, **CASH, **BY)
    returns.accept_return(back.id, **WHY, **BY)
    missed = moves.accept_order(order(2, choice).id, **BY)
    closing._end_one(missed.id, State.NO_SHOW, by=HOUSE, now=fair.due_at)
    held = moves.accept_order(order(2, choice).id, **BY)
    return Scene(
        product=product.id,
        seller=seller.id,
        tokens=[make_basket(product, quantity=2) for _ in range(2)],
        choice=choice,
        held=held.id,
        line=held.lines[0].id,
        code=held.handover_code,
        key=held.purchase.link_key,
        due_at=fair.due_at,
        back=back.id,
        back_line=back.lines[0].id,
        missed=missed.purchase.link_key,
    )


VERBS = {  # what the first does, or the second; two orders come from two baskets
    "come late": lambda s, n: reviving.revive_own(s.missed, "A", by=VISITOR, now=s.due_at),
    "put in": lambda s, n: baskets.put_in(s.tokens[1 - n], s.product, 1, by=VISITOR, now=NOW),
    "order": lambda s, n: place(s.tokens[n], {s.seller: s.choice}, key=f"{s.product}:{n}"),
    "cancel": lambda s, n: buyers.cancel_order(s.key, "A", by=VISITOR, now=NOW),
    "ready": lambda s, n: moves.mark_ready(s.held, separated={s.line: 1}, **WHY, **BY),
    "hand over": lambda s, n: handovers.hand_over(s.held, s.code, **CASH, **BY),
    "nobody came": lambda s, n: closing._end_one(s.held, State.NO_SHOW, by=HOUSE, now=s.due_at),
    "refund": lambda s, n: returns.confirm_refund(s.back, resalable={s.back_line: 1}, **BY),
    "receive": lambda s, n: stock.receive(s.product, 2, **BY),
    "count": lambda s, n: stock.count_stock(s.product, 1, **BY),
    "take out": lambda s, n: stock.change_stock(s.product, -2, **BY),
    "off sale": lambda s, n: products.withdraw_product(s.product, **BY),
}


class Theatre:
    """A house over a copy of the same scenes, as often as one is wanted."""

    def __init__(self, databases, folder):
        self.copied = partial(databases.copy, "scenes", "open")
        with self.copied() as url:
            self.url, self.house = url, make_house(url, folder)

    @contextmanager
    def stage(self, *, locks=True):
        with self.copied(), self.house.app_context():
            in_haste(db.engine)
            try:
                yield Stage(self.house, locks=locks)
            finally:  # or the next would play on what this one left open
                db.session.remove()
                db.engine.dispose()

    def play(self, stage, scenes, names):
        """Yield each interleaving with what came of it, and what may come of it."""
        points, lawful = in_turn(stage, scenes, names)
        if not stage.locks:
            unguarded.forget_checks(self.url)
            unguarded.unguard(db.engine)
        stops = [(n, at) for n in range(len(set(names))) for at in range(points[n])]
        for (n, at), scene in zip(stops, scenes[2 : len(stops) + 2], strict=True):
            step = -1 if n else 1
            ends = stage.interleave(*acts(scene, names)[::step], at)
            yield f"{names} with {names[n]} stopped at {at}", (ends[::step], books(scene)), lawful


def in_turn(stage, scenes, names):
    """Do both, one after the other, either way; return how many points each has, and the ends."""
    points, found = [], []
    for scene, step in zip(scenes, (1, -1), strict=False):
        first, second = acts(scene, names)[::step]
        end, passed = stage.count_points(first)
        ends = [end, stage.run(second)]
        points.append(passed)
        found.append((ends[::step], books(scene)))
    return points, found


def acts(scene, names):
    return [lambda n=n, name=name: VERBS[name](scene, n) for n, name in enumerate(names)]


def in_haste(engine):
    """Let SQLite not wait for the disk, as the tests' PostgreSQL does not."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))


def books(scene):
    """Return what is left, held and sold, the states of orders, and what lies in baskets."""
    of_it = OrderLine.product_id == scene.product
    asked = (
        sa.select(Stock.left_count, Stock.held_count, Stock.sold_count).where(
            Stock.product_id == scene.product
        ),
        sa.select(Order.state).join(OrderLine).where(of_it).order_by(Order.state),
        sa.select(BasketLine.quantity)
        .where(BasketLine.product_id == scene.product)
        .order_by(BasketLine.quantity),
    )
    found = [[tuple(row) for row in db.session.execute(query)] for query in asked]
    db.session.remove()
    return found


@pytest.fixture(scope="module")
def scenes(databases, blank, tmp_path_factory):
    with databases.copy(blank, "scenes") as url:
        house = make_house(url, tmp_path_factory.mktemp("scenes"))
        with house.app_context():
            in_haste(db.engine)
            made = make_scenes()
            db.session.remove()
            db.engine.dispose()
        yield made


@pytest.fixture
def theatre(scenes, databases, tmp_path):
    return Theatre(databases, tmp_path)


@pytest.mark.parametrize("first", VERBS)
def test_two_at_once_are_one_after_the_other(theatre, scenes, first, record_property):
    tried = 0
    for second in list(VERBS)[list(VERBS).index(first) :]:
        with theatre.stage() as stage:
            for what, end, lawful in theatre.play(stage, scenes, [first, second]):
                assert end in lawful, what
                tried += 1
            with db.engine.connect() as connection:
                assert broken(connection) == set()
    record_property("interleavings", tried)


@pytest.mark.parametrize("verb", ["count", "take out"])
def test_without_locks_they_are_not(theatre, scenes, verb):
    """The control: the same trial finds the fault once locks and guards are gone."""
    with theatre.stage(locks=False) as stage:
        played = list(theatre.play(stage, scenes, [verb, verb]))
    assert any(end not in lawful for _what, end, lawful in played)
