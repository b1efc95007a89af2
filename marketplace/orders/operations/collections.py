"""Collections: days on which several enterprises hand over; fairs publish them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.queue import enqueue
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.orders.errors import CollectionOver, HoursWrong, SellerHasOrders, WindowTaken
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import Collection, CollectionSeller, Window
from marketplace.orders.models.states import OPEN
from marketplace.orders.operations.steps import required
from marketplace.orders.queries import closing, places
from marketplace.orders.signals import order_changed

CANCEL_JOB = "orders.cancel_at_collection"


@dataclass(frozen=True)
class WindowPlan:
    starts_at: datetime
    ends_at: datetime
    capacity: int  # purchases


@dataclass(frozen=True)
class CollectionPlan:
    """What a collection will be; ``title`` is the fair's name, and stands on each sale there."""

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

    @property
    def columns(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "windows"}


def even_windows(
    opens_at: datetime, ends_at: datetime, *, minutes: int, capacity: int
) -> tuple[WindowPlan, ...]:
    """Cut a day into windows of so many minutes; the last one ends with the day."""
    span, starts = timedelta(minutes=max(1, minutes)), []
    while opens_at < ends_at:
        starts.append(opens_at)
        opens_at += span
    return tuple(WindowPlan(at, min(at + span, ends_at), capacity) for at in starts)


@operation
def open_collection(
    subject_type: str, subject_id: int, plan: CollectionPlan, *, by: Person, now: datetime
) -> Collection:
    """Publish a collection for what the subject is (``fair_day``, its id).

    :raises NotFound: if ``by`` is not staff of the plan's Division.
    :raises HoursWrong: unless it ends after it opens, and reservations close before it ends.
    """
    find_one(_division(by, plan.division_id))
    _check_hours(plan)
    collection = Collection(subject_type=subject_type, subject_id=subject_id, **plan.columns)
    collection.windows = [Window(**asdict(window)) for window in plan.windows]
    db.session.add(collection)
    db.session.flush()
    audit.record("collection_opened", by=by, now=now, collection_id=collection.id)
    return collection


@operation
def change_collection(
    collection_id: int, plan: CollectionPlan, *, by: Person, now: datetime
) -> Collection:
    """Make a collection as planned; its buyers are told when day, hours or place changed.

    One that has ended stays as it was.

    :raises WindowTaken: if chosen windows would go, or shrink under what is taken.
    :raises CollectionOver: once it was cancelled.
    """
    collection = _locked(collection_id, by)
    find_one(_division(by, plan.division_id))
    if collection.cancelled_at:
        raise CollectionOver
    if collection.ends_at <= now:
        return collection
    _check_hours(plan)
    told = _told(collection)
    for name, value in plan.columns.items():
        setattr(collection, name, value)
    _set_windows(collection, plan)
    db.session.flush()
    audit.record("collection_changed", by=by, now=now, collection_id=collection.id)
    if told != _told(collection):
        _move_orders(collection, by=by, now=now)
    return collection


@operation
def set_sellers(
    collection_id: int, stalls: Mapping[int, str], *, by: Person, now: datetime
) -> None:
    """Say which enterprises will be there, each with its stall; replaces what was said before.

    :raises SellerHasOrders: if one that would go has open orders there.
    """
    collection = _locked(collection_id, by)
    there = {seller.enterprise_id: seller for seller in collection.sellers}
    _check_no_orders(collection, there.keys() - stalls.keys())
    for enterprise_id in there.keys() - stalls.keys():
        db.session.delete(there[enterprise_id])
    for enterprise_id, stall in stalls.items():
        if seller := there.get(enterprise_id):
            seller.stall = stall
        else:
            db.session.add(
                CollectionSeller(
                    collection_id=collection.id, enterprise_id=enterprise_id, stall=stall
                )
            )
    db.session.flush()
    db.session.expire(collection, ["sellers"])
    audit.record("sellers_set", by=by, now=now, collection_id=collection.id, sellers=len(stalls))


