"""The same sale from two requests, and two devices at the last pieces, at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.core import invariants
from marketplace.core.database import db
from marketplace.fairs.models.matters import Matter
from marketplace.fairs.models.tills import Till
from marketplace.orders.models.orders import Order
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.fairs import make_announced
from tests.factories.tills import line, make_bound, send, told_sale

THREADS = 6


@pytest.fixture
def the_books_are_right():
    """Asked of the house that is open."""


def test_are_kept_once_and_oversold_by_name(open_house):
    with open_house.app_context():
        _user, seller = make_producer()
        goods, fair = make_published(enterprise=seller, left=4), make_announced(seller)
        tills = [make_bound(seller, fair=fair).till_id for _ in range(2)]
        goods_id, same = goods.id, told_sale(line(goods))
        own = [told_sale(line(goods)) for _ in range(THREADS)]
        db.session.remove()
    together = Barrier(THREADS)

    def one(number):
        with open_house.app_context():
            till = db.session.get(Till, tills[0])
            other = db.session.get(Till, tills[number % 2])
            together.wait()
            try:
                first = send(till, same)
                return [answer.result for answer in (*first, *send(other, own[number]))]
            finally:
                db.session.remove()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(one, range(THREADS)))

    with open_house.app_context():
        assert Counter(first for first, _own in answers) == {"new": 1, "known": THREADS - 1}
        assert [own_one for _first, own_one in answers] == ["new"] * THREADS
        row = db.session.get(Stock, goods_id)
        assert (row.left_count, row.sold_count) == (0, THREADS + 1)
        assert db.session.scalar(sa.select(sa.func.sum(Matter.pieces))) == THREADS + 1 - 4
        assert db.session.scalar(sa.select(sa.func.count(Order.id))) == THREADS + 1
        assert invariants.broken() == {}
