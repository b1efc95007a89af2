"""What the enterprise does with an order, up to its hand-over."""

from collections.abc import Mapping
from datetime import datetime

from marketplace.core.database import operation
from marketplace.core.rights import Person
from marketplace.orders.models.orders import Order
from marketplace.payments.models import Method


@operation
def accept_order(order_id: int, *, by: Person, now: datetime) -> Order:
    """Promise to fulfil the order; an *encomenda* counts as taken from here on.

    :raises NotFound: if ``by`` does not act for the enterprise.
    :raises AnswerTooLate: from ``answer_by`` on.
    :raises MoveNotLawful: if it was answered or cancelled meanwhile.
    """
    raise NotImplementedError


@operation
def refuse_order(order_id: int, *, reason: str, by: Person, now: datetime) -> Order:
    """Say no, before or after accepting: stock returns, the buyer reads the reason.

    :raises ReasonMissing: without one.
    """
    raise NotImplementedError


@operation
def mark_ready(
    order_id: int,
    *,
    separated: Mapping[int, int] | None = None,
    reason: str = "",
    by: Person,
    now: datetime,
) -> Order:
    """Say that the goods are set apart; ``separated`` by line id, all that was ordered if none.

    Less than ordered lowers the total, and needs a reason.

    :raises QuantityWrong: for more than ordered. :raises NothingLeft: if all are zero.
    """
    raise NotImplementedError


@operation
def dispatch_order(order_id: int, *, by: Person, now: datetime) -> Order:
    """Send an order out to its buyer.

    :raises WayNotOffered: if it is to be collected.
    """
    raise NotImplementedError


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

    ``quantities`` by line id, all that was separated if none; less than that needs a reason, goes
    back into stock and lowers what is paid. An order not answered yet is accepted by this.

    :raises WrongCode: up to five times; then CodeLocked.
    """
    raise NotImplementedError


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
    raise NotImplementedError
