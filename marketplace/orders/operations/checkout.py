"""A basket becomes a purchase: one order per enterprise, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.core.database import operation
from marketplace.core.rights import Person
from marketplace.orders.models.orders import Purchase
from marketplace.orders.models.places import Way
from marketplace.payments.models import Method


@dataclass(frozen=True)
class Buyer:
    """Who buys, as typed: name and mobile are enough."""

    name: str
    mobile: str  # any way people write it
    email: str = ""
    language: str = "pt_BR"


@dataclass(frozen=True)
class Choice:
    """How the order of one enterprise reaches the buyer, and how it is paid there."""

    way: Way
    method: Method = Method.CASH
    collection_id: int | None = None
    window_id: int | None = None  # required where the collection has windows
    point_id: int | None = None
    collect_on: date | None = None  # at the point
    zone_id: int | None = None  # of the delivery
    address: str = ""


@operation
def place_order(
    basket_token: str,
    *,
    checkout_key: str,
    buyer: Buyer,
    choices: Mapping[int, Choice],
    by: Person,
    now: datetime,
) -> Purchase:
    """Order all that is in the basket; ``choices`` by enterprise id.

    The same ``checkout_key`` from the same basket returns the first purchase again.

    :raises BasketEmpty, NotForSale, PriceChanged, SoldOut: see ``lines``; nothing was ordered.
    :raises BuyerMissing: without a name or a readable mobile number.
    :raises WayNotOffered, WindowFull, OneVisit, MethodNotOffered: the choice does not hold.
    """
    raise NotImplementedError
