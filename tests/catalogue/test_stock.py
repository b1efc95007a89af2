from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from marketplace.catalogue.errors import BadQuantity, NotHeld, OutOfStock
from marketplace.catalogue.invariants import named
from marketplace.catalogue.models.products import Supply
from marketplace.catalogue.models.stock import MovementKind, Stock, StockMovement
from marketplace.catalogue.operations import products, stock
from marketplace.catalogue.signals import product_changed
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, Person
from tests.factories.catalogue import make_product, make_published

NOW = datetime(2030, 3, 1, 12, tzinfo=UTC)
BY = {"by": HOUSE, "now": NOW}
LINE = {"subject": "order_line:1", **BY}


def counts(product):
    row = db.session.get(Stock, product.id, populate_existing=True)
    return row.left_count, row.held_count, row.sold_count


def faults():
    return {rule: ids for rule, q in named.items() if (ids := list(db.session.scalars(q)))}


class TestReceive:
    def test_adds_to_what_is_left_and_keeps_the_movement(self):
        product = make_product(left=2)

        assert stock.receive(product.id, 3, reason="fornada", **BY) == 5

        assert counts(product) == (5, 0, 0)
        last = db.session.scalars(sa.select(StockMovement)).all()[-1]
        assert (last.kind, last.left_change, last.reason) == (MovementKind.RECEIVED, 3, "fornada")

    @pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
    def test_refuses_what_is_no_quantity(self, quantity):
        with pytest.raises(BadQuantity):
            stock.receive(make_product().id, quantity, **BY)

    def test_is_for_those_who_act_for_the_enterprise(self):
        with pytest.raises(NotFound):
            stock.receive(make_product().id, 1, by=Person(id=1), now=NOW)


class TestCountStock:
    @pytest.mark.parametrize(("found", "difference"), [(0, -4), (4, 0), (7, 3)])
    def test_sets_what_is_left_and_tells_the_difference(self, found, difference):
        product = make_product(left=4)

        assert stock.count_stock(product.id, found, **BY) == difference

        assert counts(product) == (found, 0, 0)
        assert not faults()

    def test_leaves_what_is_held_alone(self):
        product = make_published(left=4)
        stock.hold(product.id, 3, **LINE)

        stock.count_stock(product.id, 0, **BY)

        assert counts(product) == (0, 3, 0)
        assert not faults()


class TestChangeStock:
    @pytest.mark.parametrize(("difference", "after"), [(3, 8), (-5, 0)])
    def test_adds_or_takes_out(self, difference, after):
        product = make_published(left=5)

        assert stock.change_stock(product.id, difference, **BY) == after
        assert not faults()

    def test_never_goes_below_zero(self):
        with pytest.raises(OutOfStock):
            stock.change_stock(make_published(left=1).id, -2, **BY)

    def test_is_for_those_who_act_for_the_enterprise(self):
        for difference in (1, -1):
            with pytest.raises(NotFound):
                stock.change_stock(make_published().id, difference, by=Person(id=1), now=NOW)


class TestHoldEach:
    def test_holds_all_or_nothing(self):
        one, other = make_published(left=5), make_published(left=1)

        with pytest.raises(OutOfStock):
            stock.hold_each({other.id: (2, "line:2"), one.id: (2, "line:1")}, **BY)
        assert counts(one) == (5, 0, 0)

        stock.hold_each({other.id: (1, "line:2"), one.id: (2, "line:1")}, **BY)
        assert (counts(one), counts(other)) == ((3, 2, 0), (0, 1, 0))


