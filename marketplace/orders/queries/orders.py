"""Purchases and orders, as those see them who may."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from marketplace.accounts.models import Neighbourhood, Role
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.orders import Order, OrderEvent, OrderLine, Purchase, State
from marketplace.orders.models.places import ON_THE_SPOT, Collection, Way
from marketplace.orders.models.states import OPEN, SEEN

SEE = {Role.ARTICULATION, Role.FINANCE, Role.HEAD}
ACT = {Role.ARTICULATION, Role.HEAD}
NOT_AWAITED = Order.pay_by.is_(None)
"""What its enterprise sees: not what waits to be paid, nor what ended before it was."""
ORDERED = Order.way.not_in(ON_THE_SPOT)
"""What lists of orders show: a till's sales are found by number, and counted in reports."""
SOONEST = (Order.due_at.is_(None), Order.due_at, Order.id)
# What a page of orders shows of each; add it to a select with `.options(*SHOWN)`.
SHOWN = (
    joinedload(Order.purchase),
    joinedload(Order.enterprise),
    joinedload(Order.collection).joinedload(Collection.municipality),
    joinedload(Order.seller),
    joinedload(Order.window),
    joinedload(Order.point),
    selectinload(Order.lines),
)
# What news of an order tells, and what a fact of sale does: one statement, where each would be
# asked for by itself.
TOLD = (
    joinedload(Order.purchase, innerjoin=True),
    joinedload(Order.enterprise, innerjoin=True),
    joinedload(Order.collection).joinedload(Collection.municipality),
)
COUNTED = (
    *TOLD,
    joinedload(Order.enterprise, innerjoin=True).options(
        joinedload(Enterprise.municipality, innerjoin=True),
        joinedload(Enterprise.neighbourhood).joinedload(Neighbourhood.zone),
    ),
)


def purchase_by_key(link_key: str) -> sa.Select[Purchase]:
    """Select the purchase that a secret link opens, with its orders and lines."""
    orders = selectinload(Purchase.orders)
    return (
        sa.select(Purchase)
        .where(Purchase.link_key == link_key)
        .options(
            orders.selectinload(Order.lines),
            orders.selectinload(Order.events),
            orders.joinedload(Order.enterprise),
            orders.joinedload(Order.collection).joinedload(Collection.municipality),
            orders.joinedload(Order.seller),
            orders.joinedload(Order.division),
            orders.joinedload(Order.window),
            orders.joinedload(Order.point),
        )
    )


def shown_by_key(link_key: str) -> Purchase:
    """Return the purchase that a secret link opens, with what its page shows, to be looked at.

    Two statements, built once, and a third where something was answered: until then nothing of
    what happened to an order is told.

    :raises NotFound: if there is none.
    """
    orders = list(db.session.scalars(_OF_LINK, {"link_key": link_key}))
    if not orders:
        raise NotFound
    _fill(orders, "lines", _LINES)
    if any(order.state not in (State.AWAITING, State.PLACED) for order in orders):
        _fill(orders, "events", _EVENTS)
    purchase = orders[0].purchase
    orm.attributes.set_committed_value(purchase, "orders", orders)
    return purchase


def counted(order_id: int) -> Order:
    """Return an order with what a fact of sale tells of it.

    :raises NotFound: if there is none.
    """
    if (order := db.session.scalar(_OF_FACTS, {"of": order_id})) is None:
        raise NotFound
    return order


def told(order_ids: Sequence[int]) -> list[Order]:
    """Return orders with what news tells of them.

    :raises NotFound: if one of them is not there.
    """
    if len(found := _with_lines(_OF_NEWS, order_ids)) != len(order_ids):
        raise NotFound
    return found


def lock_to_place(order_ids: Iterable[int]) -> list[Order]:
    """Lock the orders of these that wait to be paid, and return them as now, as ``counted``."""
    return _with_lines(_TO_PLACE, order_ids)


def _with_lines(query: sa.Select[Order], order_ids: Iterable[int]) -> list[Order]:
    if found := list(db.session.scalars(query, {"ids": list(order_ids)})):
        _fill(found, "lines", _LINES)
    return found


def _fill(orders: list[Order], name: str, query: sa.Select[Any]) -> None:
    """Let the orders have what a query finds for them, in its order."""
    found: dict[int, list[Any]] = {order.id: [] for order in orders}
    for row in db.session.scalars(query, {"ids": list(found)}):
        found[row.order_id].append(row)
    for order in orders:
        orm.attributes.set_committed_value(order, name, found[order.id])


def purchases_of(person: Person) -> sa.Select[Purchase]:
    """Select what a logged-in buyer ordered, newest first."""
    return (
        sa.select(Purchase)
        .where(Purchase.user_id == (person.id or 0))
        .order_by(Purchase.placed_at.desc(), Purchase.id.desc())
        .options(selectinload(Purchase.orders).joinedload(Order.enterprise))
    )


def of_link(link_key: str, letter: str) -> sa.Select[Order]:
    """Select one order of the purchase that a secret link opens."""
    purchase = purchase_id_of(link_key)
    return sa.select(Order).where(Order.purchase_id == purchase, Order.letter == letter)


def purchase_id_of(link_key: str) -> sa.ScalarSelect[int]:
    return sa.select(Purchase.id).where(Purchase.link_key == link_key).scalar_subquery()


def theirs(person: Person) -> sa.Select[Order]:
    """Select the orders of the enterprises that the person acts for, but unpaid ones."""
    return asked_of(person).where(NOT_AWAITED)


def asked_of(person: Person) -> sa.Select[Order]:
    """Select the orders of the enterprises that the person acts for, paid or still to be paid."""
    return sa.select(Order).where(Order.enterprise_id.in_(enterprises.ids_of(person)))


