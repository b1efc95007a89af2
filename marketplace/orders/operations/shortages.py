"""There is less of a product than was reserved for a fair: earlier reservations come first."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.orders.models.orders import Order, OrderLine, State
from marketplace.orders.models.places import Collection
from marketplace.orders.models.states import MOVES, SEEN
from marketplace.orders.operations import steps
from marketplace.orders.queries import orders as order_queries
from marketplace.orders.signals import order_changed


@operation
def share_short(
    fair_id: int, product_id: int, pieces: int, *, reason: str, by: Person, now: datetime
) -> int:
    """Keep so many pieces for who reserved first; later ones get less, or none.

    An order of which nothing is left is refused, or cancelled where it was set apart already; one
    with less costs less. Of what was paid online the difference goes back. What is missing never
    goes back on sale. Return how many orders get less.

    :raises ReasonMissing: without one. :raises PaymentDisputed: if money that would go back is in
        a dispute; then nobody gets less.
    """
    why, left, fewer = steps.required(reason), max(0, pieces), 0
    for order in sorted(_reserved(fair_id, product_id, by), key=_when):
        given = {line.id: line.charged for line in order.lines}
        for line in order.lines:
            if line.product_id == product_id:
                given[line.id] = min(left, line.charged)
                left -= given[line.id]
        if given != {line.id: line.charged for line in order.lines}:
            _lessen(order, given, why, by=by, now=now)
            fewer += 1
    if fewer:
        about = {"fair_id": fair_id, "product_id": product_id, "pieces": pieces, "orders": fewer}
        audit.record("shortage_shared", by=by, now=now, **about)
    return fewer


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
    steps.note(order, "less", by=by, now=now, reason=why)
    db.session.flush()
    order_changed.send(order_id=order.id, kind="less", by=by, now=now)


def _reserved(fair_id: int, product_id: int, by: Person) -> list[Order]:
    """Return who acts for it what is reserved of a product at a fair, locked."""
    here = sa.select(Collection.id).where(Collection.fair_id == fair_id)
    has = sa.exists().where(OrderLine.order_id == Order.id, OrderLine.product_id == product_id)
    ours = order_queries.theirs(by).where(Order.collection_id.in_(here), Order.state.in_(SEEN), has)
    locked = ours.order_by(Order.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(locked))


def _when(order: Order) -> tuple[datetime, int]:
    return order.purchase.placed_at, order.id
