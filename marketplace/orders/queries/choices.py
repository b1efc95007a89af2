"""How what is in a basket can be had: per enterprise, and at one place for all."""

from dataclasses import dataclass
from datetime import date, datetime

from marketplace.orders.models.places import Collection, ServicePoint, Window
from marketplace.orders.queries.baskets import Contents


@dataclass(frozen=True)
class AtCollection:
    collection: Collection
    stall: str
    windows: tuple[Window, ...]  # those with room; empty with `any_time` is full
    any_time: bool  # the collection has no windows


@dataclass(frozen=True)
class AtPoint:
    point: ServicePoint
    days: tuple[date, ...]  # the next opening days, closing days left out


@dataclass(frozen=True)
class Delivered:
    zone_id: int
    zone_name: str
    price_cents: int
    days: int  # the zone's, with the longest lead time of what is made to order


@dataclass(frozen=True)
class Offers:
    """The ways open to the products of one enterprise together."""

    enterprise_id: int
    enterprise_name: str
    takes_pix: bool  # it has a key of its own
    collections: tuple[AtCollection, ...]  # soonest first
    points: tuple[AtPoint, ...]
    deliveries: tuple[Delivered, ...]
    only_at_fair: tuple[str, ...]  # products that go nowhere else


@dataclass(frozen=True)
class Choices:
    offers: tuple[Offers, ...]  # in the order of the basket
    together: tuple[Collection, ...]  # collections at which every enterprise hands over its part

    @property
    def default(self) -> Collection | None:
        """«Retirar tudo na feira»: the soonest place for all at once."""
        return self.together[0] if self.together else None


def choices_for(contents: Contents, now: datetime) -> Choices:
    """Return how each enterprise's part can be had."""
    raise NotImplementedError
