"""What the enterprise does with an order before it is handed over."""

from collections.abc import Mapping
from datetime import datetime

from marketplace.core.database import operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.orders.errors import AnswerTooLate, NothingLeft, QuantityWrong, WayNotOffered
from marketplace.orders.models.facts import FactKind
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.places import Way
from marketplace.orders.operations import facts, steps
from marketplace.orders.queries import orders as order_queries


@operation
def accept_order(order_id: int, *, by: Person, now: datetime) -> Order:
    """Promise to fulfil the order; an *encomenda* counts as taken from here on.

    :raises NotFound: if ``by`` does not act for the enterprise.
    :raises AnswerTooLate: from ``answer_by`` on.
    :raises MoveNotLawful: if it was answered or cancelled meanwhile.
    """
    order = lock_one(order_queries.theirs(by).where(Order.id == order_id))
    if order.state is State.PLACED and now >= order.answer_by:
        raise AnswerTooLate
    accept(order, by=by, now=now)
    return order


@operation
def refuse_order(order_id: int, *, reason: str, by: Person, now: datetime) -> Order:
    """Say no, before or after accepting: stock returns, the buyer reads the reason.

    :raises ReasonMissing: without one.
    """
    order = lock_one(order_queries.theirs(by).where(Order.id == order_id))
    steps.end(order, State.REFUSED, by=by, now=now, reason=steps.required(reason))
    return order


@operation
def mark_ready(
    order_id: int,
    *,
    separated: Mapping[int, int] | None = None,
    reason: str = "",
    by: Person,
    now: datetime,
) -> Order:
    """Say that the goods are set apart; ``separated`` by line id, as the buyer was told if none.

    Less than ordered lowers the total, and needs a reason. An order not answered yet is accepted
    by this.

    :raises QuantityWrong: for more than ordered. :raises NothingLeft: if all are zero.
    """
    order = lock_one(order_queries.theirs(by).where(Order.id == order_id))
    if order.state is State.PLACED:
        accept(order, by=by, now=now)
    set_apart = checked(order, separated, {line.id: line.charged for line in order.lines})
    explain(order, set_apart, reason)
    for line in order.lines:
        line.separated = set_apart[line.id]
    steps.recount(order, set_apart, by=by, now=now)
    steps.move(order, State.READY, by=by, now=now, reason=reason)
    return order


@operation
def dispatch_order(order_id: int, *, by: Person, now: datetime) -> Order:
    """Send an order out to its buyer.

    :raises WayNotOffered: if it is to be collected.
    """
    order = lock_one(order_queries.theirs(by).where(Order.id == order_id))
    if order.way is not Way.DELIVERY:
        raise WayNotOffered(enterprise=order.enterprise.name)
    steps.move(order, State.DISPATCHED, by=by, now=now)
    return order


def accept(order: Order, *, by: Person, now: datetime) -> None:
    steps.move(order, State.ACCEPTED, by=by, now=now)
    taken = {line.id: line.ordered for line in order.lines if line.to_order}
    facts.record(order, FactKind.ORDER_TAKEN, taken, method=order.method, by=by, now=now)


def checked(
    order: Order, typed: Mapping[int, int] | None, default: Mapping[int, int]
) -> dict[int, int]:
    """Return the pieces of each line, by its id: as typed, or else the default.

    :raises QuantityWrong: for less than nothing or more than ordered.
    :raises NothingLeft: if all are zero.
    """
    pieces = {line.id: (typed or {}).get(line.id, default[line.id]) for line in order.lines}
    if any(not 0 <= pieces[line.id] <= line.ordered for line in order.lines):
        raise QuantityWrong
    if not any(pieces.values()):
        raise NothingLeft
    return pieces


def explain(order: Order, pieces: Mapping[int, int], reason: str) -> None:
    """Keep the reason beside each line that gets fewer pieces than the buyer was told last.

    :raises ReasonMissing: if there is such a line and no reason.
    """
    for line in order.lines:
        if pieces[line.id] != line.charged:
            line.reason = steps.required(reason)
