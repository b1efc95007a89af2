"""Lists of orders as panels show them: by tab, by fair, by what is searched for."""

import re
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.orders import Order, OrderLine, Purchase, State
from marketplace.orders.models.places import Collection
from marketplace.orders.models.states import OPEN, SEEN
from marketplace.orders.queries import orders
from marketplace.orders.queries.orders import SHOWN, SOONEST

TABS = {
    "responder": (State.PLACED,),
    "preparar": (State.ACCEPTED,),
    "prontos": (State.READY, State.DISPATCHED),
    "encerrados": tuple(state for state in State if state not in OPEN),
}
CODE = re.compile(r"([0-9]{1,9})(?:\s*-?\s*([A-Za-z]))?")


class FairDay(NamedTuple):
    """A fair day with how many open orders are to be handed over there."""

    collection: Collection
    orders: int


class ToMake(NamedTuple):
    """A product with how many pieces of it are to be brought."""

    name: str
    pieces: int


def counts_of(enterprise_id: int) -> dict[str, int]:
    """Return how many orders each tab holds."""
    ours = (Order.enterprise_id == enterprise_id, orders.NOT_AWAITED, orders.ORDERED)
    counted = sa.select(Order.state, sa.func.count()).where(*ours)
    by_state = dict(db.session.execute(counted.group_by(Order.state)).all())
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}


def of_enterprise(enterprise_id: int, tab: str, text: str = "") -> sa.Select[Order]:
    """Select the orders of a tab, the most urgent first; those that ended, newest first.

    A text is searched in all tabs.
    """
    ours = sa.select(Order).where(Order.enterprise_id == enterprise_id, orders.NOT_AWAITED)
    ours = ours.options(*SHOWN)
    if text:
        return ours.where(_about(text)).order_by(Order.id.desc())
    ours = ours.where(Order.state.in_(TABS[tab]), orders.ORDERED)
    order = {"responder": (Order.answer_by, Order.id), "encerrados": (Order.id.desc(),)}
    return ours.order_by(*order.get(tab, SOONEST))


def fair_days_of(enterprise_id: int) -> list[FairDay]:
    """Return the fair days at which the enterprise has orders to hand over, soonest first."""
    counted = (
        sa.select(Order.collection_id, sa.func.count().label("number"))
        .where(Order.enterprise_id == enterprise_id, Order.state.in_(SEEN))
        .where(Order.collection_id.is_not(None))
        .group_by(Order.collection_id)
        .subquery()
    )
    days = sa.select(Collection, counted.c.number).join(
        counted, counted.c.collection_id == Collection.id
    )
    rows = db.session.execute(days.order_by(Collection.opens_at, Collection.id))
    return [FairDay(*row) for row in rows]


def to_bring(enterprise_id: int, collection_id: int) -> list[Order]:
    """Return the open orders that the enterprise hands over on a fair day, by time and number."""
    query = (
        sa.select(Order)
        .join(Order.purchase)
        .where(
            Order.enterprise_id == enterprise_id,
            Order.collection_id == collection_id,
            Order.state.in_(SEEN),
        )
        .order_by(Order.window_id, Purchase.number)
        .options(*SHOWN)
    )
    return list(db.session.scalars(query).unique())


def pieces_of(enterprise_id: int, collection_id: int) -> list[ToMake]:
    """Return what all open orders of a fair day need together, by name."""
    counted = (
        sa.select(OrderLine.name, sa.func.sum(OrderLine.charged))
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.enterprise_id == enterprise_id,
            Order.collection_id == collection_id,
            Order.state.in_(SEEN),
        )
        .group_by(OrderLine.name)
        .order_by(OrderLine.name)
    )
    return [ToMake(*row) for row in db.session.execute(counted)]


def called(person: Person, code: str) -> sa.Select[Order]:
    """Select, of the orders the person may hand over, those called so: ``2481-A`` or ``2481``."""
    return orders.given_by(person).where(_called(code)).options(*SHOWN)


def for_staff(
    person: Person,
    *,
    text: str = "",
    state: State | None = None,
    collection_id: int | None = None,
    enterprise_id: int | None = None,
) -> sa.Select[Order]:
    """Select the orders a member of staff may see, newest first, as far as they are asked for."""
    asked = [
        _about(text) if text else orders.ORDERED,
        Order.state == state if state else None,
        Order.collection_id == collection_id if collection_id else None,
        Order.enterprise_id == enterprise_id if enterprise_id else None,
    ]
    query = orders.visible_to(person).options(*SHOWN)
    return query.where(*(part for part in asked if part is not None)).order_by(Order.id.desc())


def collections_seen(person: Person) -> list[Collection]:
    """Return the fair days, latest first, of the orders a member of staff may see."""
    ids = orders.visible_to(person).with_only_columns(Order.collection_id)
    query = sa.select(Collection).where(Collection.id.in_(ids))
    return list(db.session.scalars(query.order_by(Collection.opens_at.desc()).limit(100)))


def enterprises_seen(person: Person) -> list[sa.Row[int, str]]:
    """Return id and name of the enterprises whose orders a member of staff may see."""
    ids = orders.visible_to(person).with_only_columns(Order.enterprise_id)
    query = sa.select(Enterprise.id, Enterprise.name).where(Enterprise.id.in_(ids))
    return list(db.session.execute(query.order_by(Enterprise.folded)).all())


def _about(text: str) -> sa.ColumnElement[bool]:
    """Return the condition that number, or else a part of the buyer's name, is this."""
    if CODE.fullmatch(text.strip()):
        return _called(text)
    named = sa.select(Purchase.id).where(Purchase.buyer_name.icontains(text, autoescape=True))
    return Order.purchase_id.in_(named)


def _called(code: str) -> sa.ColumnElement[bool]:
    found = CODE.fullmatch(code.strip())
    if found is None:
        return sa.false()
    numbered = sa.select(Purchase.id).where(Purchase.number == int(found[1]))
    same = Order.purchase_id.in_(numbered)
    return sa.and_(same, Order.letter == found[2].upper()) if found[2] else same
