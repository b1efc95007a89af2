"""A lost order is found again by number, mobile and a code."""

from datetime import datetime

from marketplace.core.database import operation
from marketplace.core.rights import Person


@operation
def issue_lookup_code(order_id: int, *, by: Person, now: datetime) -> str:
    """Return a new 6-digit code, for 30 minutes, to be sent or read out by seller or staff.

    :raises NotFound: if ``by`` neither acts for the order's enterprise nor is its staff.
    """
    raise NotImplementedError


@operation
def mail_lookup_code(number: int, mobile: str, *, by: Person, now: datetime) -> None:
    """Send a code to the purchase's e-mail address, if both fit and it has one; else nothing."""
    raise NotImplementedError


def find_purchase(number: int, mobile: str, code: str, *, now: datetime) -> str:
    """Return the link key of a purchase to who knows number, mobile and code; five tries each.

    :raises LookupFailed: alike for whatever does not fit.
    """
    raise NotImplementedError
