from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import prices, products
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.errors import BasketFull, NotForSale, QuantityOutOfRange
from marketplace.orders.models.baskets import Basket
from marketplace.orders.operations import baskets
from marketplace.orders.queries import baskets as queries
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.orders import make_basket

BY = {"by": VISITOR, "now": NOW}
SECOND = timedelta(seconds=1)


class TestPutIn:
    def test_makes_a_basket_at_the_first_time_and_keeps_only_its_hash(self):
        token = baskets.put_in(None, make_published().id, 2, **BY).token

        basket = db.session.scalars(sa.select(Basket)).one()
        assert len(token) >= 32
        assert token not in basket.token_hash
        assert queries.pieces(token) == 2

    def test_fills_the_same_basket_and_adds_to_what_is_there(self):
        first, second = make_published(), make_published()
        token = make_basket(first, second)

        assert baskets.put_in(token, first.id, 2, **BY).token == token

        quantities = {item.product_id: item.quantity for item in queries.contents(token, NOW).items}
        assert quantities == {first.id: 3, second.id: 1}

    def test_holds_no_stock(self):
        product = make_published(left=5)

        make_basket(product, quantity=3)

        assert db.session.get_one(Stock, product.id).left_count == 5

    def test_begins_a_new_basket_for_a_token_that_is_not_known(self):
        put = baskets.put_in("made up", make_published().id, 1, **BY)

        assert put.token not in ("", "made up")

    def test_refuses_what_nobody_sells(self):
        product = make_published()
        products.withdraw_product(product.id, by=HOUSE, now=NOW)

        with pytest.raises(NotForSale):
            baskets.put_in(None, product.id, 1, **BY)
        with pytest.raises(NotFound):
            baskets.put_in(None, 10**9, 1, **BY)

    @pytest.mark.parametrize("quantity", [-1, 0, 1000])
    def test_refuses_what_is_no_quantity(self, quantity):
        with pytest.raises(QuantityOutOfRange):
            baskets.put_in(None, make_published().id, quantity, **BY)

    def test_refuses_to_grow_over_the_most(self):
        product = make_published()
        token = make_basket(product, quantity=999)

        with pytest.raises(QuantityOutOfRange):
            baskets.put_in(token, product.id, 1, **BY)

    def test_refuses_more_kinds_than_a_basket_holds(self, monkeypatch):
        monkeypatch.setattr(baskets, "MOST_LINES", 2)
        token = make_basket(make_published(), make_published())

        with pytest.raises(BasketFull):
            baskets.put_in(token, make_published().id, 1, **BY)

    def test_lets_grow_what_is_in_a_full_basket(self, monkeypatch):
        monkeypatch.setattr(baskets, "MOST_LINES", 1)
        product = make_published()
        token = make_basket(product)

        baskets.put_in(token, product.id, 1, **BY)

        assert queries.pieces(token) == 2


class TestChanging:
    def test_sets_a_quantity(self):
        product = make_published()
        token = make_basket(product)

        baskets.change_quantity(token, product.id, 4, **BY)

        assert queries.pieces(token) == 4

    def test_takes_out_at_zero_and_by_name(self):
        first, second = make_published(), make_published()
        token = make_basket(first, second)

        baskets.change_quantity(token, first.id, 0, **BY)
        baskets.take_out(token, second.id, **BY)
        baskets.take_out(token, second.id, **BY)

        assert queries.contents(token, NOW).parts == ()

    def test_needs_the_basket_and_the_line(self):
        product, other = make_published(), make_published()

        with pytest.raises(NotFound):
            baskets.change_quantity("made up", product.id, 1, **BY)
        with pytest.raises(NotFound):
            baskets.change_quantity(make_basket(product), other.id, 1, **BY)


class TestClearOldBaskets:
    def test_forgets_what_was_not_touched_for_thirty_days(self):
        token = make_basket(make_published())
        end = NOW + timedelta(days=30)

        assert baskets.clear_old_baskets(by=HOUSE, now=end - SECOND) == 0
        assert queries.contents(token, end - SECOND).pieces == 1
        assert queries.contents(token, end).pieces == 0
        assert baskets.clear_old_baskets(by=HOUSE, now=end) == 1


class TestContents:
    def test_groups_by_enterprise_in_the_order_of_putting_in(self):
        first, other = make_published(), make_published()
        second = make_published(enterprise=first.enterprise, price_cents=100)

        contents = queries.contents(make_basket(first, other, second), NOW)

        assert [part.enterprise.id for part in contents.parts] == [
            first.enterprise_id,
            other.enterprise_id,
        ]
        assert [part.total_cents for part in contents.parts] == [2600, 2500]
        assert contents.total_cents == 5100
        assert contents.orderable

    def test_tells_a_price_that_changed(self):
        product = make_published(price_cents=2500)
        token = make_basket(product)
        prices.set_price(product.id, 2700, [], by=HOUSE, now=NOW)

        (item,) = queries.contents(token, NOW).items
        assert (item.price_changed, item.shown_cents, item.price_cents) == (True, 2500, 2700)

        baskets.accept_prices(token, **BY)
        assert not queries.contents(token, NOW).items[0].price_changed

    def test_tells_what_is_too_much_or_gone(self):
        few, gone = make_published(left=1), make_published()
        token = make_basket(few, gone, quantity=2)
        products.withdraw_product(gone.id, by=HOUSE, now=NOW)

        contents = queries.contents(token, NOW)

        assert [(item.too_many, item.for_sale) for item in contents.items] == [
            (True, True),
            (False, False),
        ]
        assert not contents.orderable

    def test_has_no_limit_for_what_is_made_to_order(self):
        token = make_basket(make_published(to_order=True), quantity=50)

        (item,) = queries.contents(token, NOW).items
        assert (item.left, item.too_many, item.lead_days) == (None, False, 10)
