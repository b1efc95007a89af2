from datetime import date, timedelta

import pytest

from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.errors import (
    MoveNotLawful,
    TooLateToChange,
    WindowFull,
    WithdrawalNotGiven,
)
from marketplace.orders.models.orders import State
from marketplace.orders.operations import buyers, handovers, moves, returns
from marketplace.payments.models.payments import Method, PaymentState
from marketplace.payments.queries import payments
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.orders import (
    at,
    choose_collection,
    make_accepted,
    make_basket,
    make_collection,
    make_delivered,
    make_order,
    place,
    reread,
)
from tests.orders.test_moves import stock_of

SECOND = timedelta(seconds=1)


def cancel(order, now=NOW):
    return buyers.cancel_order(
        order.purchase.link_key, order.letter, reason="", by=VISITOR, now=now
    )


def withdraw(order, now):
    return buyers.withdraw_order(order.purchase.link_key, order.letter, by=VISITOR, now=now)


def received(order, now=NOW):
    code = order.handover_code
    return handovers.hand_over(order.id, code, paid_with=Method.CASH, by=HOUSE, now=now)


class TestCancelOrder:
    def test_gives_back_stock_place_and_payment(self):
        order = make_accepted(products=[make_published(left=5)])

        cancel(order)

        assert reread(order).state is State.CANCELLED
        assert stock_of(order) == (5, 0, 0)
        assert order.window.taken == 0
        assert payments.live_of("order", order.id) is None
        assert order.events[-1].acted_as == "buyer"

    def test_leaves_the_other_orders_of_the_purchase_their_place(self):
        products = [make_published(), make_published()]
        sellers = [product.enterprise for product in products]
        choice = choose_collection(make_collection(*sellers))
        first, second = place(
            make_basket(*products), {seller.id: choice for seller in sellers}
        ).orders

        cancel(first)
        assert reread(second).window.taken == 1
        cancel(second)
        assert reread(second).window.taken == 0

    @pytest.mark.parametrize(("late", "allowed"), [(-SECOND, True), (timedelta(0), False)])
    def test_is_possible_until_the_closing(self, late, allowed):
        order = make_accepted()
        now = order.collection.closes_at + late

        if allowed:
            assert cancel(order, now).state is State.CANCELLED
        else:
            with pytest.raises(TooLateToChange):
                cancel(order, now)

    def test_is_possible_later_while_nobody_answered(self):
        order = make_order()

        assert cancel(order, order.collection.closes_at).state is State.CANCELLED

    def test_is_not_possible_once_it_is_on_its_way(self):
        order = make_delivered()
        moves.accept_order(order.id, by=HOUSE, now=NOW)
        moves.dispatch_order(order.id, by=HOUSE, now=NOW)

        with pytest.raises(TooLateToChange):
            cancel(order)

    def test_returns_the_stock_once(self):
        order = make_order(products=[make_published(left=5)])
        cancel(order)

        with pytest.raises(TooLateToChange):
            cancel(order)

        assert stock_of(order) == (5, 0, 0)

    def test_needs_the_link(self):
        order = make_order()

        with pytest.raises(NotFound):
            buyers.cancel_order(str(order.purchase.number), "A", by=VISITOR, now=NOW)


class TestChangeWindow:
    def change(self, order, window, now=NOW):
        buyers.change_window(
            *(order.purchase.link_key, order.collection_id, window.id), by=VISITOR, now=now
        )

    def test_moves_all_orders_of_the_visit(self):
        products = [make_published(), make_published()]
        sellers = [product.enterprise for product in products]
        collection = make_collection(*sellers)
        choice = choose_collection(collection)
        orders = place(make_basket(*products), {s.id: choice for s in sellers}).orders

        self.change(orders[0], collection.windows[1])

        assert [window.taken for window in collection.windows] == [0, 1]
        assert {order.window_id for order in orders} == {collection.windows[1].id}

    def test_refuses_one_that_is_full(self):
        order = make_order()
        full = order.collection.windows[1]
        product = make_published(left=9, enterprise=order.enterprise)
        choice = choose_collection(order.collection, window_id=full.id)
        for _place in range(2):
            make_order(products=[product], choice=choice)

        with pytest.raises(WindowFull):
            self.change(order, full)

    def test_refuses_one_of_another_day(self):
        order = make_order()
        other = make_collection(order.enterprise)

        with pytest.raises(WindowFull):
            self.change(order, other.windows[1])

    def test_is_possible_until_the_closing(self):
        order = make_order()

        with pytest.raises(TooLateToChange):
            self.change(order, order.collection.windows[1], order.collection.closes_at)

    def test_to_the_same_changes_nothing(self):
        order = make_order()

        self.change(order, order.collection.windows[0])

        assert order.collection.windows[0].taken == 1


class TestWithdrawOrder:
    def test_owes_the_money_until_the_seller_confirms_the_refund(self):
        order = received(make_delivered(product={"left": 5}))

        withdraw(order, NOW)
        assert payments.live_of("order", order.id).state is PaymentState.REFUND_DUE
        assert stock_of(order) == (3, 0, 2)

        (line,) = order.lines
        returns.confirm_refund(order.id, resalable={line.id: 1}, by=HOUSE, now=NOW)
        assert payments.live_of("order", order.id).state is PaymentState.REFUNDED
        assert stock_of(order) == (4, 0, 1)

    def test_is_given_for_seven_days_after_the_day_of_receipt(self):
        order = received(make_delivered(), now=at(9, date(2026, 12, 1)))
        end = at(0, date(2026, 12, 9))
        assert order.withdrawable_until == end

        with pytest.raises(WithdrawalNotGiven):
            withdraw(order, end)
        assert withdraw(order, end - SECOND).state is State.WITHDRAWN

    def test_is_not_given_for_what_was_seen_and_paid_at_the_stall(self):
        order = received(make_order())

        with pytest.raises(WithdrawalNotGiven):
            withdraw(order, NOW)

    @pytest.mark.parametrize("product", [{"perishable": True}, {"to_order": True}])
    def test_is_not_given_for_what_spoils_or_was_made_for_the_buyer(self, product):
        order = received(make_delivered(product=product))

        with pytest.raises(WithdrawalNotGiven):
            withdraw(order, NOW)

    def test_is_not_given_before_it_was_received(self):
        order = make_delivered()

        with pytest.raises(WithdrawalNotGiven):
            withdraw(order, NOW)


class TestAcceptReturn:
    def test_takes_back_what_the_law_does_not_oblige_to(self):
        order = received(make_order())

        returns.accept_return(order.id, reason="wrong size", by=HOUSE, now=NOW)

        assert reread(order).state is State.WITHDRAWN

    def test_refunds_once(self):
        order = received(make_order())
        returns.accept_return(order.id, reason="wrong size", by=HOUSE, now=NOW)
        returns.confirm_refund(order.id, by=HOUSE, now=NOW)

        with pytest.raises(MoveNotLawful):
            returns.confirm_refund(order.id, by=HOUSE, now=NOW)
