"""What the buyer does with an order; the page's secret link is the right to do it."""

from datetime import datetime

from marketplace.core.database import operation
from marketplace.core.rights import Person
from marketplace.orders.models.orders import Order


@operation
def cancel_order(
    link_key: str, letter: str, *, reason: str = "", by: Person, now: datetime
) -> Order:
    """Give up one order of a purchase, before its closing.

    :raises TooLateToChange: from ``cancellable_until`` on.
    """
    raise NotImplementedError


@operation
def change_window(
    link_key: str, collection_id: int, window_id: int, *, by: Person, now: datetime
) -> None:
    """Come at another time: moves all orders of the purchase at that collection.

    :raises TooLateToChange: once the collection takes no more orders.
    :raises WindowFull: if there is no room.
    """
    raise NotImplementedError


@operation
def withdraw_order(
    link_key: str, letter: str, *, reason: str = "", by: Person, now: datetime
) -> Order:
    """Give back what was received, within 7 days, without saying why.

    :raises WithdrawalNotGiven: where the law does not give it: see ``Order.withdrawable_until``.

    **Source:** CDC (Lei 8.078/1990), art. 49; Decreto 7.962/2013, art. 5.
    """
    raise NotImplementedError
