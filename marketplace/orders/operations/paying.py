"""A purchase that is paid online: asked for at once, placed once paid, let go if not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from marketplace.core import language
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.orders.errors import MethodNotOffered
from marketplace.orders.models.orders import PAYABLE, Order, State
from marketplace.orders.operations import closing, facts, placing, steps
from marketplace.orders.queries import orders as order_queries
from marketplace.payments import methods
from marketplace.payments.errors import PaymentMoved
from marketplace.payments.models.online import Attempt
from marketplace.payments.models.payments import Method
from marketplace.payments.operations import attempts, payments
from marketplace.payments.provider import Payer
from marketplace.payments.queries import payments as payment_queries

GROUP = "purchase"
TERM = placing.PAYING_TERM
BACK = "/pedidos/{link_key}/pagamento/volta"


@operation(joins=True)
def ask(purchase_id: int, *, by: Person, now: datetime) -> Attempt:
    """Ask for one payment of all orders of a purchase that wait for it, until their term.

    While an attempt for just these is live, that one is returned; any other is given up.

    :raises PaymentMoved: if none waits any more, or online payment is not open here.
    """
    return asked(_waiting(purchase_id, now), by=by, now=now)


@operation
def ask_by(purchase_id: int, method: Method, *, by: Person, now: datetime) -> Attempt:
    """Ask as ``ask``, in the way that is chosen now; an attempt in another one is given up.

    :raises PaymentMoved: see ``ask``. :raises MethodNotOffered: if one who sells cannot take it.
    """
    return asked(changed(purchase_id, method, by=by, now=now), by=by, now=now)


def changed(purchase_id: int, method: Method, *, by: Person, now: datetime) -> list[Order]:
    """Return the orders of a purchase that wait to be paid, locked, and to be paid in this way.

    :raises PaymentMoved, MethodNotOffered: see ``ask_by``.
    """
    orders = _waiting(purchase_id, now)
    whole = sum(order.total_cents for order in orders)
    for order in orders:
        facts: Any = {"amount_cents": order.total_cents, "enterprise": order.enterprise, "now": now}
        facts["whole_cents"] = whole
        if method not in methods.online() or methods.refusal(method, **facts):
            raise MethodNotOffered(enterprise=order.enterprise.name)
        if order.method is not method:
            payments.change_method(_payments(orders)[order.id], method, by=by, now=now)
            order.method = method
    db.session.flush()
    return orders


def _waiting(purchase_id: int, now: datetime) -> list[Order]:
    """Lock the orders of a purchase that wait to be paid.

    :raises PaymentMoved: if none does.
    """
    orders = list(db.session.scalars(_WAITING, {"purchase": purchase_id, "now": now}))
    if not orders:
        raise PaymentMoved
    return orders


def _payments(orders: Sequence[Order]) -> dict[int, int]:
    return payment_queries.live_ids(PAYABLE, [order.id for order in orders])


def asked(
    orders: Sequence[Order],
    *,
    payer: Payer | None = None,
    until: datetime | None = None,
    by: Person,
    now: datetime,
) -> Attempt:
    """Ask for one payment of these, by when they must be paid or sooner: within their term.

    :raises PaymentMoved: see ``ask``.
    """
    purchase = orders[0].purchase
    ids = sorted(_payments(orders).values())
    until = until or min([now + TERM, *(order.pay_by for order in orders if order.pay_by)])
    path = language.prefix(purchase.language) + BACK.format(link_key=purchase.link_key)
    page: Any = {"title": _("Order %(number)s", number=purchase.number), "path": path}
    page["payer"] = payer
    return attempts.ask((GROUP, purchase.id), ids, until=until, **page, by=by, now=now)


@operation(joins=True)
def place(methods: Mapping[int, Method], *, paid_at: datetime, by: Person, now: datetime) -> None:
    """Let enterprises have the orders, by id, whose money came: their term to answer begins now.

    What is ready of them is sold by that, on the day on which it was paid.
    """
    waiting = order_queries.lock_to_place(methods)
    terms = {order.id: _term(order, methods[order.id], now) for order in waiting}
    steps.move_each(waiting, State.PLACED, terms, by=by, now=now)
    paid = waiting + [order_queries.counted(one) for one in methods if one not in terms]
    facts.record_paid(paid, methods, paid_at, by=by, now=now)


def lapse_unpaid(*, by: Person, now: datetime) -> list[int]:
    """Let go up to a batch of orders not paid by their term, each in a transaction of its own.

    Return their ids; who calls asks again until there are none.
    """
    return closing.end_each(State.NOT_PAID, by=by, now=now)


def _term(order: Order, method: Method, now: datetime) -> dict[str, Any]:
    """Return what changes of an order that is placed, beside its state."""
    to = placing.Destination(order.way, opens_at=_opens_at(order), due_at=order.due_at)
    return {"pay_by": None, "answer_by": placing.answer_term(to, now), "method": method}


def _opens_at(order: Order) -> datetime | None:
    """Return when the buyer may first come; where a point opens no more on that day, its end."""
    if order.collection:
        return order.collection.opens_at
    if order.point and order.collect_on and order.point.open_on(order.collect_on):
        return order.point.hours_on(order.collect_on)[0]
    return order.due_at


_WAITING = (
    sa.select(Order)
    .where(
        Order.purchase_id == sa.bindparam("purchase"),
        Order.state == State.AWAITING,
        Order.pay_by > sa.bindparam("now"),
    )
    .order_by(Order.id)
    .options(joinedload(Order.purchase, innerjoin=True))
    .with_for_update(of=Order)
    .execution_options(populate_existing=True)
)
