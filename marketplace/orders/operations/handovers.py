"""Goods change hands: by the buyer's code, or by people who say why without."""

import hmac
from collections.abc import Mapping
from datetime import datetime

from marketplace.catalogue.operations import stock
from marketplace.core import audit
from marketplace.core.database import operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.orders.errors import CodeLocked, MethodNotOffered, MoveNotLawful, WrongCode
from marketplace.orders.models.facts import FactKind
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.states import MOVES
from marketplace.orders.operations import facts, moves, offers, steps
from marketplace.orders.queries import orders as order_queries
from marketplace.payments import methods
from marketplace.payments.models.payments import Method, PaymentState
from marketplace.payments.operations import payments, releasing

MOST_TRIES = 5


def hand_over(
    order_id: int,
    code: str,
    *,
    quantities: Mapping[int, int] | None = None,
    reason: str = "",
    paid_with: Method,
    by: Person,
    now: datetime,
) -> Order:
    """Give the goods to who tells the 6-digit code, and confirm that they paid.

    ``quantities`` by line id, all that was set apart if none; less than that needs a reason, goes
    back on sale and lowers what is paid; of what was paid online the difference goes back. An order
    not answered yet is accepted by this.

    :raises WrongCode: for each of four wrong codes; the try is counted. :raises CodeLocked: after.
    """
    given = _hand_over_by_code(
        order_id, code, quantities=quantities, reason=reason, paid_with=paid_with, by=by, now=now
    )
    if isinstance(given, Order):
        return given
    if not given:
        raise CodeLocked
    raise WrongCode(left=given)


@operation
def _hand_over_by_code(
    order_id: int,
    code: str,
    *,
    quantities: Mapping[int, int] | None,
    reason: str,
    paid_with: Method,
    by: Person,
    now: datetime,
) -> Order | int:
    """Hand over, or count a wrong code and return how many tries are left: a refusal would not."""
    order = lock_one(order_queries.given_by(by).where(Order.id == order_id))
    _check_open(order)
    if order.handover_tries >= MOST_TRIES:
        raise CodeLocked
    if not hmac.compare_digest(code.strip().encode(), order.handover_code.encode()):
        order.handover_tries += 1
        audit.record("wrong_code", by=by, now=now, order_id=order.id, tries=order.handover_tries)
        return MOST_TRIES - order.handover_tries
    _give_seen(order, quantities, reason=reason, paid_with=paid_with, by=by, now=now)
    return order


@operation
def hand_over_without_code(
    order_id: int,
    *,
    reason: str,
    quantities: Mapping[int, int] | None = None,
    paid_with: Method,
    by: Person,
    now: datetime,
) -> Order:
    """Give the goods to somebody known by other means, and say by which.

    For the enterprise and for staff of its Division.

    :raises ReasonMissing: without one.
    """
    order = lock_one(order_queries.handed_over_by(by).where(Order.id == order_id))
    _check_open(order)
    why = steps.required(reason)
    _give_seen(order, quantities, reason=why, paid_with=paid_with, by=by, now=now)
    steps.note(order, "without_code", by=by, now=now, reason=why)
    return order


def is_open(order: Order) -> bool:
    """Whether it can still be handed over."""
    return order.state is State.PLACED or State.HANDED_OVER in MOVES[order.state]


def give(
    order: Order,
    quantities: Mapping[int, int] | None,
    *,
    reason: str,
    paid_with: Method,
    at_desk: bool = False,
    unseen: bool = False,
    at: datetime,
    by: Person,
    now: datetime,
) -> None:
    """Hand a locked, open order over, ``at`` a moment that may be past, and settle what is due.

    ``at_desk`` if a common desk takes the money; ``unseen`` if nobody saw it arrive: it is sold
    now, and its payment stays due until somebody looks.
    """
    if order.state is State.PLACED:
        moves.accept(order, by=by, now=now)
    if order.is_prepaid:
        paid_with = order.method
    given = moves.checked(order, quantities, {line.id: line.charged for line in order.lines})
    moves.explain(order, given, reason)
    _deliver(order, given, by=by, now=now)
    steps.recount(order, given, by=by, now=now)
    values = {"handed_over_at": at, "stock_held": False}
    steps.move(order, State.HANDED_OVER, by=by, now=now, reason=reason, values=values)
    _count_orders_fulfilled(order, paid_with, by=by, now=now)
    if unseen and not order.is_prepaid:
        _sell_unseen(order, paid_with, by=by, now=now)
    else:
        _confirm_payment(order, paid_with, at_desk=at_desk, by=by, now=now)


def _check_open(order: Order) -> None:
    if not is_open(order):
        raise MoveNotLawful(state=order.state.value)


def _give_seen(
    order: Order,
    quantities: Mapping[int, int] | None,
    *,
    reason: str,
    paid_with: Method,
    by: Person,
    now: datetime,
) -> None:
    """Hand over now, in a way of paying that the enterprise offers."""
    payment = steps.payment_of(order)
    if payment and payment.state is PaymentState.DUE:
        _check_method(order, paid_with, now)
    give(order, quantities, reason=reason, paid_with=paid_with, at=now, by=by, now=now)


def _check_method(order: Order, method: Method, now: datetime) -> None:
    amount, sells = order.total_cents, order.enterprise
    online = method in methods.online()
    if online or methods.refusal(method, amount_cents=amount, enterprise=sells, now=now):
        raise MethodNotOffered(enterprise=sells.name)


def _deliver(order: Order, given: Mapping[int, int], *, by: Person, now: datetime) -> None:
    """Take what is given out of what is held; the rest goes back on sale."""
    for product_id, line in order.stocked:
        line.handed_over, rest = given[line.id], line.ordered - given[line.id]
        line.separated = max(line.separated, line.handed_over)
        if line.handed_over:
            stock.sell_held(product_id, line.handed_over, subject=line.subject, by=by, now=now)
        if rest:
            offers.let_go(line, product_id, rest, by=by, now=now)


def _count_orders_fulfilled(order: Order, method: Method, *, by: Person, now: datetime) -> None:
    """Show what fulfils orders taken before; what is not handed over was not taken after all."""
    lines = [line for line in order.lines if line.to_order]
    less = {line.id: line.ordered - line.handed_over for line in lines}
    facts.take_back_less(order, less, by=by, now=now)
    given = {line.id: line.handed_over for line in lines}
    facts.record(order, FactKind.HANDED_OVER, given, method=method, by=by, now=now)


def _sell_unseen(order: Order, method: Method, *, by: Person, now: datetime) -> None:
    """Write the sale of what is due, and leave its payment due in the way in which it was made."""
    payment = steps.payment_of(order)
    if payment is None or payment.state is not PaymentState.DUE:
        return
    if payment.method is not method:
        payments.change_method(payment.id, method, by=by, now=now)
    facts.record_ready(order, method, by=by, now=now)


def _confirm_payment(
    order: Order, method: Method, *, at_desk: bool, by: Person, now: datetime
) -> None:
    """Settle what is due, in the way it was really paid: seen by who hands over.

    For what was paid online, the time until its share may be paid out begins.
    """
    payment = steps.payment_of(order)
    if payment and order.is_prepaid:
        releasing.note_fulfilled(payment.id, by=by, now=now)
    if payment is None or payment.state is not PaymentState.DUE:
        return
    payments.settle_payment(payment.id, method=method, at_desk=at_desk, by=by, now=now)
