"""How a buyer may have what is in the basket: one plan for all, or a route for each enterprise.

A plan is one choice for the whole basket: all at one fair, all at one point, at home, or each in
its own way. Where it does not reach an enterprise, that one is asked for by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.orders.models.places import Way
from marketplace.orders.queries.choices import Choices, Offers
from marketplace.orders.queries.offered import OpenCollection, OpenPoint

MOST_PLANS = 4  # of one kind: the soonest fairs


class Kind(StrEnum):
    COLLECTION = "c"
    POINT = "p"
    HOME = "d"
    EACH = "e"


@dataclass(frozen=True)
class Route:
    """How one enterprise's part is had; in forms it is ``c12``, ``p3.2026-12-05`` or ``d``."""

    way: Way
    place_id: int | None = None  # of a collection or a point
    day: date | None = None  # at a point

    def __str__(self) -> str:
        if self.way is Way.COLLECTION:
            return f"{Kind.COLLECTION}{self.place_id}"
        if self.way is Way.POINT:
            return f"{Kind.POINT}{self.place_id}.{self.day}"
        return Kind.HOME.value


@dataclass(frozen=True)
class Plan:
    """One way for all, as a form offers it; ``value`` as in a route, but a point has no day."""

    kind: Kind
    collection: OpenCollection | None = None
    point: OpenPoint | None = None
    days: tuple[date, ...] = ()  # on which all can wait at the point

    @property
    def value(self) -> str:
        place = self.collection or self.point
        return f"{self.kind}{place.id if place else ''}"


def routes_of(offer: Offers) -> list[Route]:
    """Return the routes open to an enterprise's part, fairs first, in the order of their days."""
    fairs = [Route(Way.COLLECTION, at.collection.id) for at in offer.collections]
    points = [Route(Way.POINT, at.point.id, day) for at in offer.points for day in at.days]
    return [*fairs, *points, *([Route(Way.DELIVERY)] if offer.deliveries else [])]


def plans_of(choices: Choices) -> list[Plan]:
    """Return the plans that a basket can be had by, the usual one first."""
    plans = [Plan(Kind.COLLECTION, c) for c in choices.together[:MOST_PLANS]]
    plans += _points(choices.offers)
    if any(offer.deliveries for offer in choices.offers):
        plans.append(Plan(Kind.HOME))
    if len(choices.offers) > 1 or len(choices.together) > MOST_PLANS:
        plans.append(Plan(Kind.EACH))
    return plans


def planned(
    plan: Plan | None, offer: Offers, *, day: date | None, zone_id: int | None
) -> Route | None:
    """Return the route that a plan means for an enterprise; none if it has to be asked."""
    if plan is None:
        return None
    if plan.collection and offer.collection(plan.collection.id):
        return Route(Way.COLLECTION, plan.collection.id)
    if plan.point and (at := offer.point(plan.point.id)) and day in at.days:
        return Route(Way.POINT, plan.point.id, day)
    if plan.kind is Kind.HOME and (offer.delivery(zone_id) or (offer.deliveries and not zone_id)):
        return Route(Way.DELIVERY)
    return None


def _points(offers: Iterable[Offers]) -> list[Plan]:
    """Return the points at which everything can wait on the same day."""
    days_at: dict[int, list[set[date]]] = {}
    points: dict[int, OpenPoint] = {}
    offers = list(offers)
    for offer in offers:
        for at in offer.points:
            points[at.point.id] = at.point
            days_at.setdefault(at.point.id, []).append(set(at.days))
    found = []
    for key, days in days_at.items():
        shared = set.intersection(*days) if len(days) == len(offers) else set()
        if shared:
            found.append(Plan(Kind.POINT, point=points[key], days=tuple(sorted(shared))))
    return found
