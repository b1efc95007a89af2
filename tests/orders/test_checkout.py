from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import prices
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.errors import (
    BasketEmpty,
    BuyerMissing,
    MethodNotOffered,
    NotForSale,
    OneVisit,
    PriceChanged,
    SoldOut,
    WayNotOffered,
    WindowFull,
)
from marketplace.orders.models.orders import Order, Purchase, State
from marketplace.orders.models.places import Way, Window
from marketplace.orders.operations import baskets
from marketplace.orders.operations.checkout import Buyer, Choice
from marketplace.orders.queries import baskets as basket_queries
from marketplace.payments.models.payments import Method, Payment, PaymentState
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import (
    at,
    choose_collection,
    make_basket,
    make_collection,
    make_delivery,
    make_order,
    make_point,
    place,
)

HOUR = timedelta(hours=1)


class TestPlaceOrder:
    def test_makes_one_order_for_each_enterprise(self):
        first, second = make_published(), make_published(price_cents=1000)
        collection = make_collection(first.enterprise, second.enterprise)
        choice = choose_collection(collection)
        token = make_basket(first, second, quantity=2)

        purchase = place(token, {first.enterprise_id: choice, second.enterprise_id: choice})

        assert [(order.letter, order.total_cents) for order in purchase.orders] == [
            ("A", 5000),
            ("B", 2000),
        ]
        assert basket_queries.contents(token, NOW).items == []
        assert purchase.orders[0].code == f"{purchase.number}-A"
        assert len(purchase.link_key) * 6 >= 80

    def test_holds_the_stock_from_that_moment(self):
        product = make_published(left=5)

        make_order(products=[product], quantity=2)

        stock = db.session.get_one(Stock, product.id)
        assert (stock.left_count, stock.held_count) == (3, 2)

    def test_asks_each_enterprise_for_its_own_payment(self):
        order = make_order()

        payment = db.session.scalars(sa.select(Payment)).one()
        assert (payment.payable_id, payment.amount_cents, payment.state) == (
            order.id,
            order.total_cents,
            PaymentState.DUE,
        )
        assert payment.txid == f"P{order.purchase.number}A"

    def test_a_second_press_meets_the_first_purchase(self):
        product = make_published()
        choices = {product.enterprise_id: choose_collection(make_collection(product.enterprise))}
        token = make_basket(product)

        first = place(token, choices, key="pressed twice")
        second = place(token, choices, key="pressed twice")

        assert first is second
        assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 1

    def test_the_same_key_of_another_visitor_opens_nothing_of_the_first(self):
        product = make_published()
        choices = {product.enterprise_id: choose_collection(make_collection(product.enterprise))}

        first = place(make_basket(product), choices, key="guessed")
        second = place(make_basket(product), choices, key="guessed")

        assert first.id != second.id

    def test_gives_each_purchase_the_next_number(self):
        first, second = make_order().purchase.number, make_order().purchase.number

        assert second == first + 1

    def test_says_which_prices_changed_until_they_were_told(self):
        product = make_published(price_cents=2500)
        choices = {product.enterprise_id: choose_collection(make_collection(product.enterprise))}
        token = make_basket(product)
        prices.set_price(product.id, 2700, [], by=HOUSE, now=NOW)

        with pytest.raises(PriceChanged) as refused:
            place(token, choices)
        assert [(line.was_cents, line.now_cents) for line in refused.value.lines] == [(2500, 2700)]

        baskets.accept_prices(token, by=VISITOR, now=NOW)
        assert place(token, choices).orders[0].total_cents == 2700

    def test_names_all_of_which_there_is_too_little_and_orders_nothing(self):
        plenty, short, gone = make_published(left=9), make_published(left=1), make_published(left=0)
        sellers = [product.enterprise for product in (plenty, short, gone)]
        choice = choose_collection(make_collection(*sellers))
        token = make_basket(plenty, short, gone, quantity=2)

        with pytest.raises(SoldOut) as refused:
            place(token, {seller.id: choice for seller in sellers})

        assert {line.product_id: line.left for line in refused.value.lines} == {
            short.id: 1,
            gone.id: 0,
        }
        assert db.session.get_one(Stock, plenty.id).held_count == 0
        assert db.session.scalar(sa.select(sa.func.count(Purchase.id))) == 0

    def test_takes_the_very_last_pieces(self):
        product = make_published(left=2)

        make_order(products=[product], quantity=2)

        assert db.session.get_one(Stock, product.id).left_count == 0

    def test_refuses_what_is_no_longer_sold(self):
        product = make_published()
        choices = {product.enterprise_id: choose_collection(make_collection(product.enterprise))}
        token = make_basket(product)
        product.enterprise.paused_from = NOW.date()
        db.session.commit()

        with pytest.raises(NotForSale, match=product.name):
            place(token, choices)

    def test_refuses_an_empty_basket_and_an_unknown_one(self):
        product = make_published()
        token = make_basket(product)
        baskets.take_out(token, product.id, by=VISITOR, now=NOW)

        for nothing in (token, "no such token"):
            with pytest.raises(BasketEmpty):
                place(nothing, {})

    @pytest.mark.parametrize(
        ("field", "buyer"),
        [
            ("name", Buyer(" ", "(92) 99999-0000")),
            ("mobile", Buyer("Lúcia", "12345678")),
            ("email", Buyer("Lúcia", "(92) 99999-0000", "lucia at home")),
        ],
    )
    def test_names_what_is_missing_of_the_buyer(self, field, buyer):
        with pytest.raises(BuyerMissing) as refused:
            make_order(buyer=buyer)

        assert refused.value.facts == {"field": field}

    def test_refuses_a_way_of_paying_that_the_enterprise_does_not_take(self):
        with pytest.raises(MethodNotOffered):
            make_order(method=Method.OWN_PIX)
        with pytest.raises(MethodNotOffered):
            make_order(method=Method.CARD)

    def test_copies_the_product_so_that_later_changes_do_not_matter(self):
        product = make_published(price_cents=2500)
        order = make_order(products=[product])
        prices.set_price(product.id, 9900, [], by=HOUSE, now=NOW)

        assert order.lines[0].price_cents == 2500

    def test_marks_as_demonstration_what_is_ordered_of_demonstration_goods(self):
        product = make_published()
        product.is_demo = True
        db.session.commit()

        assert make_order(products=[product]).purchase.is_demo
        assert not make_order().purchase.is_demo


