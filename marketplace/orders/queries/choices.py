"""How what is in a basket can be had: per enterprise, and at one place for all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from marketplace.core.clock import today
from marketplace.orders.models.places import Way
from marketplace.orders.queries import offered, places
from marketplace.orders.queries import offers as apart
from marketplace.orders.queries.baskets import Contents, Item, Part, Seller
from marketplace.orders.queries.offered import Offered, OpenCollection, OpenPoint, OpenWindow
from marketplace.orders.queries.offers import Offer, Pools

ALL_WAYS = frozenset(Way)
PREPARE_DAYS = 2  # between an order and its day at a service point: to answer, to bring it there


@dataclass(frozen=True)
class AtCollection:
    """A place at a collection: at which stall, in which of the windows that have room."""

    collection: OpenCollection
    stall: str
    windows: tuple[OpenWindow, ...]
    pools: Mapping[int, Offer] = field(default_factory=dict)  # by product: what is apart for it

    @property
    def prices(self) -> dict[int, int]:
        """Return what one costs there, by product: what costs another price."""
        return {key: pool.price_cents for key, pool in self.pools.items() if pool.price_cents}

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
    point: OpenPoint
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

    enterprise: Seller
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
    together: tuple[OpenCollection, ...]  # where every enterprise hands over its part

    @property
    def default(self) -> OpenCollection | None:
        """«Retirar tudo na feira»: the soonest place for all at once."""
        return self.together[0] if self.together else None

    def of(self, enterprise_id: int) -> Offers | None:
        return next((o for o in self.offers if o.enterprise.id == enterprise_id), None)


def choices_for(contents: Contents, now: datetime, *, ways: frozenset[Way] = ALL_WAYS) -> Choices:
    """Return how each enterprise's part can be had; only by these ways, if not all are asked."""
    ids = [part.enterprise.id for part in contents.parts]
    collections = offered.collections_of(ids, now) if ids and Way.COLLECTION in ways else []
    goods = [item.product_id for item in contents.items if item.at_fair and not item.to_order]
    pools = apart.of_products(goods, now) if goods else {}
    offers = tuple(_offers(part, collections, pools, now, ways) for part in contents.parts)
    return Choices(offers, _together(offers, collections))


def _offers(
    part: Part,
    collections: list[OpenCollection],
    pools: Pools,
    now: datetime,
    ways: frozenset[Way],
) -> Offers:
    anywhere = all(_enough(item, None, pools) for item in part.items)
    at_points = Way.POINT in ways and all(item.at_point for item in part.items) and anywhere
    delivers = Way.DELIVERY in ways and all(item.by_delivery for item in part.items) and anywhere
    there = offered.offered_by(part.enterprise.division_id) if at_points or delivers else None
    return Offers(
        enterprise=part.enterprise,
        collections=_collections(part, collections, pools, now),
        points=_at_points(part, there, now) if there and at_points else (),
        deliveries=_delivered(part, there) if there and delivers else (),
        only_at_fair=tuple(item.name for item in part.items if item.only_at_fair),
    )


def _enough(item: Item, fair_id: int | None, pools: Pools) -> bool:
    """Whether it can be had at a fair, or elsewhere, as far as what is set apart says.

    Where a fair has pieces of its own, there are no others there. What nobody has enough of is
    refused when it is ordered, by its name.
    """
    own = pools.get((fair_id, item.product_id))
    if own is not None:
        return item.quantity <= own.left or item.quantity > item.anywhere
    if any(pool.only_here for (_, product), pool in pools.items() if product == item.product_id):
        return False
    return item.to_order or item.quantity <= item.anywhere or item.too_many


def _collections(
    part: Part, collections: list[OpenCollection], pools: Pools, now: datetime
) -> tuple[AtCollection, ...]:
    if not all(item.at_fair for item in part.items):
        return ()
    at = (_at_collection(part, collection, pools, now) for collection in collections)
    return tuple(found for found in at if found)


def _at_collection(
    part: Part, collection: OpenCollection, pools: Pools, now: datetime
) -> AtCollection | None:
    """Return the part's place there, if its stall is, it can be made by then, and there is room."""
    ready = today(collection.time_zone, now) + timedelta(days=part.lead_days)
    if part.enterprise.id not in collection.stalls or collection.day < ready:
        return None
    if not all(_enough(item, collection.fair_id, pools) for item in part.items):
        return None
    open_windows = tuple(w for w in collection.windows if w.has_room and w.ends_at > now)
    if collection.windows and not open_windows:
        return None
    ours = ((item.product_id, (collection.fair_id, item.product_id)) for item in part.items)
    taken = {product_id: pools[key] for product_id, key in ours if key in pools}
    return AtCollection(collection, collection.stalls[part.enterprise.id], open_windows, taken)


def _at_points(part: Part, there: Offered, now: datetime) -> tuple[AtPoint, ...]:
    first = first_day(part.enterprise.time_zone, now, part.lead_days)
    at = (AtPoint(p, tuple(places.next_days(p, first, there.closed))) for p in there.points)
    return tuple(found for found in at if found.days)


def first_day(zone: str, now: datetime, lead_days: int = 0) -> date:
    """Return the first local day on which something ordered now can wait at a point."""
    return today(zone, now) + timedelta(days=max(PREPARE_DAYS, lead_days))


def _delivered(part: Part, there: Offered) -> tuple[Delivered, ...]:
    return tuple(Delivered(*to[:3], to.days + part.lead_days) for to in there.deliveries)


def _together(
    offers: tuple[Offers, ...], collections: list[OpenCollection]
) -> tuple[OpenCollection, ...]:
    return tuple(c for c in collections if offers and all(o.collection(c.id) for o in offers))
