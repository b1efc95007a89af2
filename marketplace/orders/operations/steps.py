"""The one way in which an order moves, shared by all operations that move one.

Each takes an order that its operation has locked, and locks in this order: order, purchase, stock
by product, window.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import connection, db, note_on
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.orders.errors import MoveNotLawful, QuantityWrong, ReasonMissing
from marketplace.orders.models.orders import PAYABLE, Order, OrderEvent, State
from marketplace.orders.models.states import FAILED, MOVES
from marketplace.orders.operations import facts, offers, windows
from marketplace.orders.signals import order_moved
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.operations import attempts, payments, refunds
from marketplace.payments.queries import payments as payment_queries

REASON_LENGTH = 300


def move(
    order: Order,
    to: State,
    *,
    by: Person,
    now: datetime,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> None:
    """Move a locked order, and write down who did it; ``values`` change with the state.

    :raises MoveNotLawful: if the table of moves does not have it, or a rival was faster.
    """
    move_quietly(order, to, by=by, now=now, reason=reason, values=values)
    order_moved.send(order_ids=[order.id], state=to, by=by, now=now)


def move_each(
    orders: Sequence[Order],
    to: State,
    values: Mapping[int, Mapping[str, Any]],
    *,
    by: Person,
    now: datetime,
) -> None:
    """Move several locked orders at once as ``move`` does each; ``values`` are by order id.

    :raises MoveNotLawful: if the table of moves does not have it, or a rival was faster.
    """
    if orders:
        _move_each(orders, to, values, by=by, now=now)
        order_moved.send(order_ids=[order.id for order in orders], state=to, by=by, now=now)


def move_quietly(
    order: Order,
    to: State,
    *,
    by: Person,
    now: datetime,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> None:
    """Move an order as ``move``, with nobody to be told: nobody ordered it.

    :raises MoveNotLawful: if the table of moves does not have it, or a rival was faster.
    """
    _move_each([order], to, {order.id: values or {}}, by=by, now=now, reason=reason)


def _move_each(
    orders: Sequence[Order],
    to: State,
    values: Mapping[int, Mapping[str, Any]],
    *,
    by: Person,
    now: datetime,
    reason: str = "",
) -> None:
    db.session.flush()
    changes = [_moved(order, to, values[order.id]) for order in orders]
    _note_each(orders, to.value, by=by, now=now, reason=reason)
    for change in changes:
        audit.record(f"order_{to}", by=by, now=now, **change)


def _moved(order: Order, to: State, values: Mapping[str, Any]) -> dict[str, Any]:
    """Move a locked order; return what the audit keeps of that."""
    before, written = order.state, {"state": to, **values}
    asked = {"of": order.id, "before": before, **written}
    if to not in MOVES[before] or connection().execute(_MOVE, asked).rowcount != 1:
        raise MoveNotLawful(state=before.value)
    note_on(Order, order.id, written)
    return {"order_id": order.id, "before": before.value, "after": to.value}


def end(order: Order, to: State, *, by: Person, now: datetime, reason: str = "") -> None:
    """End an order before its hand-over: goods, place and payment are let go, once.

    What was paid online goes back whole.
    """
    move(order, to, by=by, now=now, reason=reason, values={"stock_held": False})
    for product_id, line in order.stocked:
        offers.let_go(line, product_id, line.ordered, by=by, now=now)
    if to in FAILED:
        windows.leave(order.window_id, order.purchase_id)
    payment = payment_of(order)
    if payment and payment.state is PaymentState.DUE:
        payments.cancel_payment(payment.id, by=by, now=now)
        attempts.give_up_for(payment.id, now=now)
    elif payment and payment.state is PaymentState.SETTLED:
        refunds.give_back(payment.id, payment.amount_cents, by=by, now=now)
    facts.take_back_all(order, by=by, now=now)


def note(
    order: Order,
    kind: str,
    *,
    by: Person,
    now: datetime,
    reason: str = "",
    about: Mapping[str, Any] | None = None,
) -> None:
    """Add to the order's story."""
    _note_each([order], kind, by=by, now=now, reason=reason, about=about)


def _note_each(
    orders: Iterable[Order],
    kind: str,
    *,
    by: Person,
    now: datetime,
    reason: str = "",
    about: Mapping[str, Any] | None = None,
) -> None:
    event = {"kind": kind, "facts": dict(about or {}), "happened_at": now}
    event |= {"by_id": by.id, "acted_as": by.acting, "reason": clean(reason)[:REASON_LENGTH]}
    connection().execute(_NOTE, [event | {"order_id": order.id} for order in orders])


def payment_of(order: Order) -> Payment | None:
    return payment_queries.live_of(PAYABLE, order.id)


def required(reason: str) -> str:
    """Return a reason as it is kept.

    :raises ReasonMissing: if nothing is left of it.
    """
    if not (kept := clean(reason)[:REASON_LENGTH]):
        raise ReasonMissing
    return kept


def recount(order: Order, charged: Mapping[int, int], *, by: Person, now: datetime) -> None:
    """Let the order cost what is really given: pieces by line id.

    Of what was paid online the difference goes back, and it was not sold.

    :raises QuantityWrong: for more pieces of a line than were paid online.
    """
    less = {line.id: line.charged - charged[line.id] for line in order.lines}
    if order.is_prepaid and min(less.values()) < 0:
        raise QuantityWrong
    for line in order.lines:
        line.charged = charged[line.id]
        line.missing = min(line.missing, line.ordered - line.charged)
    goods = sum(line.total_cents for line in order.lines)
    if goods == order.goods_cents:
        return
    difference = order.goods_cents - goods
    order.goods_cents, order.total_cents = goods, goods + order.delivery_cents
    payment = payment_of(order)
    if payment and payment.state is PaymentState.DUE:
        payments.change_amount(payment.id, order.total_cents, by=by, now=now)
    elif payment and order.is_prepaid:
        refunds.give_back(payment.id, difference, by=by, now=now)
        facts.take_back_sold(order, less, by=by, now=now)


_TABLE = cast(sa.Table, Order.__table__)
_MOVE = sa.update(_TABLE).where(  # what it sets are the values that come with it
    _TABLE.c.id == sa.bindparam("of"), _TABLE.c.state == sa.bindparam("before")
)
_NOTE = sa.insert(OrderEvent)