class TestCollectingAtAFair:
    def test_takes_one_place_for_all_orders_of_a_purchase(self):
        products = [make_published(), make_published()]
        sellers = [product.enterprise for product in products]
        collection = make_collection(*sellers)
        choice = choose_collection(collection)

        place(make_basket(*products), {seller.id: choice for seller in sellers})

        assert [window.taken for window in collection.windows] == [1, 0]

    def test_refuses_the_visit_after_the_last_place(self):
        product = make_published(left=9)
        collection = make_collection(product.enterprise)
        choice = choose_collection(collection)
        for _place in range(2):
            make_order(products=[product], quantity=1, choice=choice)

        with pytest.raises((WindowFull, WayNotOffered)):
            make_order(products=[product], quantity=1, choice=choice)

        assert collection.windows[0].taken == 2

    def test_wants_one_time_for_one_fair(self):
        products = [make_published(), make_published()]
        first, second = (product.enterprise_id for product in products)
        collection = make_collection(*(product.enterprise for product in products))
        early, late = (
            choose_collection(collection, window_id=window.id) for window in collection.windows
        )

        with pytest.raises(OneVisit):
            place(make_basket(*products), {first: early, second: late})

    @pytest.mark.parametrize(("late", "allowed"), [(-HOUR, True), (timedelta(0), False)])
    def test_closes_when_reservations_close(self, late, allowed):
        product = make_published()
        collection = make_collection(product.enterprise)
        choice, now = choose_collection(collection), collection.closes_at + late

        if allowed:
            make_order(products=[product], choice=choice, now=now)
        else:
            with pytest.raises(WayNotOffered):
                make_order(products=[product], choice=choice, now=now)

    def test_needs_the_stall_to_be_there(self):
        with pytest.raises(WayNotOffered):
            make_order(choice=choose_collection(make_collection(make_enterprise())))

    def test_needs_a_window_of_that_collection(self):
        product = make_published()
        collection = make_collection(product.enterprise)
        other = make_collection(product.enterprise).windows[0].id
        for window_id in (None, other):
            choice = choose_collection(collection, window_id=window_id)
            with pytest.raises(WayNotOffered):
                make_order(products=[product], choice=choice)

    def test_needs_time_to_make_what_is_made_to_order(self):
        slow = make_published(to_order=True, lead_days=13)
        just = make_published(to_order=True, lead_days=12)

        with pytest.raises(WayNotOffered):
            make_order(products=[slow])
        assert make_order(products=[just]).to_order

    def test_waits_until_the_tolerance_after_the_end(self):
        order = make_order()

        assert order.due_at == at(17) + HOUR


