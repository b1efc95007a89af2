"""A buyer says to which Pix key the money of an order goes back."""

from datetime import datetime

from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.identifiers import PixKey
from marketplace.core.rights import Person
from marketplace.orders.errors import NothingToGiveBack
from marketplace.orders.models.orders import PAYABLE, Order
from marketplace.orders.queries import orders
from marketplace.payments.operations import by_hand
from marketplace.payments.queries import by_hand as waiting
from marketplace.payments.queries import payments


@operation
def name_key(
    link_key: str, letter: str, key: PixKey, *, holder: str, by: Person, now: datetime
) -> Order:
    """Let all that goes back by hand of an order go to a key, until somebody paid it.

    :raises NotFound: if no order has this link. :raises NothingToGiveBack: if nothing waits.
    :raises WordsMissing: without the holder's name.
    """
    order = lock_one(orders.of_link(link_key, letter))
    payment = payments.live_of(PAYABLE, order.id)
    waits = db.session.scalars(waiting.waiting_of(payment.id)).all() if payment else []
    if not waits:
        raise NothingToGiveBack
    for hand_id in waits:
        by_hand.give_key(hand_id, key, holder=holder, by=by, now=now)
    return order
