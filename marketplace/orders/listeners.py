"""What the orders do on hearing news: their own is told by jobs, others' is acted on at once."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core.database import db
from marketplace.core.queue import enqueue
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises import consequences
from marketplace.enterprises import signals as enterprises
from marketplace.orders import emails, news, reminding, signals, telling
from marketplace.orders.models.orders import PAYABLE, Purchase, State
from marketplace.orders.operations import boletos, closing, facts, late, paying
from marketplace.orders.queries import orders, returned
from marketplace.payments import sold
from marketplace.payments.models.payments import DIRECT, Method
from marketplace.payments.operations.direct import PIECES
from marketplace.payments.operations.payments import Settled
from marketplace.payments.signals import (
    attempt_opened,
    payment_came_late,
    payment_settled,
    refund_by_hand,
)


def connect() -> None:
    news.register()
    if orders_end not in consequences.consequences:
        consequences.consequences.append(orders_end)
    sold.register(PIECES, returned.payments_of)
    payment_settled.connect(record_sales, weak=False)
    refund_by_hand.connect(tell_refund, weak=False)
    payment_came_late.connect(take_up, weak=False)
    attempt_opened.connect(follow_opened, weak=False)
    enterprises.enterprise_suspended.connect(refuse_waiting, weak=False)
    signals.order_placed.connect(tell_placed, weak=False)
    signals.order_moved.connect(tell_moved, weak=False)
    signals.order_changed.connect(tell_changed, weak=False)
    signals.lookup_code_issued.connect(send_code, weak=False)


def record_sales(
    _sender: object, *, settled: Sequence[Settled], settled_at: datetime, by: Person, now: datetime
) -> None:
    """Write each sale when its money is there: on hand-over, or before if paid in advance.

    Who is to make it hears of it then.
    """
    sold = {one.payable_id: one.method for one in settled if one.payable_type == PAYABLE}
    prepaid = {order_id: method for order_id, method in sold.items() if method not in DIRECT}
    for order_id, method in sold.items():
        if order_id not in prepaid:
            facts.record_sale(order_id, method, by=by, now=now)
    if prepaid:
        paying.place(prepaid, paid_at=settled_at, by=by, now=now)


def take_up(
    _sender: object, *, payable_type: str, payable_id: int, by: Person, now: datetime, **_: object
) -> bool:
    """Let an order that was let go be had after all, if it still can."""
    return payable_type == PAYABLE and late.take_up(payable_id, by=by, now=now)


def follow_opened(
    _sender: object,
    *,
    attempt_id: int,
    group: tuple[str, int],
    method: Method,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Hold what a boleto is for as long as that takes, and remind its buyer in time."""
    kind, purchase_id = group
    if kind != paying.GROUP:
        return
    if method is Method.BOLETO:
        boletos.hold(purchase_id, expires_at)
    if remind_at := reminding.moment(method, expires_at, now):
        enqueue("orders.remind", {"attempt_id": attempt_id}, key=str(attempt_id), run_at=remind_at)


def refuse_waiting(_sender: object, *, enterprise_id: int, now: datetime, **_news: object) -> None:
    """Refuse, for the house, what a suspended enterprise has not accepted; the rest stays."""
    reason = _("This group cannot take orders at the moment.")
    closing.refuse_waiting(enterprise_id, reason=reason, by=HOUSE, now=now)


def orders_end(enterprise_id: int) -> list[str]:
    """Say what a suspension does here: unanswered orders are refused, accepted ones stay."""
    waiting, promised = orders.count_open(enterprise_id)
    refused = ngettext(
        "%(num)d order not answered yet is refused, and its buyer told",
        "%(num)d orders not answered yet are refused, and their buyers told",
        waiting,
    )
    stay = ngettext(
        "%(num)d accepted order stays: see that it is handed over or cancelled",
        "%(num)d accepted orders stay: see that they are handed over or cancelled",
        promised,
    )
    return [said for said, number in ((refused, waiting), (stay, promised)) if number]


def tell_placed(
    _sender: object, *, purchase_id: int, heard: bool, now: datetime, **_news: object
) -> None:
    if heard:
        args = {"purchase_id": purchase_id}
        enqueue("orders.tell_placed", args, key=str(purchase_id), run_at=now)


def tell_moved(
    _sender: object, *, order_ids: Sequence[int], state: State, by: Person, now: datetime
) -> None:
    move = now.isoformat()  # it may come to a state again
    args = {"order_ids": order_ids, "state": state.value, "move": move, "by_id": by.id}
    which = ",".join(map(str, order_ids))
    enqueue("orders.tell_moved", args, key=f"{which}:{state}:{move}", run_at=now)


def tell_changed(_sender: object, *, order_id: int, kind: str, by: Person, now: datetime) -> None:
    change = now.isoformat()
    args = {"order_id": order_id, "kind": kind, "change": change, "by_id": by.id}
    enqueue("orders.tell_changed", args, key=f"{order_id}:{kind}:{change}", run_at=now)


def tell_refund(
    _sender: object, *, hand_id: int, payment_id: int | None, what: str, now: datetime, **_: object
) -> None:
    if payment_id and what in telling.TOLD:
        args = {"hand_id": hand_id, "what": what}
        enqueue("orders.tell_refund", args, key=f"{hand_id}:{what}:{now.isoformat()}", run_at=now)


def send_code(
    _sender: object, *, purchase_id: int, code: str, now: datetime, **_news: object
) -> None:
    if purchase := db.session.get(Purchase, purchase_id):
        emails.send_code(purchase, code, now=now)