class TestHold:
    def test_moves_pieces_from_left_to_held(self):
        product = make_published(left=4)

        assert stock.hold(product.id, 4, **LINE) is True

        assert counts(product) == (0, 4, 0)

    def test_refuses_more_than_are_left_and_says_how_many(self):
        product = make_published(left=2, name="Rede")

        with pytest.raises(OutOfStock, match="Only 2 of Rede left") as refused:
            stock.hold(product.id, 3, **LINE)

        assert refused.value.facts == {"name": "Rede", "left": 2, "product_id": product.id}
        assert counts(product) == (2, 0, 0)

    def test_says_sold_out_when_none_is_left(self):
        with pytest.raises(OutOfStock, match="Rede is sold out"):
            stock.hold(make_published(left=0, name="Rede").id, 1, **LINE)

    def test_takes_nothing_of_what_is_made_to_order(self):
        product = make_published(to_order=True)

        assert stock.hold(product.id, 50, **LINE) is False

        assert counts(product) == (0, 0, 0)

    @pytest.mark.parametrize(("before", "taken", "says"), [(9, 5, 0), (9, 6, 1), (3, 1, 1)])
    def test_marks_the_product_when_its_pages_say_something_else(self, before, taken, says):
        product = make_published(left=before)
        shown, heard = product.shown_version, []
        with product_changed.connected_to(lambda _s, **news: heard.append(news["product_id"])):
            stock.hold(product.id, taken, **LINE)

        db.session.refresh(product)
        assert product.shown_version - shown == says
        assert heard == [product.id] * says


class TestRelease:
    def test_puts_held_pieces_back(self):
        product = make_published(left=4)
        stock.hold(product.id, 3, **LINE)

        stock.release(product.id, 3, **LINE)

        assert counts(product) == (4, 0, 0)
        assert not faults()

    def test_refuses_to_put_back_twice(self):
        product = make_published(left=4)
        stock.hold(product.id, 2, **LINE)
        stock.hold(product.id, 2, subject="order_line:2", **BY)
        stock.release(product.id, 2, **LINE)

        with pytest.raises(NotHeld):
            stock.release(product.id, 2, **LINE)

        assert counts(product) == (2, 2, 0)

    def test_does_nothing_for_a_subject_that_took_none(self):
        product = make_published(to_order=True)
        stock.hold(product.id, 2, **LINE)
        products.save_product(product.id, {"supply": Supply.STOCK}, **BY)

        stock.release(product.id, 2, **LINE)

        assert counts(product) == (0, 0, 0)


class TestSellHeld:
    def test_hands_over_and_puts_the_rest_back(self):
        product = make_published(left=4)
        stock.hold(product.id, 3, **LINE)

        stock.sell_held(product.id, 2, **LINE)
        stock.release(product.id, 1, **LINE)

        assert counts(product) == (2, 0, 2)
        assert not faults()


class TestSell:
    def test_takes_from_what_is_left(self):
        product = make_published(left=4)

        stock.sell(product.id, 4, subject="slip:1", **BY)

        assert counts(product) == (0, 0, 4)
        with pytest.raises(OutOfStock):
            stock.sell(product.id, 1, subject="slip:2", **BY)


class TestTakeBack:
    def test_puts_sold_pieces_back_on_sale(self):
        product = make_published(left=4)
        stock.hold(product.id, 3, **LINE)
        stock.sell_held(product.id, 3, **LINE)

        stock.take_back(product.id, 2, **LINE)

        assert counts(product) == (3, 0, 1)
        assert not faults()

    def test_refuses_more_than_were_sold_under_the_subject(self):
        product = make_published(left=4)
        stock.sell(product.id, 1, subject="slip:1", **BY)
        stock.sell(product.id, 3, subject="slip:2", **BY)

        with pytest.raises(NotHeld):
            stock.take_back(product.id, 2, subject="slip:1", **BY)


def test_never_sells_a_piece_twice_when_all_ask_at_once(open_house):
    product_id = make_published(left=20).id
    db.session.remove()

    def ask(number):
        with open_house.app_context():
            try:
                return stock.hold(product_id, 1, subject=f"order_line:{number}", **BY)
            except OutOfStock:
                return False

    with ThreadPoolExecutor(8) as pool:
        held = sum(pool.map(ask, range(32)))

    assert held == 20
    row = db.session.get(Stock, product_id)
    assert (row.left_count, row.held_count) == (0, 20)
    assert not faults()