class TestAnswering:
    def test_gives_two_days(self):
        assert make_order().answer_by == NOW + 48 * HOUR

    def test_ends_when_the_fair_opens(self):
        now = at(8) - 20 * HOUR

        assert make_order(now=now).answer_by == at(8)

    def test_is_never_shorter_than_two_hours(self):
        product = make_published()
        collection = make_collection(product.enterprise, closes_at=at(17))
        now = at(9)

        order = make_order(products=[product], choice=choose_collection(collection), now=now)

        assert order.answer_by == now + 2 * HOUR


class TestCollectingAtAPoint:
    def test_waits_on_the_day_chosen_until_an_hour_after_closing(self):
        product = make_published()
        point, day = make_point(product.enterprise), NOW.date() + timedelta(days=2)

        order = make_order(
            products=[product], choice=Choice(Way.POINT, point_id=point.id, collect_on=day)
        )

        assert order.due_at == at(15, day)

    @pytest.mark.parametrize("days", [1, 5])  # tomorrow, and a Saturday
    def test_refuses_days_on_which_it_cannot_be_there(self, days):
        product = make_published()
        point, day = make_point(product.enterprise), NOW.date() + timedelta(days=days)

        with pytest.raises(WayNotOffered):
            make_order(
                products=[product], choice=Choice(Way.POINT, point_id=point.id, collect_on=day)
            )

    def test_refuses_what_is_only_sold_at_the_fair(self):
        product = make_published(at_point=False)
        point, day = make_point(product.enterprise), NOW.date() + timedelta(days=2)

        with pytest.raises(WayNotOffered):
            make_order(
                products=[product], choice=Choice(Way.POINT, point_id=point.id, collect_on=day)
            )


class TestDelivering:
    def test_adds_the_price_of_the_zone_to_the_order(self):
        product = make_published(by_delivery=True)
        zone_id = make_delivery(product.enterprise, price_cents=1400)

        order = make_order(
            products=[product],
            quantity=1,
            choice=Choice(Way.DELIVERY, zone_id=zone_id, address="Rua das Flores, 10"),
        )

        assert (order.delivery_cents, order.total_cents, order.due_at) == (1400, 3900, None)

    @pytest.mark.parametrize("offered", [True, False])
    def test_needs_an_address_in_a_zone_that_is_served(self, offered):
        product = make_published(by_delivery=True)
        zone_id = make_delivery(product.enterprise, offered=offered)
        address = "Rua" if offered else "Rua das Flores, 10"

        with pytest.raises(WayNotOffered):
            make_order(
                products=[product],
                choice=Choice(Way.DELIVERY, zone_id=zone_id, address=address),
            )

    def test_is_not_for_products_that_are_not_delivered(self):
        product = make_published(by_delivery=False)
        zone_id = make_delivery(product.enterprise)

        with pytest.raises(WayNotOffered):
            make_order(
                products=[product],
                choice=Choice(Way.DELIVERY, zone_id=zone_id, address="Rua das Flores, 10"),
            )


def test_an_order_begins_as_placed_with_its_codes():
    order = make_order()

    assert order.state is State.PLACED
    assert len(order.handover_code) == 6
    assert [event.kind for event in order.events] == ["placed"]
    assert db.session.scalars(sa.select(Window.taken)).all().count(1) == 1
