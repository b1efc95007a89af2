"""Reservations and tills at the same pieces at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.core import invariants
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.rights import HOUSE
from marketplace.fairs.models.matters import Matter
from marketplace.fairs.models.tills import Till
from marketplace.fairs.operations import offers
from marketplace.orders.models.places import Collection
from marketplace.orders.operations.offers import Wanted
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer
from tests.factories.fairs import make_announced
from tests.factories.orders import choose_collection, make_basket, place
from tests.factories.tills import line, make_bound, send, told_sale

BUYERS, SALES, APART, FREE = 6, 3, 4, 1


@pytest.fixture
def the_books_are_right():
    """Asked of the house that is open."""


def test_none_is_reserved_twice_and_no_till_takes_what_is_apart(open_house):
    with open_house.app_context():
        _user, seller = make_producer()
        goods, fair = make_published(enterprise=seller, left=APART + FREE), make_announced(seller)
        ours = (fair.id, seller.id, goods.id)
        offers.set_apart(*ours, Wanted(APART), by=HOUSE, now=NOW)
        collection = db.session.get_one(Collection, fair.days[0].collection_id)
        chosen, goods_id, seller_id = choose_collection(collection), goods.id, seller.id
        baskets = [make_basket(goods) for _ in range(BUYERS)]
        till = make_bound(seller, fair=fair).till_id
        sales = [told_sale(line(goods)) for _ in range(SALES)]
        db.session.remove()
    together = Barrier(BUYERS + SALES)

    def reserved(token):
        place(token, {seller_id: chosen})
        return "reserved"

    def one(number):
        with open_house.app_context():
            device = db.session.get(Till, till)
            together.wait()
            try:
                if number < SALES:
                    return send(device, sales[number], now=NOW)[0].result
                return reserved(baskets[number - SALES])
            except DomainError as refusal:
                return refusal.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(BUYERS + SALES) as pool:
        told = Counter(pool.map(one, range(BUYERS + SALES)))

    with open_house.app_context():
        assert (told["reserved"], told["new"]) == (APART, SALES)
        assert told.keys() <= {"reserved", "new", "sold_out", "way_not_offered"}
        row = db.session.get(Stock, goods_id)
        assert (row.left_count, row.apart_count, row.held_count) == (0, 0, APART)
        assert db.session.scalar(sa.select(sa.func.sum(Matter.pieces))) == SALES - FREE
        assert invariants.broken() == {}
