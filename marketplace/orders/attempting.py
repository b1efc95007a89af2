"""The calls to the payment provider about a purchase: each made once, and none stops what asks."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.core.errors import Busy
from marketplace.orders.models.orders import Order, State
from marketplace.orders.operations.paying import GROUP
from marketplace.orders.queries import closing
from marketplace.payments import sending
from marketplace.payments.models.online import CallKind
from marketplace.payments.provider import ProviderError
from marketplace.payments.queries import online

MOST_ASKED = 100  # at a time: the others are asked for by the next turn, or were by the payments'
log = logging.getLogger(__name__)


def open_code(purchase_id: int, *, now: datetime) -> bool:
    """Have the provider open a purchase's payment; return whether it waits to be paid online.

    What was given up for it is ended there first, so that nobody pays both. Where the provider
    does not answer, a job goes on.
    """
    group, failures = (GROUP, purchase_id), list[str]()
    to_make = online.calls_to_make(group)
    if closing := to_make[CallKind.CANCEL]:
        with _waited_for() as failures:
            for call_id in closing:
                sending.send(call_id, now=now)
        to_make = online.calls_to_make(group)  # who was faster may have paid what was given up
    for call_id in () if failures else to_make[CallKind.OPEN]:
        with _waited_for():
            sending.send(call_id, now=now)
    return bool(to_make[CallKind.OPEN] or online.live_of(group)) or _waits(purchase_id)


def look_again(purchase_id: int, *, now: datetime) -> bool:
    """Ask the provider what became of a purchase's payment; return whether it could be asked."""
    attempt = online.last_of((GROUP, purchase_id))
    if attempt is None:
        return True
    with _waited_for() as failures:
        if attempt.is_known_there:
            sending.look(attempt.id, now=now)
        else:
            sending.open_attempt(attempt.id, now=now)
    return not failures


def look_before_letting_go(*, now: datetime) -> None:
    """Ask what became of payments whose term is over: news of the last minute may be on its way."""
    late = closing.unpaid(now).order_by(None).with_only_columns(Order.purchase_id)
    for attempt_id in list(db.session.scalars(online.open_of(GROUP, late, MOST_ASKED))):
        with _waited_for():
            sending.look(attempt_id, now=now)


def _waits(purchase_id: int) -> bool:
    """Whether anything of a purchase waits to be paid, though nobody asked for it yet."""
    waiting = (Order.purchase_id == purchase_id, Order.state == State.AWAITING)
    return db.session.scalar(sa.select(Order.id).where(*waiting).limit(1)) is not None


@contextmanager
def _waited_for() -> Iterator[list[str]]:
    """Go on where a call fails; what is yielded holds the kind of its failure then."""
    failed: list[str] = []
    try:
        yield failed
    except (ProviderError, Busy) as error:
        failed.append(type(error).__name__)
        log.warning("the provider was not reached", extra={"kind": failed[0]})
