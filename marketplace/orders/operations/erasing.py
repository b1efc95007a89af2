"""Erasing a purchase made without an account: by its link and a code that only its buyer has."""

import hmac
from datetime import datetime

from marketplace.core import erasures
from marketplace.core.database import operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.orders.errors import LookupFailed, OfAnAccount
from marketplace.orders.models.orders import Purchase
from marketplace.orders.operations import lookup
from marketplace.orders.queries import orders

KIND = "purchase"


@operation
def erase_purchase(link_key: str, code: str, *, by: Person, now: datetime) -> str:
    """Erase who bought; return the code of the page about it. Tries are limited by the caller.

    ``code`` is the 6-digit one of a hand-over, or one sent to the purchase's e-mail address.

    :raises NotFound: if no purchase has this link.
    :raises OfAnAccount: if it belongs to an account: who is signed in there may erase it.
    :raises LookupFailed: if the code is neither.
    :raises MustWait: with all that must end first.
    """
    purchase = lock_one(orders.purchase_by_key(link_key))
    if purchase.user_id:
        raise OfAnAccount
    if not _knows(purchase, code.strip(), now):
        raise LookupFailed
    erasure = erasures.ask(KIND, purchase.id, by=by, now=now)
    return erasures.carry_out(erasure.id, by=by, now=now)


def _knows(purchase: Purchase, code: str, now: datetime) -> bool:
    codes = [order.handover_code.encode() for order in purchase.orders]
    handed = any(hmac.compare_digest(each, code.encode()) for each in codes)
    return handed or lookup.fits(purchase.id, code, now=now)
