"""What the queue does for orders; each job is safe to run twice."""

import logging
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.queue import job
from marketplace.core.rights import HOUSE
from marketplace.orders import attempting, ceiling_news, reminding, telling
from marketplace.orders.models.orders import State
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import (
    baskets,
    carrying,
    closing,
    collections,
    offers,
    paying,
    rollups,
)
from marketplace.orders.queries import ceilings

log = logging.getLogger(__name__)


@job("orders.lapse", every=timedelta(minutes=5))
def lapse() -> None:
    """End the orders that nobody answered in time."""
    while closing.lapse_unanswered(by=HOUSE, now=clock.now()):
        pass


@job("orders.lapse_unpaid", every=timedelta(minutes=5))
def lapse_unpaid() -> None:
    """Let the orders go that their buyers did not pay in time, having asked once more whether."""
    attempting.look_before_letting_go(now=clock.now())
    while paying.lapse_unpaid(by=HOUSE, now=clock.now()):
        pass


@job("orders.close_no_shows", every=timedelta(minutes=5))
def close_no_shows() -> None:
    """End the orders that nobody collected in time."""
    while closing.close_no_shows(by=HOUSE, now=clock.now()):
        pass


@job("orders.bring_back_offers", every=timedelta(minutes=5))
def bring_back_offers() -> None:
    """Put what was apart for fairs that take no more orders on sale again."""
    while offers.bring_back_closed(by=HOUSE, now=clock.now()):
        pass


@job("orders.clear_baskets", every=timedelta(days=1))
def clear_baskets() -> None:
    while baskets.clear_old_baskets(by=HOUSE, now=clock.now()):
        pass


@job("orders.check_rollups", every=timedelta(days=1))
def check_rollups() -> None:
    """Compare the roll-ups with the facts; say so and count anew what differs."""
    for name, rows in rollups.wrong().items():
        log.error("the roll-up %s differs from the facts", name, extra={"count": rows})
        rollups.rebuild(name)


@job(collections.CANCEL_JOB)
def cancel_at_collection(*, collection_id: int, to_id: int | None = None) -> None:
    """Cancel the orders of a collection that was called off, or carry them over to another."""
    collection = find_one(sa.select(Collection).where(Collection.id == collection_id))
    reason, now = collection.cancel_reason, clock.now()
    if to_id is not None:
        carrying.carry_each(collection_id, to_id, reason=reason, by=HOUSE, now=now)
    while closing.cancel_open_at(collection_id, reason=reason, by=HOUSE, now=now):
        pass


@job("orders.remind")
def remind(*, attempt_id: int) -> None:
    """Remind a buyer of what lapses soon."""
    reminding.remind(attempt_id, now=clock.now())


@job("orders.remind_of_fairs", every=timedelta(hours=1))
def remind_of_fairs() -> None:
    """Remind buyers of what waits for them at fairs within a day."""
    now = clock.now()
    for purchase_id, collection_id in reminding.coming(now):
        reminding.remind_of_fair(purchase_id, collection_id, now=now)


@job("orders.tell_placed")
def tell_placed(*, purchase_id: int) -> None:
    telling.tell_placed(purchase_id, now=clock.now())


@job("orders.tell_moved")
def tell_moved(
    *,
    order_ids: Sequence[int] = (),
    order_id: int = 0,  # as it was written before several moved at once
    state: str,
    move: str = "",
    by_id: int | None,
) -> None:
    ids = order_ids or [order_id]
    telling.tell_moved(ids, State(state), move, by_id=by_id, now=clock.now())


@job("orders.tell_changed")
def tell_changed(*, order_id: int, kind: str, change: str, by_id: int | None) -> None:
    telling.tell_changed(order_id, kind, change, by_id=by_id, now=clock.now())


@job("orders.tell_refund")
def tell_refund(*, hand_id: int, what: str) -> None:
    telling.tell_refund(hand_id, what, now=clock.now())


@job("orders.tell_ceilings", every=timedelta(hours=12))
def tell_ceilings() -> None:
    """Tell each group that reached 80 or 100 % of the ceiling of its regime, each once a year."""
    now = clock.now()
    for division in accounts.divisions():
        day = clock.today(division.time_zone, now)
        for stand in ceilings.of_division(division.id, day):
            if stand.step:
                ceiling_news.tell_ceiling(stand, year=day.year, by=HOUSE, now=now)
