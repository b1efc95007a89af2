"""How what is in a basket can be had: per enterprise, and at one place for all."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.accounts.models import Division
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.places import Collection, DeliveryPrice, ServicePoint, Way, Window
from marketplace.orders.queries import places
from marketplace.orders.queries.baskets import Contents, Part

ALL_WAYS = frozenset(Way)


@dataclass(frozen=True)
class AtCollection:
    """A place at a collection: at which stall, in which of the windows that have room."""

    collection: Collection
    stall: str
    windows: tuple[Window, ...]

    @property
    def any_time(self) -> bool:
        """Whether one comes when one likes: the collection has no windows."""
        return not self.collection.windows

    def takes(self, window_id: int | None) -> bool:
        if self.any_time:
            return window_id is None
        return window_id in {window.id for window in self.windows}


@dataclass(frozen=True)
class AtPoint:
    point: ServicePoint
    days: tuple[date, ...]  # the next opening days, closing days left out


@dataclass(frozen=True)
class Delivered:
    """To any address in a zone."""

    zone_id: int
    zone_name: str
    price_cents: int
    days: int  # the zone's, after the longest lead time of what is made to order


@dataclass(frozen=True)
class Offers:
    """The ways open to all that the basket holds of one enterprise."""

    enterprise: Enterprise
    collections: tuple[AtCollection, ...] = ()  # soonest first
    points: tuple[AtPoint, ...] = ()
    deliveries: tuple[Delivered, ...] = ()
    only_at_fair: tuple[str, ...] = ()  # names of products that go nowhere else

    def collection(self, collection_id: int | None) -> AtCollection | None:
        return next((at for at in self.collections if at.collection.id == collection_id), None)

    def point(self, point_id: int | None) -> AtPoint | None:
        return next((at for at in self.points if at.point.id == point_id), None)

    def delivery(self, zone_id: int | None) -> Delivered | None:
        return next((to for to in self.deliveries if to.zone_id == zone_id), None)


@dataclass(frozen=True)
class Choices:
    offers: tuple[Offers, ...]  # in the order of the basket
    together: tuple[Collection, ...]  # collections at which every enterprise hands over its part

    @property
    def default(self) -> Collection | None:
        """«Retirar tudo na feira»: the soonest place for all at once."""
        return self.together[0] if self.together else None

    def of(self, enterprise_id: int) -> Offers | None:
        return next((o for o in self.offers if o.enterprise.id == enterprise_id), None)


def choices_for(contents: Contents, now: datetime, *, ways: frozenset[Way] = ALL_WAYS) -> Choices:
    """Return how each enterprise's part can be had; only by these ways, if not all are asked."""
    ids = [part.enterprise.id for part in contents.parts]
    collections = places.collections_of(ids, now) if Way.COLLECTION in ways else []
    divisions = {part.enterprise.division_id: part.enterprise.division for part in contents.parts}
    asked = {way: divisions if way in ways else {} for way in Way}
    points = {key: _points(found, now) for key, found in asked[Way.POINT].items()}
    prices = {key: places.deliveries_of(found) for key, found in asked[Way.DELIVERY].items()}
    offers = tuple(
        Offers(
            enterprise=part.enterprise,
            collections=_collections(part, collections, now),
            points=_at_points(part, points.get(part.enterprise.division_id, []), now),
            deliveries=_delivered(part, prices.get(part.enterprise.division_id, [])),
            only_at_fair=tuple(item.name for item in part.items if item.only_at_fair),
        )
        for part in contents.parts
    )
    return Choices(offers, _together(offers, collections))


def _collections(
    part: Part, collections: list[Collection], now: datetime
) -> tuple[AtCollection, ...]:
    if not all(item.at_fair for item in part.items):
        return ()
    at = (_at_collection(part, collection, now) for collection in collections)
    return tuple(found for found in at if found)


def _at_collection(part: Part, collection: Collection, now: datetime) -> AtCollection | None:
    """Return the part's place there, if its stall is, it can be made by then, and there is room."""
    stalls = {seller.enterprise_id: seller.stall for seller in collection.sellers}
    ready = today(collection.municipality.time_zone, now) + timedelta(days=part.lead_days)
    if part.enterprise.id not in stalls or collection.day < ready:
        return None
    open_windows = tuple(w for w in collection.windows if w.has_room and w.ends_at > now)
    if collection.windows and not open_windows:
        return None
    return AtCollection(collection, stalls[part.enterprise.id], open_windows)


def _points(division: Division, now: datetime) -> list[tuple[ServicePoint, set[date]]]:
    """Return the points in use, each with the days on which it does not open after all."""
    closed = places.closed_on(division.id, today(division.time_zone, now))
    return [(point, closed) for point in db.session.scalars(places.points_of(division.id))]


def _at_points(
    part: Part, points: list[tuple[ServicePoint, set[date]]], now: datetime
) -> tuple[AtPoint, ...]:
    if not all(item.at_point for item in part.items):
        return ()
    first = places.first_day(part.enterprise.division, now, part.lead_days)
    at = (AtPoint(p, tuple(places.next_days(p, first, closed))) for p, closed in points)
    return tuple(found for found in at if found.days)


def _delivered(part: Part, prices: list[DeliveryPrice]) -> tuple[Delivered, ...]:
    if not all(item.by_delivery for item in part.items):
        return ()
    return tuple(
        Delivered(p.zone_id, p.zone.name, p.price_cents, p.days + part.lead_days) for p in prices
    )


def _together(offers: tuple[Offers, ...], collections: list[Collection]) -> tuple[Collection, ...]:
    return tuple(c for c in collections if offers and all(o.collection(c.id) for o in offers))
