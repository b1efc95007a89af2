"""How orders end without their buyer or their seller: silence, no-show, the Division."""

from datetime import datetime

from marketplace.core.database import operation
from marketplace.core.rights import Person
from marketplace.orders.models.orders import Order


def lapse_unanswered(*, by: Person, now: datetime) -> list[int]:
    """End every order not answered by its term, each in its own transaction; return their ids."""
    raise NotImplementedError


def close_no_shows(*, by: Person, now: datetime) -> list[int]:
    """End every order not collected by its term, each in its own transaction; return their ids."""
    raise NotImplementedError


@operation
def cancel_by_staff(order_id: int, *, reason: str, by: Person, now: datetime) -> Order:
    """Cancel an order that is still open, for staff of its Division or the house.

    :raises ReasonMissing: without one.
    """
    raise NotImplementedError


@operation
def accept_return(order_id: int, *, reason: str, by: Person, now: datetime) -> Order:
    """Take an order back though the law does not oblige to: the enterprise's own choice."""
    raise NotImplementedError


@operation
def confirm_refund(
    order_id: int, *, resalable: dict[int, int] | None = None, by: Person, now: datetime
) -> Order:
    """Note that a withdrawn order's money was given back; ``resalable`` pieces by line id return.

    :raises MoveNotLawful: if it was not withdrawn, or is refunded already.
    """
    raise NotImplementedError
