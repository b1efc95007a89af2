"""How each part of a basket is to be had and paid, and whether that holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.core.text import clean
from marketplace.orders.errors import MethodNotOffered, TooSoonForBoleto
from marketplace.orders.models.places import Way
from marketplace.orders.operations.placing import Destination, Plan
from marketplace.orders.queries import choices as ways
from marketplace.orders.queries import places, waiting
from marketplace.orders.queries.baskets import Contents
from marketplace.payments import methods
from marketplace.payments.models.payments import Method

ADDRESS_LENGTH, SHORTEST_ADDRESS = 200, 8


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


def destination(offer: ways.Offers, choice: Choice) -> Destination | None:
    """Return where the goods go, if the enterprise offers it."""
    find = {
        Way.COLLECTION: _at_collection,
        Way.POINT: _at_point,
        Way.DELIVERY: _to_address,
    }
    return find[choice.way](offer, choice)


def _at_collection(offer: ways.Offers, choice: Choice) -> Destination | None:
    at = offer.collection(choice.collection_id)
    if at is None or not at.takes(choice.window_id):
        return None
    return Destination(
        Way.COLLECTION,
        opens_at=at.collection.opens_at,
        due_at=at.collection.due_at,
        collection_id=at.collection.id,
        window_id=choice.window_id,
        pools={product_id: pool.id for product_id, pool in at.pools.items()},
        prices=at.prices,
    )


def _at_point(offer: ways.Offers, choice: Choice) -> Destination | None:
    at = offer.point(choice.point_id)
    if at is None or choice.collect_on is None or choice.collect_on not in at.days:
        return None
    opens_at, closes_at = at.point.hours_on(choice.collect_on)
    return Destination(
        Way.POINT,
        opens_at=opens_at,
        due_at=closes_at + places.POINT_TOLERANCE,
        point_id=at.point.id,
        collect_on=choice.collect_on,
    )


def _to_address(offer: ways.Offers, choice: Choice) -> Destination | None:
    to, address = offer.delivery(choice.zone_id), clean(choice.address)
    if to is None or not SHORTEST_ADDRESS <= len(address) <= ADDRESS_LENGTH:
        return None
    return Destination(
        Way.DELIVERY, address=address, zone_id=to.zone_id, delivery_cents=to.price_cents
    )


def check_paying(plans: list[Plan], now: datetime) -> None:
    """Refuse a way of paying that one who sells cannot take: online all of it is paid at once."""
    amounts = [plan.amount_cents for plan in plans]
    online = methods.online()
    whole = sum(a for a, plan in zip(amounts, plans, strict=True) if plan.method in online)
    for plan, amount in zip(plans, amounts, strict=True):
        facts: Any = {"amount_cents": amount, "whole_cents": whole, "now": now}
        if methods.refusal(plan.method, enterprise=plan.part.enterprise, **facts):
            raise MethodNotOffered(enterprise=plan.part.enterprise.name)


def check_waiting(
    contents: Contents, choices: Mapping[int, Choice], asked: frozenset[Way], now: datetime
) -> None:
    """Refuse what could not be ordered any more once a boleto was told as paid."""
    later = ways.choices_for(contents, waiting.held_until(now), ways=asked)
    for part in contents.parts:
        offer, choice = later.of(part.enterprise.id), choices[part.enterprise.id]
        if choice.method is Method.BOLETO and not (offer and destination(offer, choice)):
            raise TooSoonForBoleto
