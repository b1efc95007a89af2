"""Whether a reservation that nobody collected in time may be promised again."""

from datetime import datetime, time, timedelta

from marketplace.core.clock import instant_of, today
from marketplace.core.privacy import ERASED
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.places import Collection, Way
from marketplace.payments.models.payments import DIRECT


def is_revivable(order: Order) -> bool:
    """Whether nothing of it is past help: it is paid at the stall, and all of it is ready goods.

    What was paid online went back to its buyer. What was made to order was counted out of the
    orders taken, and what was missing out of the stock.
    """
    missed = order.state is State.NO_SHOW and order.way is Way.COLLECTION
    whole = not any(line.to_order or line.missing for line in order.lines)
    return missed and whole and order.method in DIRECT and order.purchase.buyer_name != ERASED


def can_be_revived(order: Order, now: datetime) -> bool:
    """Whether its buyer may still come: the fair was not called off, and it is still its day."""
    at = order.collection
    if at is None or at.cancelled_at is not None or not is_revivable(order):
        return False
    return today(at.time_zone, now) == at.day


def end_of_day(at: Collection) -> datetime:
    """Return until when what is promised again waits: the midnight after its day, there."""
    return instant_of(at.day + timedelta(days=1), time(), at.time_zone)
