"""Baskets: a row behind a random cookie; they hold no stock."""

from datetime import datetime

from marketplace.core.database import operation
from marketplace.core.rights import Person


@operation
def put_in(token: str | None, product_id: int, quantity: int, *, by: Person, now: datetime) -> str:
    """Put pieces of a product into a basket, made if there is none yet; return its token.

    The token goes into the visitor's cookie; only its hash is kept. What is already there grows.

    :raises NotForSale: if nobody sells it now.
    :raises QuantityOutOfRange: outside 1 … 999.
    :raises BasketFull: over ``MOST_LINES`` different products.
    """
    raise NotImplementedError


@operation
def change_quantity(
    token: str, product_id: int, quantity: int, *, by: Person, now: datetime
) -> None:
    """Set how many pieces of a product are in the basket; 0 takes it out.

    :raises NotFound: if there is no such basket or line.
    """
    raise NotImplementedError


@operation
def take_out(token: str, product_id: int, *, by: Person, now: datetime) -> None:
    """Take a product out of the basket; nothing happens if it is not there."""
    raise NotImplementedError


@operation
def accept_prices(token: str, *, by: Person, now: datetime) -> None:
    """Note that the visitor was shown today's prices of all that is in the basket."""
    raise NotImplementedError


@operation
def clear_old_baskets(*, by: Person, now: datetime) -> int:
    """Delete baskets not touched for 30 days; return how many."""
    raise NotImplementedError
