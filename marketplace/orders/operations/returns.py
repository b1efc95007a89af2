"""Goods that were handed over come back."""

from collections.abc import Mapping
from datetime import datetime

from marketplace.catalogue.operations import stock
from marketplace.core.database import operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.orders.errors import MoveNotLawful, QuantityWrong
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.places import ON_THE_SPOT
from marketplace.orders.operations import facts, steps
from marketplace.orders.queries import orders as order_queries
from marketplace.payments.models.payments import PaymentState
from marketplace.payments.operations import payments, refunds


@operation
def accept_return(order_id: int, *, reason: str, by: Person, now: datetime) -> Order:
    """Take an order back though the law does not oblige to: the enterprise's own choice.

    :raises ReasonMissing: without one.
    :raises MoveNotLawful: unless it was handed over, and ordered before: what a till sold, a till
        undoes.
    """
    order = lock_one(order_queries.theirs(by).where(Order.id == order_id))
    if order.way in ON_THE_SPOT:
        raise MoveNotLawful(state=order.state.value)
    withdraw(order, by=by, now=now, reason=steps.required(reason))
    return order


@operation
def confirm_refund(
    order_id: int, *, resalable: Mapping[int, int] | None = None, by: Person, now: datetime
) -> Order:
    """Note that a withdrawn order's money was given back; ``resalable`` pieces by line id return.

    Money that came online goes back the same way by itself: then only the goods are noted.

    :raises MoveNotLawful: if it was not withdrawn, or that was noted already.
    :raises QuantityWrong: for more pieces than were handed over.
    """
    order = lock_one(order_queries.theirs(by).where(Order.id == order_id))
    if not order.awaits_return:
        raise MoveNotLawful(state=order.state.value)
    if not order.is_prepaid:
        _confirm_money(order, by=by, now=now)
    for product_id, line in order.stocked:
        pieces = (resalable or {}).get(line.id, 0)
        if not 0 <= pieces <= line.handed_over:
            raise QuantityWrong
        if pieces:
            stock.take_back(product_id, pieces, subject=line.subject, by=by, now=now)
    steps.note(order, "goods_back" if order.is_prepaid else "refunded", by=by, now=now)
    return order


def withdraw(order: Order, *, by: Person, now: datetime, reason: str) -> None:
    """Undo the sale in the books on this day; goods and money follow when they are back."""
    steps.move(order, State.WITHDRAWN, by=by, now=now, reason=reason)
    payment = steps.payment_of(order)
    if payment and payment.state is PaymentState.SETTLED:
        if order.is_prepaid:
            refunds.give_back(payment.id, payment.amount_cents, by=by, now=now)
        else:
            payments.owe_refund(payment.id, by=by, now=now)
    elif payment and payment.state is PaymentState.DUE:  # a Pix that nobody has seen
        payments.cancel_payment(payment.id, by=by, now=now)
    facts.take_back_all(order, by=by, now=now)


def _confirm_money(order: Order, *, by: Person, now: datetime) -> None:
    payment = steps.payment_of(order)
    if payment is None:  # it never arrived, as far as the books know
        return
    if payment.state is not PaymentState.REFUND_DUE:
        raise MoveNotLawful(state=order.state.value)
    payments.confirm_refund(payment.id, by=by, now=now)
