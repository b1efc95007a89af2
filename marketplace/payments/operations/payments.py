"""What happens to a payment. Who may, the floor above has asked: it knows what is paid for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import connection, db, note_on, operation, rows
from marketplace.core.money import whole
from marketplace.core.rights import Person
from marketplace.payments.errors import AmountWrong, PaymentMoved
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.signals import payment_refunded, payment_settled


@dataclass(frozen=True)
class Asked:
    """What is asked for one payable, in centavos of BRL, on behalf of an enterprise.

    :raises TypeError: for an amount that is no integer.
    """

    payable_id: int
    enterprise_id: int
    amount_cents: int
    method: Method
    txid: str = ""

    def __post_init__(self) -> None:
        whole(self.amount_cents)


class Written(NamedTuple):
    """A payment that was asked for; amount in centavos."""

    id: int
    payable_id: int
    amount_cents: int
    attempt: int


class Settled(NamedTuple):
    """A payment whose money is there, in which way, and what it is of."""

    payment_id: int
    payable_type: str
    payable_id: int
    method: Method


@operation
def request_payment(
    payable_type: str,
    payable_id: int,
    *,
    enterprise_id: int,
    amount_cents: int,
    method: Method,
    txid: str = "",
    by: Person,
    now: datetime,
) -> Payment:
    """Ask for an amount, in centavos of BRL, on behalf of an enterprise; it is due until settled.

    A payable is asked for again only after its last payment was cancelled.

    :raises AmountWrong: unless something is to be paid.
    """
    asked = Asked(payable_id, enterprise_id, amount_cents, method, txid)
    written = request_payments(payable_type, [asked], by=by, now=now)
    return db.session.get_one(Payment, written[0].id)


@operation(joins=True)
def request_payments(
    payable_type: str, asked: Sequence[Asked], *, by: Person, now: datetime
) -> list[Written]:
    """Ask for several payments of one kind at once, as ``request_payment`` for each."""
    if any(one.amount_cents <= 0 for one in asked):
        raise AmountWrong
    due = {"payable_type": payable_type, "type_asked": payable_type, "asked_at": now}
    values = [due | vars(one) | {"id_asked": one.payable_id} for one in asked]
    written = connection().execute(_ASK, values).all()
    for one in asked:
        facts = {"payable": f"{payable_type}:{one.payable_id}", "amount_cents": one.amount_cents}
        audit.record("payment_requested", by=by, now=now, **facts)
    return sorted(map(Written._make, written))


@operation(joins=True)
def settle_payment(
    payment_id: int,
    *,
    method: Method | None = None,
    at_desk: bool = False,
    paid_at: datetime | None = None,
    by: Person,
    now: datetime,
) -> None:
    """Note that the money is there; ``method`` is how it came, where that is another than asked.

    ``at_desk`` if it lies at a common desk, and not with the enterprise; ``paid_at`` is when it was
    paid, where that is heard of later.

    :raises PaymentMoved: unless it was due.
    """
    how: dict[str, Any] = {} if method is None else {"method": method}
    if at_desk:
        how["at_desk"] = True
    _settle([payment_id], how, paid_at or now, by=by, now=now)


@operation(joins=True)
def settle_payments(
    payment_ids: Sequence[int], *, method: Method, paid_at: datetime, by: Person, now: datetime
) -> None:
    """Note that the money of several payments came at once, as ``settle_payment`` for each.

    :raises PaymentMoved: unless all were due.
    """
    _settle(payment_ids, {"method": method}, paid_at, by=by, now=now)


@operation
def cancel_payment(payment_id: int, *, by: Person, now: datetime) -> None:
    """Ask for it no more.

    :raises PaymentMoved: unless it was due.
    """
    _move(payment_id, PaymentState.DUE, PaymentState.CANCELLED, {"cancelled_at": now})
    audit.record("payment_cancelled", by=by, now=now, payment_id=payment_id)


@operation
def ask_again(payment_id: int, *, by: Person, now: datetime) -> None:
    """Ask for it once more, because its money came though nobody waited for it any longer.

    :raises PaymentMoved: unless it was cancelled.
    """
    _move(payment_id, PaymentState.CANCELLED, PaymentState.DUE, {"cancelled_at": None})
    audit.record("payment_requested", by=by, now=now, payment_id=payment_id)


@operation
def change_amount(payment_id: int, amount_cents: int, *, by: Person, now: datetime) -> None:
    """Ask for another amount, because less is handed over than was ordered.

    :raises AmountWrong: unless something is to be paid. :raises PaymentMoved: unless it is due.
    """
    if amount_cents <= 0:
        raise AmountWrong
    _move(payment_id, PaymentState.DUE, PaymentState.DUE, {"amount_cents": amount_cents})
    audit.record(
        "payment_changed", by=by, now=now, payment_id=payment_id, amount_cents=amount_cents
    )


@operation
def change_method(payment_id: int, method: Method, *, by: Person, now: datetime) -> None:
    """Ask for it in another way.

    :raises PaymentMoved: unless it is due.
    """
    _move(payment_id, PaymentState.DUE, PaymentState.DUE, {"method": method})
    audit.record("payment_changed", by=by, now=now, payment_id=payment_id, method=method.value)


@operation
def owe_refund(payment_id: int, *, by: Person, now: datetime) -> None:
    """Note that the whole amount is to be given back.

    :raises PaymentMoved: unless it was settled.
    """
    _move(payment_id, PaymentState.SETTLED, PaymentState.REFUND_DUE, {})
    audit.record("refund_owed", by=by, now=now, payment_id=payment_id)


@operation
def confirm_refund(payment_id: int, *, by: Person, now: datetime) -> None:
    """Note that who was paid gave the money back.

    :raises PaymentMoved: unless a refund was owed.
    """
    _move(payment_id, PaymentState.REFUND_DUE, PaymentState.REFUNDED, {"refunded_at": now})
    audit.record("refund_confirmed", by=by, now=now, payment_id=payment_id)
    payment_refunded.send(payment_id=payment_id, by=by, now=now)


def _settle(
    payment_ids: Sequence[int],
    how: Mapping[str, Any],
    settled_at: datetime,
    *,
    by: Person,
    now: datetime,
) -> None:
    values = {"settled_at": settled_at, "settled_by_id": by.id, **how}
    moved = _move_each(payment_ids, PaymentState.DUE, PaymentState.SETTLED, values)
    for one in moved:
        audit.record("payment_settled", by=by, now=now, payment_id=one.payment_id)
    payment_settled.send(settled=moved, settled_at=settled_at, by=by, now=now)


def _move(
    payment_id: int, before: PaymentState, after: PaymentState, values: Mapping[str, Any]
) -> None:
    _move_each([payment_id], before, after, values)


def _move_each(
    payment_ids: Sequence[int], before: PaymentState, after: PaymentState, values: Mapping[str, Any]
) -> list[Settled]:
    """Move all of these, or none; return them in the order of their ids."""
    written = {"state": after, **values}
    moved = rows(_MOVE, {"ids": list(payment_ids), "before": before, **written})
    if len(moved) != len(payment_ids):
        raise PaymentMoved
    for payment_id in payment_ids:
        note_on(Payment, payment_id, written)
    return sorted(map(Settled._make, moved))


_TABLE = cast(sa.Table, Payment.__table__)
_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_MOVE = (
    sa.update(_TABLE)  # what it sets are the values that come with it
    .where(_TABLE.c.id.in_(_IDS), _TABLE.c.state == sa.bindparam("before"))
    .returning(_TABLE.c.id, _TABLE.c.payable_type, _TABLE.c.payable_id, _TABLE.c.method)
)
_ATTEMPTS = (
    sa.select(sa.func.coalesce(sa.func.max(Payment.attempt), 0) + 1)
    .where(
        Payment.payable_type == sa.bindparam("type_asked"),
        Payment.payable_id == sa.bindparam("id_asked"),
    )
    .scalar_subquery()
)
_ASK = (
    sa.insert(Payment)
    .values(attempt=_ATTEMPTS)  # the next of each payable: counted as it is inserted
    .returning(Payment.id, Payment.payable_id, Payment.amount_cents, Payment.attempt)
)
