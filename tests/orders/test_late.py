"""Money that comes after its order was let go: taken up again, or given back."""

import pytest

from marketplace.core import clock
from marketplace.core.rights import VISITOR
from marketplace.orders.models.orders import State
from marketplace.orders.operations import buyers
from marketplace.payments import sending
from marketplace.payments.models.online import Refund, RefundState
from marketplace.payments.models.payments import PaymentState
from tests.factories.accounts import saved_change
from tests.factories.catalogue import make_published
from tests.factories.orders import make_order, reread, seller_of
from tests.factories.paying import make_opened, pay
from tests.orders.test_paying import (
    every,
    let_go,
    payment_of,
    pending,
    pix_is_open,
    sold,
    stock_of,
    told,
    work,
)

__all__ = ["pix_is_open"]


class TestTakeUp:
    def late(self, bank, *products, **given):
        """Order, let the code and then the order lapse."""
        purchase, attempt = make_opened(*products, **given)
        bank.wait(3600)
        sending.ask_again(attempt.intent_id, now=clock.now())
        for order in purchase.orders:
            let_go(order)
        return purchase.orders, attempt

    @pytest.mark.scenario(21)
    @pytest.mark.scenario(25)
    def test_takes_up_again_what_is_there_when_its_money_comes(self, bank):
        product = make_published(left=5)
        (order,), attempt = self.late(bank, product)
        seller = seller_of(order)

        pay(bank, attempt)
        work()

        assert reread(order).state is State.PLACED
        assert (every(Refund), stock_of(product), sold(order)) == ([], (3, 2, 0), 2)
        assert payment_of(order).state is PaymentState.SETTLED
        assert told(seller.id) == ["sale_placed"]

    @pytest.mark.scenario(21)
    @pytest.mark.scenario(25)
    def test_gives_back_what_is_gone_by_then_and_goes_on_with_the_rest(self, bank):
        product, there = make_published(left=2), make_published(price_cents=900)
        (gone, kept), attempt = self.late(bank, product, there)
        make_order(products=[product], quantity=1)

        pay(bank, attempt)
        work()

        assert (reread(gone).state, reread(kept).state) == (State.NOT_PAID, State.PLACED)
        (refund,) = every(Refund)
        assert (refund.amount_cents, refund.state) == (gone.total_cents, RefundState.DONE)
        assert (pending(gone), stock_of(product), sold(gone)) == (0, (1, 1, 0), 0)

    @pytest.mark.parametrize("what", ["window", "fair", "seller"])
    def test_gives_back_what_cannot_be_had_any_more(self, bank, what):
        product = make_published(left=5)
        (order,), attempt = self.late(bank, product)
        if what == "window":
            saved_change(order.window, taken=order.window.capacity)
        elif what == "fair":
            saved_change(order.collection, cancelled_at=clock.now())
        else:
            saved_change(order.enterprise, paused_from=clock.today("America/Manaus"))

        pay(bank, attempt)
        work()

        assert reread(order).state is State.NOT_PAID
        assert [refund.amount_cents for refund in every(Refund)] == [order.total_cents]
        assert stock_of(product) == (5, 0, 0)
        saved_change(order.window, taken=0)

    def test_gives_back_what_its_buyer_gave_up(self, bank):
        purchase, attempt = make_opened()
        bank.wait(3600)
        sending.ask_again(attempt.intent_id, now=clock.now())
        buyers.cancel_order(purchase.link_key, "A", by=VISITOR, now=clock.now())

        pay(bank, attempt)

        assert reread(purchase.orders[0]).state is State.CANCELLED
        assert len(every(Refund)) == 1