def given_by(person: Person) -> sa.Select[Order]:
    """Select the orders that a person gives against the code: also who only minds a till.

    At the common desk of a fair those of every exhibitor, and nothing that is had elsewhere.
    """
    of_stall = Order.enterprise_id.in_(enterprises.handed_over_for(person))
    if Role.DESK_TILL not in person.roles:
        return sa.select(Order).where(of_stall, NOT_AWAITED)
    at_desk = sa.and_(Order.division_id.in_(person.divisions), Order.way == Way.COLLECTION)
    return sa.select(Order).where(sa.or_(of_stall, at_desk), NOT_AWAITED)


def visible_to(person: Person) -> sa.Select[Order]:
    """Select the orders a member of staff may see: their Divisions'; all for the house."""
    return _of_staff(person, SEE)


def acted_on_by(person: Person) -> sa.Select[Order]:
    """Select the orders a member of staff may act on: never of an enterprise they belong to."""
    acted_on = _of_staff(person, ACT)
    if "house" in person.roles:
        return acted_on
    return acted_on.where(Order.enterprise_id.not_in(enterprises.belonged_to(person)))


def handed_over_by(person: Person) -> sa.Select[Order]:
    """Select the orders whose hand-over the person may note: sellers and staff."""
    ids = (theirs(person).with_only_columns(Order.id), acted_on_by(person))
    return sa.select(Order).where(
        sa.or_(Order.id.in_(ids[0]), Order.id.in_(ids[1].with_only_columns(Order.id)))
    )


def to_answer(enterprise_id: int) -> sa.Select[Order]:
    """Select the orders that wait for an answer, the most urgent first."""
    waiting = _of(enterprise_id, State.PLACED)
    return waiting.order_by(Order.answer_by, Order.id)


def to_prepare(enterprise_id: int) -> sa.Select[Order]:
    """Select accepted and ready orders, by when they are handed over."""
    return _of(enterprise_id, State.ACCEPTED, State.READY).order_by(*SOONEST)


def open_of(enterprise_id: int) -> sa.Select[Order]:
    """Select every order of the enterprise that has not ended."""
    return _of(enterprise_id, *SEEN).order_by(*SOONEST)


def ended_of(enterprise_id: int) -> sa.Select[Order]:
    """Select the enterprise's orders that ended, newest first."""
    ended = _of(enterprise_id, *(set(State) - OPEN)).where(ORDERED)
    return ended.order_by(Order.id.desc())


def by_code(enterprise_id: int, number: int, letter: str) -> sa.Select[Order]:
    """Select an enterprise's order by what people call it: 2481-A."""
    purchase = sa.select(Purchase.id).where(Purchase.number == number).scalar_subquery()
    ours = sa.select(Order).where(Order.enterprise_id == enterprise_id, NOT_AWAITED)
    return ours.where(Order.purchase_id == purchase, Order.letter == letter)


def _of(enterprise_id: int, *states: State) -> sa.Select[Order]:
    ours = sa.select(Order).where(Order.enterprise_id == enterprise_id, NOT_AWAITED)
    return ours.where(Order.state.in_(states))


def _of_staff(person: Person, roles: set[Role]) -> sa.Select[Order]:
    if "house" in person.roles:
        return sa.select(Order)
    divisions = frozenset() if person.roles.isdisjoint(roles) else person.divisions
    return sa.select(Order).where(Order.division_id.in_(divisions))


def count_open(enterprise_id: int) -> tuple[int, int]:
    """Return how many orders of an enterprise wait for an answer, and how many it promised."""
    counted = sa.select(Order.state, sa.func.count()).where(
        Order.enterprise_id == enterprise_id, Order.state.in_(OPEN)
    )
    by_state = dict(db.session.execute(counted.group_by(Order.state)).all())
    waiting = by_state.pop(State.PLACED, 0) + by_state.pop(State.AWAITING, 0)
    return waiting, sum(by_state.values())


OF_SELLER = (
    *(Enterprise.name, Enterprise.mobile, Enterprise.email, Enterprise.municipality_code),
    *(Enterprise.cnpj, Enterprise.responsible_name, Enterprise.responsible_cpf),
    *(Enterprise.pix_key, Enterprise.pix_key_kind, Enterprise.pix_holder),
    *(Enterprise.pix_next_key, Enterprise.pix_next_kind, Enterprise.pix_next_holder),
    Enterprise.pix_next_at,
)
_OF_LINK = (
    sa.select(Order)
    .join(Order.purchase)
    .where(Purchase.link_key == sa.bindparam("link_key"))
    .order_by(Order.letter)
    .options(
        contains_eager(Order.purchase),
        joinedload(Order.enterprise, innerjoin=True).load_only(*OF_SELLER),
        joinedload(Order.collection).joinedload(Collection.municipality),
        joinedload(Order.seller),
        joinedload(Order.division, innerjoin=True),
        joinedload(Order.window),
        joinedload(Order.point),
    )
)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_LINES = sa.select(OrderLine).where(OrderLine.order_id.in_(_ids)).order_by(OrderLine.id)
_EVENTS = sa.select(OrderEvent).where(OrderEvent.order_id.in_(_ids)).order_by(OrderEvent.id)
_OF_FACTS = sa.select(Order).where(Order.id == sa.bindparam("of")).options(*COUNTED)
_THESE = sa.select(Order).where(Order.id.in_(_ids)).order_by(Order.id)
_OF_NEWS = _THESE.options(*TOLD)
_TO_PLACE = (
    _THESE.where(Order.state == State.AWAITING)
    .options(*COUNTED)
    .with_for_update(of=Order)
    .execution_options(populate_existing=True)
)
