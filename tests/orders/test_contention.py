"""Many people at one order or at the last pieces: with threads and real commits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import stock as stock_operations
from marketplace.core import invariants
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.models.orders import Order, Purchase, State
from marketplace.orders.models.places import Window
from marketplace.orders.operations import buyers, closing, handovers, reviving
from marketplace.payments.models.payments import Method
from marketplace.payments.queries import payments
from tests.factories import catalogue
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer
from tests.factories.orders import (
    choose_collection,
    make_accepted,
    make_basket,
    make_collection,
    make_order,
    place,
)

THREADS, PIECES = 8, 5
BY = {"by": HOUSE, "now": NOW}


def make_published(**given):
    """Return a product of an enterprise that somebody manages, as the invariants ask."""
    _user, enterprise = make_producer()
    return catalogue.make_published(enterprise=enterprise, **given)


@pytest.fixture
def rush(open_house):
    """Let functions run at the same moment, each in a thread; count how they ended."""

    def run(*acts):
        db.session.remove()
        together = Barrier(len(acts))

        def one(act):
            with open_house.app_context():
                together.wait()
                try:
                    act()
                except DomainError as refusal:
                    return refusal.code
                finally:
                    db.session.remove()
                return "done"

        with ThreadPoolExecutor(len(acts)) as pool:
            answers = Counter(pool.map(one, acts))
        assert invariants.broken() == {}
        return answers

    return run


@pytest.fixture
def the_books_are_right():
    """Asked by each rush, of the house that is open."""


def buying(token, choices, key):
    return lambda: place(token, choices, key=key)


def test_the_last_pieces_are_sold_once(rush):
    product = make_published(left=PIECES)
    collection = make_collection(product.enterprise, windows=())
    choices = {product.enterprise_id: choose_collection(collection)}
    product_id = product.id
    tokens = [make_basket(product) for _thread in range(THREADS)]

    answers = rush(*(buying(token, choices, f"key {token}") for token in tokens))

    assert answers == {"done": PIECES, "sold_out": THREADS - PIECES}
    stock = db.session.get_one(Stock, product_id)
    assert (stock.left_count, stock.held_count) == (0, PIECES)


def test_baskets_with_the_same_goods_the_other_way_round_do_not_wait_for_each_other(rush):
    goods = [make_published(left=50), make_published(left=50)]
    sellers = [product.enterprise for product in goods]
    choice = choose_collection(make_collection(*sellers, windows=()))
    choices = {seller.id: choice for seller in sellers}
    tokens = [make_basket(*(goods if n % 2 else goods[::-1])) for n in range(THREADS)]

    assert rush(*(buying(token, choices, f"key {token}") for token in tokens)) == {"done": THREADS}

    numbers = list(db.session.scalars(sa.select(Purchase.number).order_by(Purchase.number)))
    assert numbers == list(range(numbers[0], numbers[0] + THREADS))


def test_the_last_place_in_a_window_is_given_once(rush):
    product = make_published(left=50)
    collection = make_collection(product.enterprise)
    choices = {product.enterprise_id: choose_collection(collection)}
    tokens = [make_basket(product) for _thread in range(THREADS)]

    answers = rush(*(buying(token, choices, f"key {token}") for token in tokens))

    assert answers["done"] == 2
    assert set(answers) <= {"done", "window_full", "way_not_offered"}


def test_a_button_pressed_by_many_fingers_is_one_purchase(rush):
    product = make_published(left=50)
    choices = {product.enterprise_id: choose_collection(make_collection(product.enterprise))}
    token = make_basket(product)

    assert rush(*[buying(token, choices, "one key")] * THREADS) == {"done": THREADS}

    assert db.session.scalar(sa.select(sa.func.count(Purchase.id))) == 1
    assert db.session.scalars(sa.select(Window.taken).order_by(Window.id)).all() == [1, 0]


def test_either_it_is_handed_over_or_nobody_came(rush):
    order = make_accepted(products=[make_published(left=PIECES)], quantity=PIECES)
    order_id, code, due_at, product_id = (
        *(order.id, order.handover_code, order.due_at),
        order.lines[0].product_id,
    )

    def hand_over():
        handovers.hand_over(order_id, code, paid_with=Method.CASH, by=HOUSE, now=due_at)

    def expire():
        closing.close_no_shows(by=HOUSE, now=due_at)

    rush(*[hand_over, expire] * (THREADS // 2))

    state = db.session.get_one(Order, order_id).state
    stock = db.session.get_one(Stock, product_id)
    counts = (stock.left_count, stock.held_count, stock.sold_count)
    assert counts == {State.HANDED_OVER: (0, 0, PIECES), State.NO_SHOW: (PIECES, 0, 0)}[state]


def test_a_late_buyer_or_another_gets_the_pieces_and_never_both(rush):
    product = make_published(left=PIECES)
    missed = make_accepted(products=[product], quantity=PIECES)
    order_id, due_at, product_id, key = (
        *(missed.id, missed.due_at, product.id),
        missed.purchase.link_key,
    )
    closing.close_no_shows(by=HOUSE, now=due_at)

    def revive():
        reviving.revive_order(order_id, by=HOUSE, now=due_at)

    def revive_own():
        reviving.revive_own(key, "A", by=VISITOR, now=due_at)

    def take_out():
        stock_operations.change_stock(product_id, -PIECES, by=HOUSE, now=due_at)

    rush(*[revive, take_out, revive_own] * (THREADS // 2))

    state = db.session.get_one(Order, order_id).state
    stock = db.session.get_one(Stock, product_id)
    counts = (stock.left_count, stock.held_count)
    assert counts == {State.ACCEPTED: (0, PIECES), State.NO_SHOW: (0, 0)}[state]
    kept = payments.live_of("order", order_id)
    assert (kept is not None) is (state is State.ACCEPTED)


def test_either_the_buyer_cancels_or_the_stall_hands_over(rush):
    order = make_accepted(products=[make_published(left=PIECES)], quantity=PIECES)
    order_id, code, key = order.id, order.handover_code, order.purchase.link_key

    def hand_over():
        handovers.hand_over(order_id, code, paid_with=Method.CASH, **BY)

    def cancel():
        buyers.cancel_order(key, "A", by=VISITOR, now=NOW)

    answers = rush(*[hand_over, cancel] * (THREADS // 2))

    assert answers["done"] == 1


def test_two_parts_cancelled_together_leave_their_window(rush):
    goods = [make_published(), make_published()]
    sellers = [product.enterprise for product in goods]
    choice = choose_collection(make_collection(*sellers))
    purchase = place(make_basket(*goods), {seller.id: choice for seller in sellers})
    key = purchase.link_key

    def cancelling(letter):
        return lambda: buyers.cancel_order(key, letter, by=VISITOR, now=NOW)

    assert rush(cancelling("A"), cancelling("B")) == {"done": 2}

    assert db.session.scalars(sa.select(Window.taken).order_by(Window.id)).all() == [0, 0]


def test_a_code_cannot_be_guessed_by_many_at_once(rush):
    order = make_order(products=[make_published()])
    order_id, code = order.id, order.handover_code
    wrong = "000000" if code != "000000" else "111111"

    def guess():
        handovers.hand_over(order_id, wrong, paid_with=Method.CASH, **BY)

    answers = rush(*[guess] * THREADS)

    assert answers == {"wrong_code": 4, "code_locked": THREADS - 4}