@operation
def cancel_collection(
    collection_id: int, *, reason: str, to_id: int | None = None, by: Person, now: datetime
) -> Collection:
    """Call a collection off: it takes no more orders, and a job cancels those it has.

    First the job carries over what can be had at the collection ``to_id``, if one is named. Calling
    it off again changes nothing.

    :raises ReasonMissing: without one.
    """
    collection = _locked(collection_id, by)
    if collection.cancelled_at is None:
        collection.cancelled_at, collection.cancel_reason = now, required(reason)
        audit.record("collection_cancelled", by=by, now=now, collection_id=collection.id)
        args = {"collection_id": collection.id, "to_id": to_id}
        enqueue(CANCEL_JOB, args, key=str(collection.id), run_at=now)
    return collection


@operation
def stop_orders(collection_ids: Iterable[int], *, by: Person, now: datetime) -> None:
    """Take no order any more at collections whose time for it is over.

    Waits for those on their way; one that was asked for in time and comes after this is refused.
    """
    over = sa.select(Collection).where(
        Collection.id.in_(list(collection_ids)),
        Collection.closed_at.is_(None),
        Collection.closes_at <= now,
    )
    for collection in db.session.scalars(over.order_by(Collection.id).with_for_update()).all():
        collection.closed_at = now
        audit.record("collection_closed", by=by, now=now, collection_id=collection.id)


def _division(by: Person, division_id: int) -> sa.Select[Division]:
    return places.divisions_run_by(by).where(Division.id == division_id)


def _locked(collection_id: int, by: Person) -> Collection:
    ids = places.divisions_run_by(by).with_only_columns(Division.id)
    mine = places.collection(collection_id).where(Collection.division_id.in_(ids))
    return lock_one(mine)


def _check_hours(plan: CollectionPlan) -> None:
    if not plan.opens_at < plan.ends_at or plan.closes_at > plan.ends_at:
        raise HoursWrong


def _told(collection: Collection) -> tuple[object, ...]:
    """Return what buyers were told and would have to be told anew."""
    return collection.day, collection.opens_at, collection.ends_at, collection.place


def _set_windows(collection: Collection, plan: CollectionPlan) -> None:
    """Keep the windows that the plan has, drop or add the others."""
    planned = {(window.starts_at, window.ends_at): window for window in plan.windows}
    for window in list(collection.windows):
        kept = planned.pop((window.starts_at, window.ends_at), None)
        if window.taken > (kept.capacity if kept else 0):
            raise WindowTaken
        if kept:
            window.capacity = kept.capacity
        else:
            _drop(window)
    for new in planned.values():
        db.session.add(Window(collection_id=collection.id, **asdict(new)))
    db.session.flush()
    db.session.expire(collection, ["windows"])


def _drop(window: Window) -> None:
    """Delete a window that nobody means to come in; orders that failed forget it."""
    failed = sa.update(Order).where(Order.window_id == window.id).values(window_id=None)
    db.session.execute(failed)
    db.session.delete(window)


def _move_orders(collection: Collection, *, by: Person, now: datetime) -> None:
    ids: list[int] = list(db.session.scalars(closing.open_at(collection.id)))
    moved = sa.update(Order).where(Order.id.in_(ids)).values(due_at=collection.due_at)
    db.session.execute(moved)
    for order_id in ids:
        order_changed.send(order_id=order_id, kind="collection_changed", by=by, now=now)


def _check_no_orders(collection: Collection, enterprise_ids: set[int]) -> None:
    waiting = (
        sa.select(Enterprise.name)
        .join(Order, Order.enterprise_id == Enterprise.id)
        .where(
            Order.collection_id == collection.id,
            Order.enterprise_id.in_(enterprise_ids),
            Order.state.in_(OPEN),
        )
    )
    if enterprise_ids and (name := db.session.scalar(waiting.limit(1))):
        raise SellerHasOrders(enterprise=name)
