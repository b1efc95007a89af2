"""What was reserved for a fair when reservations closed, and whether its lists arrived."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.core import mail
from marketplace.core.database import db
from marketplace.core.mail import Fate
from marketplace.fairs.models.fairs import PUBLIC, Fair, FairDay
from marketplace.fairs.models.lists import ClosingList
from marketplace.notifications.models import Notice
from marketplace.orders.models.orders import Order, OrderLine, Purchase, State
from marketplace.orders.models.places import Collection
from marketplace.orders.models.states import OPEN, SEEN
from marketplace.orders.queries.orders import SHOWN

LATEST = timedelta(days=2)
"""After the end of a fair nobody needs a list of what to bring any more."""


class Reserved(NamedTuple):
    """What is reserved of an enterprise at a fair; amounts in centavos."""

    orders: int = 0
    pieces: int = 0
    total_cents: int = 0
    unpaid: int = 0  # orders that wait for their payment: not among the others


class Piece(NamedTuple):
    """So many of one thing, for one day."""

    day: date
    name: str
    pieces: int


class Sending(NamedTuple):
    """How a list reached its people: told in the panel, read there; letters by their fate."""

    told: int
    read: int
    letters: dict[Fate, int]


def due(now: datetime) -> sa.Select[int]:
    """Select the ids of fairs whose reservations are over, and not closed yet."""
    open_days = (
        sa.select(FairDay.id)
        .join(Collection, Collection.id == FairDay.collection_id)
        .where(FairDay.fair_id == Fair.id, Collection.cancelled_at.is_(None))
        .where(Collection.closed_at.is_(None), Collection.closes_at <= now)
        .where(Collection.ends_at > now - LATEST)
    )
    announced = Fair.state.in_(PUBLIC)
    return sa.select(Fair.id).where(announced, open_days.exists()).order_by(Fair.id)


def collection_ids(fair_id: int) -> list[int]:
    days = sa.select(FairDay.collection_id).where(FairDay.fair_id == fair_id)
    return [found for found in db.session.scalars(days.order_by(FairDay.day)) if found]


def was_closed(fair_id: int) -> bool:
    """Whether no order was on its way any more, on any of its days, when somebody looked."""
    closed = sa.select(Collection.id).where(
        Collection.id.in_(collection_ids(fair_id)), Collection.closed_at.is_not(None)
    )
    return db.session.scalar(closed.limit(1)) is not None


def reserved(fair_id: int) -> dict[int, Reserved]:
    """Return what is reserved at a fair, by enterprise."""
    seen = Order.state.in_(SEEN)
    pieces = (
        sa.select(sa.func.coalesce(sa.func.sum(OrderLine.charged), 0))
        .where(OrderLine.order_id == Order.id)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Order.enterprise_id,
            sa.func.count(sa.case((seen, Order.id))),
            sa.func.coalesce(sa.func.sum(sa.case((seen, pieces))), 0),
            sa.func.coalesce(sa.func.sum(sa.case((seen, Order.total_cents))), 0),
            sa.func.count(sa.case((Order.state == State.AWAITING, Order.id))),
        )
        .where(Order.collection_id.in_(collection_ids(fair_id)))
        .group_by(Order.enterprise_id)
    )
    return {row[0]: Reserved(*map(int, row[1:])) for row in db.session.execute(query)}


def pieces(fair_id: int) -> dict[int, list[Piece]]:
    """Return what is to be brought to each day of a fair, by enterprise, day and name."""
    query = (
        sa.select(
            Order.enterprise_id, Collection.day, OrderLine.name, sa.func.sum(OrderLine.charged)
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(Collection, Collection.id == Order.collection_id)
        .where(Collection.id.in_(collection_ids(fair_id)), Order.state.in_(SEEN))
        .where(OrderLine.charged > 0)
        .group_by(Order.enterprise_id, Collection.day, OrderLine.name)
        .order_by(Collection.day, OrderLine.name)
    )
    found: dict[int, list[Piece]] = {}
    for enterprise_id, day, name, number in db.session.execute(query):
        found.setdefault(enterprise_id, []).append(Piece(day, name, number))
    return found


def orders(fair_id: int, enterprise_ids: Iterable[int]) -> dict[int, list[Order]]:
    """Return the open orders at a fair of these enterprises, by day, time and number."""
    query = (
        sa.select(Order)
        .join(Order.purchase)
        .join(Order.collection)
        .where(Order.collection_id.in_(collection_ids(fair_id)), Order.state.in_(SEEN))
        .where(Order.enterprise_id.in_(list(enterprise_ids)))
        .order_by(Collection.day, Order.window_id, Purchase.number, Order.letter)
        .options(*SHOWN)
    )
    found: dict[int, list[Order]] = {}
    for order in db.session.scalars(query).unique():
        found.setdefault(order.enterprise_id, []).append(order)
    return found


def goods(fair_id: int, enterprise_id: int) -> list[tuple[int, str]]:
    """Return what is reserved of an enterprise at a fair, paid or to be paid: ids and names."""
    query = (
        sa.select(OrderLine.product_id, OrderLine.name)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.collection_id.in_(collection_ids(fair_id)), Order.state.in_(OPEN))
        .where(Order.enterprise_id == enterprise_id, OrderLine.product_id.is_not(None))
    )
    named: dict[Any, Any] = dict(db.session.execute(query.order_by(OrderLine.id)).all())
    return sorted(named.items(), key=lambda pair: pair[1])


def lists_of(fair_id: int) -> list[ClosingList]:
    """Return the lists of a fair, by the name of their enterprise."""
    query = sa.select(ClosingList).where(ClosingList.fair_id == fair_id)
    lists = db.session.scalars(query.options(joinedload(ClosingList.enterprise)))
    return sorted(lists, key=lambda one: one.enterprise.folded)


def list_of(fair_id: int, enterprise_id: int) -> sa.Select[ClosingList]:
    return sa.select(ClosingList).where(
        ClosingList.fair_id == fair_id, ClosingList.enterprise_id == enterprise_id
    )


def sendings(lists: Iterable[ClosingList]) -> dict[int, Sending]:
    """Return how each of these lists reached its people, by the id of the list."""
    keys = {one.key: one.id for one in lists}
    notices = sa.select(Notice.key, Notice.user_id, Notice.read_at).where(Notice.key.in_(keys))
    told = db.session.execute(notices).all()
    fates = mail.fates(f"notice:{user_id}:{key}" for key, user_id, _read in told)
    found = {list_id: Sending(0, 0, {}) for list_id in keys.values()}
    for key, user_id, read_at in told:
        was = found[keys[key]]
        if fate := fates.get(f"notice:{user_id}:{key}"):
            was.letters[fate] = was.letters.get(fate, 0) + 1
        found[keys[key]] = was._replace(told=was.told + 1, read=was.read + bool(read_at))
    return found
