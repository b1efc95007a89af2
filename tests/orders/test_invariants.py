"""Each invariant is broken on purpose, and found."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.core import guards, invariants
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.orders import invariants as ours
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, OrderEvent, OrderLine, Purchase, State
from marketplace.orders.models.places import Collection, Way, Window
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.rollups import (
    SalesByChannel,
    SalesByDay,
    SalesByEnterprise,
    SalesBySeller,
    SaleValue,
)
from marketplace.orders.models.tenders import Tender
from marketplace.orders.operations import closing, handovers, moves, pieces, spot
from marketplace.orders.operations.pieces import Brought, Return
from marketplace.orders.operations.spot import Piece, SpotSale
from marketplace.payments.models.payments import Method, Payment, PaymentState
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.orders import make_collection, make_order


@pytest.fixture
def the_books_are_right():
    """Instead of the one that asks every invariant afterwards."""


def change(model, **values):
    @operation
    def behind_everybodys_back():
        db.session.execute(sa.update(model).values(**values))

    behind_everybodys_back()


def remove(model):
    @operation
    def behind_everybodys_back():
        db.session.execute(sa.delete(model))

    behind_everybodys_back()


def change_guarded(model, **values):
    @operation
    def behind_everybodys_back():
        with guards.lifted(model.__tablename__):
            db.session.execute(sa.update(model).values(**values))

    behind_everybodys_back()


def placed(**given):
    return make_order(products=[make_published(**given)])


def accepted_for_later():
    return moves.accept_order(placed(to_order=True).id, by=HOUSE, now=NOW)


def received(**given):
    order = placed(**given)
    code = order.handover_code
    return handovers.hand_over(order.id, code, paid_with=Method.CASH, by=HOUSE, now=NOW)


def cancelled():
    return closing.cancel_by_staff(placed().id, reason="x", by=HOUSE, now=NOW)


def add_purchase():
    facts = {"number": 1, "link_key": "x", "checkout_key": "x", "buyer_name": "x"}

    @operation
    def save():
        db.session.add(Purchase(**facts, buyer_mobile="x", placed_at=NOW))

    save()


def sold():
    """Sell at a stall, as a till does."""
    goods = make_published()
    own = (Piece(goods.enterprise_id, 1, goods.price_cents, goods.id),)
    there = make_collection(goods.enterprise).id
    sale = SpotSale("x", there, Way.STALL, own, {Method.CASH: goods.price_cents})
    return spot.sell(sale, by=HOUSE, now=NOW).purchase_id


def brought_back():
    """Sell one thing, and take it back."""
    purchase_id = sold()
    line = db.session.scalars(sa.select(OrderLine)).one()
    seller = db.session.scalars(sa.select(Order.enterprise_id)).one()
    piece = Brought(seller, line.product_id, "", 1, line.price_cents, False)
    back = Return("till_return:1", purchase_id, NOW.date(), False, "x", (piece,))
    pieces.take_back(back, by=HOUSE, now=NOW)


def undone():
    spot.void(sold(), reason="", by=HOUSE, now=NOW)


def taken_back_twice():
    order = placed(to_order=True)
    moves.accept_order(order.id, by=HOUSE, now=NOW)
    moves.refuse_order(order.id, reason="x", by=HOUSE, now=NOW)
    change_guarded(SaleFact, quantity=sa.case((SaleFact.quantity < 0, -9), else_=2))


BREAKS = {
    "orders.purchase_has_orders": add_purchase,
    "orders.goods_are_the_sum_of_lines": lambda: [placed(), change(OrderLine, charged=1)],
    "orders.one_payment_of_the_total": lambda: [placed(), change(Payment, amount_cents=1)],
    "orders.nothing_due_when_unpaid": lambda: [
        cancelled(),
        change(Payment, state=PaymentState.DUE),
    ],
    "orders.no_more_came_back_than_was_sold": lambda: [
        brought_back(),
        change_guarded(ReturnedPieces, quantity=2),
    ],
    "orders.what_was_given_back_is_in_the_books": lambda: [
        brought_back(),
        change_guarded(ReturnedPieces, direct_cents=1),
    ],
    "orders.tenders_are_the_total_on_the_spot": lambda: [sold(), change(Tender, amount_cents=1)],
    "orders.one_payment_of_each_tender": lambda: [sold(), change(Payment, amount_cents=1)],
    "orders.nothing_kept_of_what_was_undone": lambda: [
        undone(),
        change(Payment, state=PaymentState.SETTLED),
    ],
    "orders.waits_to_be_paid_by_a_term": lambda: [placed(), change(Order, pay_by=NOW)],
    "orders.stock_is_held_while_open": lambda: [placed(), change(Order, stock_held=False)],
    "orders.stock_held_is_what_orders_hold": lambda: [placed(), change(Stock, held_count=1)],
    "orders.stock_apart_is_what_offers_have": lambda: [placed(), change(Stock, apart_count=1)],
    "orders.nothing_was_reserved_after_the_end": lambda: [
        placed(),
        change(Collection, closed_at=NOW),
    ],
    "orders.windows_count_their_comers": lambda: [placed(), change(Window, taken=2)],
    "orders.received_has_its_instant": lambda: [received(), change(Order, handed_over_at=None)],
    "orders.received_is_what_is_charged": lambda: [received(), change(OrderLine, handed_over=1)],
    "orders.state_has_its_event": lambda: [placed(), change_guarded(OrderEvent, kind="x")],
    "orders.sales_are_what_was_received": lambda: [
        received(),
        change(Order, state=State.WITHDRAWN),
    ],
    "orders.handed_over_is_what_was_received": lambda: [
        received(to_order=True),
        change(OrderLine, handed_over=1),
    ],
    "orders.taken_is_what_is_promised": lambda: [
        accepted_for_later(),
        change(OrderLine, ordered=3),
    ],
    "orders.facts_have_the_price_of_their_line": lambda: [
        received(),
        change(OrderLine, price_cents=1),
    ],
    "orders.minus_takes_back_its_own": lambda: [
        taken_back_twice(),
        change_guarded(SaleFact, quantity=2),
    ],
    "orders.no_more_taken_back_than_counted": taken_back_twice,
    "orders.sales_by_enterprise_is_a_recount": lambda: [
        received(),
        change(SalesByEnterprise, makers_cents=1),
    ],
    "orders.sales_by_channel_is_a_recount": lambda: [
        received(),
        change(SalesByChannel, month=200001),
    ],
    "orders.sales_by_seller_is_a_recount": lambda: [
        received(),
        change(SalesBySeller, earned_cents=1),
    ],
    "orders.sales_by_day_is_a_recount": lambda: [received(), change(SalesByDay, lines=2)],
    "orders.sale_values_is_a_recount": lambda: [received(), remove(SaleValue)],
}


def test_there_is_a_break_for_every_invariant():
    assert BREAKS.keys() == ours.named.keys()


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_is_found_when_broken(rule):
    BREAKS[rule]()

    assert rule in invariants.broken()


def test_nothing_is_found_while_all_is_right():
    order = received()
    accepted_for_later()
    cancelled()
    undone()
    closing.lapse_unanswered(by=HOUSE, now=NOW + timedelta(days=3))

    assert order.state is State.HANDED_OVER
    assert not ours.named.keys() & invariants.broken().keys()
