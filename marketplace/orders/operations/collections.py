"""Collections: days on which several enterprises hand over; fairs publish them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.core.database import operation
from marketplace.core.rights import Person
from marketplace.orders.models.places import Collection


@dataclass(frozen=True)
class WindowPlan:
    starts_at: datetime
    ends_at: datetime
    capacity: int  # purchases


@dataclass(frozen=True)
class CollectionPlan:
    division_id: int
    title: str
    path: str  # its public page, without language prefix
    place: str
    municipality_code: int
    day: date  # local
    opens_at: datetime
    ends_at: datetime
    closes_at: datetime  # of reservations
    tolerance_minutes: int = 60
    windows: tuple[WindowPlan, ...] = ()  # none: come at any time
    fair_id: int | None = None


def even_windows(
    opens_at: datetime, ends_at: datetime, *, minutes: int, capacity: int
) -> tuple[WindowPlan, ...]:
    """Cut a day into windows of so many minutes; the last one ends with the day."""
    raise NotImplementedError


@operation
def open_collection(
    subject_type: str, subject_id: int, plan: CollectionPlan, *, by: Person, now: datetime
) -> Collection:
    """Publish a collection for what the subject is (``fair_day``, its id).

    :raises NotFound: if ``by`` is not staff of the plan's Division.
    """
    raise NotImplementedError


@operation
def change_collection(
    collection_id: int, plan: CollectionPlan, *, by: Person, now: datetime
) -> Collection:
    """Make a collection as planned; its buyers are told when day, hours or place changed.

    :raises WindowTaken: if chosen windows would go or shrink under what is taken.
    :raises CollectionOver: once it ended or was cancelled.
    """
    raise NotImplementedError


@operation
def set_sellers(
    collection_id: int, stalls: Mapping[int, str], *, by: Person, now: datetime
) -> None:
    """Say which enterprises will be there, each with its stall; replaces what was said before.

    :raises SellerHasOrders: if one that would go has open orders there.
    """
    raise NotImplementedError


@operation
def cancel_collection(collection_id: int, *, reason: str, by: Person, now: datetime) -> Collection:
    """Call a collection off: it takes no more orders, and a job cancels those it has."""
    raise NotImplementedError
