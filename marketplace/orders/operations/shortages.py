"""There is less of a product than was reserved for a fair: earlier reservations come first."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.orders.models.orders import Order, OrderLine, State
from marketplace.orders.models.places import Collection
from marketplace.orders.models.states import MOVES, OPEN
from marketplace.orders.operations import steps
from marketplace.orders.queries import orders as order_queries
from marketplace.orders.signals import order_changed
from marketplace.payments.operations import attempts
from marketplace.payments.queries import online


class Shared(NamedTuple):
    """How many orders get less, and by what code those are known that could not be settled."""

    fewer: int
    disputed: tuple[str, ...] = ()


@operation
def share_short(
    fair_id: int, product_id: int, pieces: int, *, reason: str, by: Person, now: datetime
) -> Shared:
    """Keep so many pieces for who reserved first; later ones get less, or none.

    An order of which nothing is left is refused, or cancelled where it was set apart already; one
    with less costs less. Of what was paid online the difference goes back; what was still to be
    paid is asked for anew. What is missing never goes back on sale. An order whose money is in a
    dispute is set aside: it stays as it is until the same is told again, after the dispute.

    :raises ReasonMissing: without one.
    """
    why, left, fewer = steps.required(reason), max(0, pieces), 0
    disputed = []
    for order in sorted(_reserved(fair_id, product_id, by), key=_when):
        given = {line.id: line.charged for line in order.lines}
        for line in order.lines:
            if line.product_id == product_id:
                given[line.id] = min(left, line.charged)
                left -= given[line.id]
        if given == {line.id: line.charged for line in order.lines}:
            continue
        if _is_disputed(order):
            disputed.append(order.code)
            continue
        _lessen(order, given, why, by=by, now=now)
        fewer += 1
    if fewer or disputed:
        about = {"fair_id": fair_id, "product_id": product_id, "pieces": pieces, "orders": fewer}
        audit.record("shortage_shared", by=by, now=now, set_aside=len(disputed), **about)
    return Shared(fewer, tuple(disputed))


def _lessen(order: Order, given: dict[int, int], why: str, *, by: Person, now: datetime) -> None:
    for line in order.lines:
        if given[line.id] != line.charged:
            line.reason, line.missing = why, line.missing + line.charged - given[line.id]
            if order.state is State.READY:
                line.separated = given[line.id]
    if not any(given.values()):
        may_refuse = State.REFUSED in MOVES[order.state]
        ends = State.REFUSED if may_refuse else State.CANCELLED
        steps.end(order, ends, by=by, now=now, reason=why)
        return
    steps.recount(order, given, by=by, now=now)
    if order.state is State.AWAITING and (payment := steps.payment_of(order)):
        attempts.give_up_for(payment.id, now=now)  # it asks for what the order cost before
    steps.note(order, "less", by=by, now=now, reason=why)
    db.session.flush()
    order_changed.send(order_id=order.id, kind="less", by=by, now=now)


def _reserved(fair_id: int, product_id: int, by: Person) -> list[Order]:
    """Return to who acts for it what is reserved of a product at a fair, locked, paid or not."""
    here = sa.select(Collection.id).where(Collection.fair_id == fair_id)
    has = sa.exists().where(OrderLine.order_id == Order.id, OrderLine.product_id == product_id)
    ours = order_queries.asked_of(by).where(
        Order.collection_id.in_(here), Order.state.in_(OPEN), has
    )
    locked = ours.order_by(Order.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(locked))


def _is_disputed(order: Order) -> bool:
    """Whether its money cannot go back now: the buyer's bank has it, and has not decided."""
    payment = steps.payment_of(order)
    part = online.settling_part(payment.id) if payment else None
    return part is not None and online.is_disputed(part.id)


def _when(order: Order) -> tuple[datetime, int]:
    return order.purchase.placed_at, order.id
